import DICOM
import Foundation
import Testing

@Suite("A file read from its path")
struct FileReadingTests {
  /// Values on both sides of what a reader holds, so that some are fetched from the disk again.
  private static func file(in syntax: TransferSyntax) throws -> [UInt8] {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.2")
    dataSet.set(.sopInstanceUID, .ui, "1.2.3")
    dataSet.set(.patientName, .pn, "Doe^Jane")
    dataSet.set(DataElement(tag: .redPaletteColorLookupTableData, vr: .ow, value: .bytes(pattern(200_000))))
    dataSet.set(DataElement(tag: .pixelData, vr: .ow, value: .bytes(pattern(600_000))))
    return try Part10.write(dataSet, in: syntax)
  }

  private static func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
  }

  private func written(_ bytes: [UInt8], _ use: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("file-\(UUID().uuidString)").path
    #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try use(path)
  }

  @Test(
    "is what its bytes are, header and whole",
    arguments: [
      TransferSyntax.implicitVRLittleEndian, .explicitVRLittleEndian, .explicitVRBigEndian,
      .deflatedExplicitVRLittleEndian,
    ])
  func equalsItsBytes(syntax: TransferSyntax) throws {
    let bytes = try Self.file(in: syntax)
    try written(bytes) { path in
      try expectSame(path, bytes)
      #expect(try Part10File(contentsOf: path).encoded() == bytes)
    }
  }

  @Test("is what its bytes are, for every sample that can be read", .enabled(if: Samples.arePresent))
  func samples() throws {
    let folder = try #require(Samples.folder)
    for row in Samples.dicom {
      let path = "\(folder)/\(try #require(row["file"]))"
      try expectSame(path, try #require(Samples.bytes(at: path)))
    }
  }

  private func expectSame(_ path: String, _ bytes: [UInt8]) throws {
    let reference: Header?
    do {
      var reader = HeaderReader()
      try reader.consume(bytes)
      reference = try reader.finish()
    } catch { reference = nil }
    guard let reference else {
      #expect(throws: DICOMError.self, "\(path)") { try Header(contentsOf: path) }
      return
    }
    let header = try Header(contentsOf: path)
    #expect(header == reference, "\(path)")
    guard let held = try? Part10File(reading: bytes) else {
      #expect(throws: DICOMError.self, "\(path)") { try Part10File(contentsOf: path) }
      return
    }
    let whole = try Part10File(contentsOf: path)
    #expect(whole.dataSet == held.dataSet && whole.fileMeta == held.fileMeta, "\(path)")
    #expect(whole.preamble == held.preamble && whole.transferSyntax == held.transferSyntax, "\(path)")
  }

  @Test("that is not there, no file, or cut short is said to be so, without its name")
  func refusals() throws {
    func code(_ path: String) -> DICOMError.Code? {
      do { _ = try Part10File(contentsOf: path) } catch {
        #expect(!"\(error)".contains("Doe"))
        return error.code
      }
      return nil
    }
    #expect(code("/nonexistent/Doe") == .unreadableFile)
    #expect(code(FileManager.default.temporaryDirectory.path) == .unreadableFile)
    #expect(code("/dev/zero") == .unreadableFile)
    let bytes = try Self.file(in: .explicitVRLittleEndian)
    try written(Array(bytes.dropLast(1000))) { #expect(code($0) == .truncated) }
    try written([]) { #expect(code($0) == .notDICOM) }
  }
}
