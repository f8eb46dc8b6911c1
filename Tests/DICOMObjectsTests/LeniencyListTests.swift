import DICOM
import DICOMObjects
import DICOMPixels
import Foundation
import Testing

/// `docs/leniencies.md` lists every tolerance by name, with the fixture that needs it.
@Suite("The list of leniencies")
struct LeniencyListTests {
  /// A row of a table: `| name | what it tolerates | fixture |`.
  private struct Row {
    var name: String
    var fixture: String
  }

  private static func rows(_ section: String) throws -> [Row] {
    let text = try Documents.text("docs/leniencies.md")
    let part = try #require(text.components(separatedBy: "\n## ").first { $0.hasPrefix(section) })
    return part.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, cells[0].hasPrefix("`") else { return nil }
      return Row(name: cells[0].trimmingCharacters(in: ["`"]), fixture: cells[2])
    }
  }

  @Test("has every case of the reader, of the codecs and of the objects, and no other")
  func complete() throws {
    #expect(try Self.rows("Reading").map(\.name) == Leniency.allCases.map(\.rawValue))
    #expect(try Self.rows("Decoding").map(\.name) == CodecLeniency.allCases.map(\.rawValue))
    #expect(try Self.rows("Objects").map(\.name) == ObjectFinding.Leniency.allCases.map(\.rawValue))
  }

  @Test("names a file that needs it, where one of the samples does", .enabled(if: Samples.arePresent))
  func fixtures() throws {
    let folder = try #require(Samples.folder)
    for row in try Self.rows("Reading") where row.fixture.hasPrefix("`") {
      let name = row.fixture.trimmingCharacters(in: ["`"])
      let bytes = try #require(Samples.bytes(at: "\(folder)/dicom/\(name)"), "\(name)")
      var reader = HeaderReader()
      try? reader.consume(bytes)
      let findings = try reader.finish(acceptingTruncation: true).findings
      #expect(findings.contains { $0.leniency.rawValue == row.name }, "\(name)")
    }
    for row in try Self.rows("Objects") where row.fixture.hasPrefix("`") {
      let name = row.fixture.trimmingCharacters(in: ["`"])
      let findings = try StructuredReport(dataSet: Samples.dataSet("dicom/\(name)")).findings
      #expect(findings.contains { $0.leniency.rawValue == row.name }, "\(name)")
    }
  }
}

/// `docs/objects.md` says which test proves what.
@Suite("The list of objects")
struct ObjectListTests {
  @Test("names tests that are there")
  func tests() throws {
    let names = try Documents.text("docs/objects.md").components(separatedBy: "`").filter { $0.hasSuffix("Tests") }
    #expect(names.count > 20)
    let sources = try FileManager.default.subpathsOfDirectory(atPath: Documents.root.appending(path: "Tests").path)
      .filter { $0.hasSuffix(".swift") }.map { try Documents.text("Tests/\($0)") }
    for name in Set(names) { #expect(sources.contains { $0.contains("struct \(name)") }, "\(name)") }
  }
}

/// Documents of the repository.
enum Documents {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }
}
