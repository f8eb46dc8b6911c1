import Foundation
import Testing

@Suite("What fuzzing found")
struct FoundByFuzzingTests {
  /// An input that once broke something, by the folder of the target that it broke.
  struct Found: CustomTestStringConvertible {
    var target: FuzzTarget
    var file: URL
    var testDescription: String { "\(target)/\(file.lastPathComponent)" }
  }

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("../../../Fuzzing/Found").standardized

  static let all: [Found] = FuzzTarget.allCases.flatMap { target in
    let folder = folder.appendingPathComponent(target.rawValue)
    let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).map { Found(target: target, file: $0) }
  }

  @Test("breaks nothing any more", arguments: all)
  func isHarmless(found: Found) throws {
    try found.target.take([UInt8](try Data(contentsOf: found.file)))
  }

  @Test("is kept")
  func isKept() {
    #expect(!Self.all.isEmpty)
  }
}
