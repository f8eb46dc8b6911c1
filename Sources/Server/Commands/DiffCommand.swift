import ArgumentParser
import DICOM

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show where two DICOM files differ in content.",
    discussion: """
      Transfer syntax, length forms, padding, group lengths and the character set of equal text make no difference; pixel
      data and long values are compared byte by byte. Lines of the first file begin with -, of the second with +.
      Exit status 0 without differences, 1 with some.
      """)

  @OptionGroup var output: JSONOption
  @Flag(name: .long, help: "Compare the file meta information too.")
  var meta = false
  @Argument(help: "The first file.")
  var first: String
  @Argument(help: "The second file.")
  var second: String

  /// A difference for scripts.
  struct Difference: Codable, Equatable {
    var path: String
    var keyword: String?
    /// `first`, `second` or `both`: who has the element.
    var in_: String
    var first: String?
    var second: String?

    enum CodingKeys: String, CodingKey {
      case path, keyword, first, second
      case in_ = "in"
    }
  }

  func run() throws {
    let (left, right) = (try InspectedFile(path: first), try InspectedFile(path: second))
    let comparison = BulkComparison(first: left, second: right)
    var found = left.header.dataSet.differences(from: right.header.dataSet, bulk: comparison.isEqual)
    if meta { found = left.header.fileMeta.metaDifferences(from: right.header.fileMeta) + found }
    if output.json {
      try Output.json(
        found.map { difference in
          Difference(
            path: difference.path.description, keyword: difference.path.tag.keyword,
            in_: difference.first == nil ? "second" : difference.second == nil ? "first" : "both",
            first: difference.first.map { text(of: $0, difference.path, left) },
            second: difference.second.map { text(of: $0, difference.path, right) })
        })
    } else {
      show(found, left, right)
    }
    if !found.isEmpty { throw ExitCode(1) }
  }

  private func show(_ found: [DataSetDifference], _ left: InspectedFile, _ right: InspectedFile) {
    let output = StandardOutput()
    let colours = StandardOutput.hasColours
    let dump = Dump(paths: true)
    for difference in found {
      for (sign, colour, element, file) in [("-", "31", difference.first, left), ("+", "32", difference.second, right)]
      {
        guard let element else { continue }
        dump.write(element, in: scope(of: difference.path, file), difference.path.steps) { line in
          output.line(colours ? "\u{1B}[\(colour)m\(sign) \(line)\u{1B}[0m" : "\(sign) \(line)")
        }
      }
    }
    output.flush()
  }

  private func text(of element: DataElement, _ path: TagPath, _ file: InspectedFile) -> String {
    ValueText(width: 1024).text(of: element, vr: element.interpretedVR, in: scope(of: path, file))
  }

  /// The data set that an element of the path stands in.
  private func scope(of path: TagPath, _ file: InspectedFile) -> DataSet {
    path.tag.group == 0x0002 ? file.header.fileMeta : file.header.dataSet.item(at: path.steps) ?? file.header.dataSet
  }
}

extension DataSet {
  /// Differences of file meta information, which `differences(from:)` leaves aside.
  fileprivate func metaDifferences(from other: DataSet) -> [DataSetDifference] {
    Set(map(\.tag)).union(other.map(\.tag)).sorted().filter { !$0.isGroupLength && self[$0] != other[$0] }
      .map { DataSetDifference(path: TagPath($0), first: self[$0], second: other[$0]) }
  }
}
