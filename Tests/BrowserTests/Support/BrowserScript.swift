import Foundation
import TestKit
import Testing

/// A Playwright script of ours that drives Debian's Chromium over the app of a running server.
///
/// It prints one JSON document: what it examined, and whether it was so. Each thing that was not becomes an issue.
struct BrowserScript {
  private struct Report: Decodable {
    var findings: [Finding]
  }

  private struct Finding: Decodable {
    var name: String
    var ok: Bool
    var detail: String
  }

  private static let beginning = "findings: "

  /// Chromium, Playwright and the built server are there.
  static let isPossible: Bool = {
    guard let python = Peer.python, Peer.has("chromium"), ServerProcess.isBuilt else { return false }
    let folder = URL(fileURLWithPath: python).deletingLastPathComponent().deletingLastPathComponent()
    let libraries = folder.appending(path: "lib")
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries.path)) ?? []
    return versions.contains {
      FileManager.default.fileExists(atPath: libraries.appending(path: "\($0)/site-packages/playwright").path)
    }
  }()

  var name: String

  /// Runs sections of the script against a server.
  ///
  /// - Parameter atLeast: the number of findings below which the script cannot have done its work.
  func run(
    _ sections: String..., against server: ServerProcess, environment: [String: String] = [:], atLeast: Int = 1
  ) async throws {
    let work = try TemporaryFolder()
    let python = try #require(Peer.python)
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Scripts/\(name).py").path
    let outcome = try await Peer.run(
      python, ["-B", "-W", "ignore", file] + sections,
      environment: [
        "BROWSER_WEB": server.web, "BROWSER_WORK": work.path,
        "BROWSER_PROGRAM": try #require(Peer.path(of: "chromium")),
        "BROWSER_PASSWORD": server.password ?? "", "BROWSER_DICOM_PORT": "\(server.dicomPort)",
        "BROWSER_SERVER": "\(server.processIdentifier)",
      ].merging(environment) { $1 })
    let line = outcome.output.split(separator: "\n").last { $0.hasPrefix(Self.beginning) }
    guard let line, outcome.status == 0 else {
      Issue.record("the script ended with \(outcome.status): \(outcome.output.suffix(3000))")
      return
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(line.dropFirst(Self.beginning.count).utf8))
    for finding in report.findings where !finding.ok { Issue.record("\(finding.name): \(finding.detail)") }
    #expect(report.findings.count >= atLeast, "only \(report.findings.count) things were examined")
    #expect(server.isRunning, "the server has ended: \(server.errors.suffix(2000))")
  }
}
