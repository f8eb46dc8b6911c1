import ArgumentParser
import DICOM

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Hold DICOM files against the standard: their IOD, the dictionary, their encoding.",
    discussion: """
      Findings name elements and rules, never values. Exit status 1 when there is an error, or a file cannot be read;
      warnings and notes alone are 0.
      """)

  enum Severity: String, ExpressibleByArgument, CaseIterable {
    case note, warning, error
  }

  @OptionGroup var output: JSONOption
  @Option(name: .long, help: "Show findings from this severity on.")
  var severity = Severity.warning
  @Argument(help: "The files to validate.")
  var files: [String]

  /// What is said of one file.
  struct Report: Codable, Equatable {
    struct Finding: Codable, Equatable {
      var rule: String
      var path: String
      var keyword: String?
      var severity: String
      var detail: String
    }

    var file: String
    /// Why the file could not be read.
    var failure: String?
    var findings: [Finding]
  }

  func run() throws {
    var reports: [Report] = []
    var isClean = true
    for name in files {
      let report = ValidateCommand.report(on: name)
      if report.failure != nil || report.findings.contains(where: { $0.severity == "error" }) { isClean = false }
      var shown = report
      let least = ValidationFinding.Severity(rawValue: severity.rawValue) ?? .note
      shown.findings.removeAll { (ValidationFinding.Severity(rawValue: $0.severity) ?? .error) < least }
      if output.json { reports.append(shown) } else { ValidateCommand.show(shown) }
    }
    if output.json { try Output.json(reports) }
    if !isClean { throw ExitCode(1) }
  }

  static func report(on path: String) -> Report {
    do {
      let file = try InspectedFile(path: path)
      // A leniency of the reader is a departure of the file.
      let lenient = file.header.findings.map { finding in
        Report.Finding(
          rule: finding.leniency.rawValue, path: finding.tag?.hex ?? "", keyword: finding.tag?.keyword,
          severity: "error", detail: "read leniently, at byte \(finding.offset)")
      }
      let found = DataSetValidator.findings(in: file.header.dataSet).map { finding in
        Report.Finding(
          rule: finding.rule.rawValue, path: finding.path.description, keyword: finding.path.tag.keyword,
          severity: finding.severity.rawValue, detail: finding.detail)
      }
      return Report(file: path, failure: nil, findings: lenient + found)
    } catch {
      return Report(file: path, failure: "\(error)", findings: [])
    }
  }

  private static func show(_ report: Report) {
    if let failure = report.failure {
      Terminal.say(failure)
    } else if report.findings.isEmpty {
      Output.line("\(report.file): nothing found")
    } else {
      for finding in report.findings {
        let keyword = finding.keyword.map { " \($0)" } ?? ""
        let place = finding.path.isEmpty ? "" : " \(finding.path)\(keyword)"
        Output.line("\(report.file): \(finding.severity):\(place): \(finding.detail) [\(finding.rule)]")
      }
    }
  }
}
