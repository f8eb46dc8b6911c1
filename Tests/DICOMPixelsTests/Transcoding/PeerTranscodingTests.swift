import DICOM
import DICOMPixels
import Foundation
import TestKit
import Testing

@Suite("A transcoded sample", .enabled(if: Oracle.isAvailable))
struct PeerTranscodingTests {
  static let samples = [
    "dicom/codecs/wg04/REF/CT1_UNC", "dicom/codecs/wg04/REF/MR4_UNC", "dicom/codecs/wg04/REF/US1_UNC",
    "dicom/codecs/wg04/REF/XA1_UNC", "dicom/enhanced/emri_small.dcm", "dicom/codecs/basic/MR_small.dcm",
  ]

  /// What pydicom decodes, and the tool of DCMTK that does too.
  static let lossless: [(syntax: TransferSyntax, tool: String?)] = [
    (.rleLossless, "dcmdrle"), (.jpegLossless, "dcmdjpeg"), (.jpegLosslessSV1, "dcmdjpeg"),
    (.jpegLSLossless, "dcmdjpls"), (.jpeg2000Lossless, nil), (.htj2kLossless, nil), (.htj2kLosslessRPCL, nil),
  ]

  @Test("is the original to pydicom and DCMTK, bit for bit", arguments: samples)
  func withoutLoss(sample: String) async throws {
    let folder = try TemporaryFolder()
    let path = try #require(Oracle.samples).appending(path: sample).path
    let original = Array(try Data(contentsOf: URL(filePath: path)))
    var files: [String] = []
    for (syntax, tool) in Self.lossless {
      let name = "\(files.count).dcm"
      files.append(try folder.write(try await Transcoder().transcode(original, to: syntax).file, as: name))
      guard let tool, Peer.has(tool) else { continue }
      let output = "\(folder.path)/\(files.count)-\(tool).dcm"
      let outcome = try await Peer.run(tool, [folder.path + "/" + name, output])
      #expect(outcome.status == 0, "\(syntax): \(outcome.output)")
      if outcome.status == 0 { files.append(output) }
    }
    // pydicom finds frames by an Extended Offset Table as well.
    var tables = OffsetTables()
    tables.isExtended = true
    let extended = try await Transcoder().transcode(original, to: .rleLossless, tables: tables).file
    files.append(try folder.write(extended, as: "extended.dcm"))
    let lines = try Oracle.run("transcoded.py", arguments: [path] + files).split(separator: "\n")
    #expect(lines.count == files.count)
    for line in lines { #expect(line.split(separator: "\t")[1] == "0", "\(line)") }
  }

  @Test("with loss is near the original to pydicom, and says that it has lost something")
  func withLoss() async throws {
    let folder = try TemporaryFolder()
    let cases: [(TransferSyntax, String, Int)] = [
      (.jpegBaseline, "dicom/codecs/wg04/REF/US1_UNC", 160), (.jpegExtended, "dicom/codecs/wg04/REF/MR4_UNC", 120),
      (.jpegLSNearLossless, "dicom/codecs/wg04/REF/MR4_UNC", 2), (.jpeg2000, "dicom/codecs/wg04/REF/CT1_UNC", 400),
      (.htj2k, "dicom/codecs/wg04/REF/MR4_UNC", 400),
    ]
    for (number, (syntax, sample, allowed)) in cases.enumerated() {
      let path = try #require(Oracle.samples).appending(path: sample).path
      let outcome = try await Transcoder().transcode(Array(Data(contentsOf: URL(filePath: path))), to: syntax)
      let file = try folder.write(outcome.file, as: "\(number).dcm")
      let line = try Oracle.run("transcoded.py", arguments: [path, file])
      let fields = line.split(whereSeparator: \.isNewline).first?.split(separator: "\t").map(String.init) ?? []
      try #require(fields.count == 4)
      #expect(try #require(Int(fields[1]), "\(line)") <= allowed, "\(syntax): \(line)")
      #expect(fields[3] == "01")
    }
  }
}
