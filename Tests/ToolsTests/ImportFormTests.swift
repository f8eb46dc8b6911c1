import DICOM
import Foundation
import NIOCore
import Testing

@testable import isocenter

@Suite("A file that is no proper Part 10 file")
struct ImportFormTests {
  let scratch: ScratchFolder

  init() throws {
    scratch = try ScratchFolder()
  }

  private func object(_ bytes: [UInt8]) async throws -> (ImportObject, Gathered) {
    var items = ImportSource(paths: [try scratch.write("file", bytes)]).makeAsyncIterator()
    guard case .object(let object) = try await items.next() else { throw ImportError(.notDICOM) }
    return (object, try await object.gathered())
  }

  private func header(_ bytes: [UInt8]) throws -> Header {
    var reader = HeaderReader()
    try reader.consume(bytes)
    return try reader.finish()
  }

  @Test("gets its preamble back")
  func noPreamble() async throws {
    let content = HandMade.meta() + HandMade.dataSet(pixels: 600_000)
    let (bare, bareBytes) = try await object(content)
    #expect(bare.leniencies == [.missingPreamble])
    #expect(bareBytes.bytes == HandMade.preamble + content)
    #expect(bareBytes.announced == UInt64(bareBytes.bytes.count))

    let (marked, markedBytes) = try await object(Array("DICM".utf8) + content)
    #expect(marked.leniencies == [.missingPreamble])
    #expect(markedBytes.bytes == HandMade.preamble + content)
  }

  @Test(
    "gets file meta information made for its data set",
    arguments: zip(
      HandMade.Form.allCases,
      [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian, .explicitVRBigEndian]))
  func noMeta(form: HandMade.Form, syntax: TransferSyntax) async throws {
    let content = HandMade.dataSet("1.2.3.77", pixels: 300_000, form)
    for lead in [[], HandMade.preamble] {
      let (object, gathered) = try await object(lead + content)
      #expect(object.leniencies.contains(.missingFileMeta))
      #expect(Array(gathered.bytes.suffix(content.count)) == content)
      #expect(gathered.announced == UInt64(gathered.bytes.count))
      let header = try header(gathered.bytes)
      #expect(header.hadPart10Header)
      #expect(header.transferSyntax == syntax)
      #expect(header.findings.isEmpty)
      #expect(header.fileMeta.uid(.mediaStorageSOPInstanceUID) == "1.2.3.77")
      #expect(header.fileMeta.uid(.mediaStorageSOPClassUID) == UID(HandMade.ctImage))
      #expect(header.dataSet.uid(.sopInstanceUID) == "1.2.3.77")
    }
  }

  @Test("gets new file meta information when the old names no transfer syntax")
  func noTransferSyntax() async throws {
    let content = HandMade.dataSet()
    let (object, gathered) = try await object(HandMade.preamble + HandMade.meta(transferSyntax: nil) + content)
    #expect(object.leniencies == [.missingTransferSyntax])
    let header = try header(gathered.bytes)
    #expect(header.transferSyntax == .explicitVRLittleEndian)
    #expect(header.dataSet.uid(.sopInstanceUID) == "1.2.3.4.5")
  }

  @Test("is left alone when it says that it is DICOM and is not: the receiver refuses it")
  func lies() async throws {
    let bytes = HandMade.preamble + Array("nothing of the kind".utf8)
    let (object, gathered) = try await object(bytes)
    #expect(object.leniencies.isEmpty)
    #expect(gathered.bytes == bytes)
  }

  @Test(
    "is no object when it does not say which one",
    arguments: [
      HandMade.text(0x0008, 0x0016, "UI", HandMade.ctImage), HandMade.text(0x0008, 0x0018, "UI", "1.2.3"),
      HandMade.text(0x0008, 0x0005, "CS", "ISO_IR 100") + HandMade.text(0x0008, 0x0060, "CS", "CT"),
      [0x08, 0x00, 0x16, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x00], Array(HandMade.dataSet().prefix(30)),
    ])
  func nameless(bytes: [UInt8]) async throws {
    #expect(try await Harvest(try scratch.write("file", bytes)).reasons == [.notDICOM])
  }

  @Test("never traps, whatever is changed in its first bytes", arguments: 0..<40)
  func mutations(seed: UInt64) {
    var random = SplitMix(seed)
    let originals = [
      HandMade.part10(), HandMade.meta() + HandMade.dataSet(), HandMade.dataSet(), HandMade.directory(["A"]),
      HandMade.dataSet(.implicitLittle), HandMade.dataSet(.explicitBig),
    ]
    for original in originals {
      for _ in 0..<20 {
        var bytes = original
        for _ in 0..<(1 + random.next() % 4) {
          bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
        if case .repaired(_, let dropping, _) = FileForm(opening: ByteBuffer(bytes: bytes)) {
          #expect(dropping <= bytes.count)
        }
      }
    }
  }

  @Test(
    "holds afterwards what pydicom sees in it, real files of the kind",
    .enabled(if: Samples.areThere && Oracle.hasPydicom),
    arguments: [
      "ExplVR_LitEndNoMeta.dcm", "ExplVR_BigEndNoMeta.dcm", "rtstruct.dcm",
    ])
  func samples(name: String) async throws {
    let original = Samples.path("dicom/broken/\(name)")
    let (_, gathered) = try await object(Array(try Data(contentsOf: URL(fileURLWithPath: original))))
    let repaired = try scratch.write("repaired", gathered.bytes)
    let script = """
      import sys, pydicom
      pydicom.config.convert_wrong_length_to_UN = True
      old = pydicom.dcmread(sys.argv[1], force=True)
      new = pydicom.dcmread(sys.argv[2])
      assert new.file_meta.TransferSyntaxUID
      assert new.SOPInstanceUID == old.SOPInstanceUID == new.file_meta.MediaStorageSOPInstanceUID
      assert new == old, "differs"
      """
    let answer = try Oracle.run(Oracle.python, "-c", script, original, repaired)
    #expect(answer.status == 0, "\(answer.text)")
  }
}

extension HandMade {
  fileprivate static func dataSet(_ form: Form) -> [UInt8] {
    dataSet("1.2.3.4.5", form)
  }
}
