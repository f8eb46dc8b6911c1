import DICOM
import DICOMObjects
import Foundation
import Testing

@Suite("A video")
struct VideoTests {
  @Test("is described without being decoded")
  func description() throws {
    var data = DataSet()
    data.set(.rows, .us, 1080)
    data.set(.columns, .us, 1920)
    data.set(.numberOfFrames, .is, 250)
    data.set(.frameTime, .ds, doubles: [40])
    let video = try VideoDescription(dataSet: data, transferSyntax: .mpeg4HighProfile41)
    #expect(video.codec == .h264 && video.frameRate == 25 && video.durationSeconds == 10 && !video.hasAudio)
    #expect(try VideoDescription(dataSet: data, transferSyntax: .hevcMainProfile51).codec == .hevc)
    #expect(try VideoDescription(dataSet: data, transferSyntax: .mpeg2MainProfile).codec == .mpeg2)
    #expect(throws: ObjectError.self) { try VideoDescription(dataSet: data, transferSyntax: .jpegBaseline) }
  }

  static func built(_ kind: Video.Kind, _ syntax: TransferSyntax, length: Int = 200) throws -> Video {
    Video(
      header: Identities.header(41), kind: kind, transferSyntax: syntax,
      description: try VideoDescription(
        transferSyntax: syntax, rows: 1080, columns: 1920, frameCount: 250, frameRate: 25),
      anatomicRegion: CodedConcept("10200004", "SCT", "Liver"), isBurnedIn: false,
      stream: (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) })
  }

  static let syntaxes: [TransferSyntax] = [.mpeg2MainProfile, .mpeg4HighProfile41, .hevcMainProfile51]

  @Test("reads back equal from its file", arguments: Video.Kind.allCases, syntaxes)
  func roundTrip(_ kind: Video.Kind, _ syntax: TransferSyntax) throws {
    let video = try Self.built(kind, syntax)
    #expect(try Video(file: video.file()) == video)
    let odd = try Self.built(kind, syntax, length: 7)
    #expect(try Video(file: odd.file()).stream == odd.stream + [0])
  }

  @Test("is written without an error for dciodvfy", .enabled(if: Oracle.path(of: "dciodvfy") != nil))
  func validator() throws {
    try Oracle.withTemporaryFolder { folder in
      for kind in Video.Kind.allCases {
        let file = folder.appending(path: "video.dcm")
        try Data(try Self.built(kind, .mpeg4HighProfile41).file()).write(to: file)
        let errors = try Oracle.errors(in: file)
        #expect(errors.isEmpty, "\(errors)")
      }
    }
  }

  @Test("says to pydicom what it says to us", .enabled(if: Oracle.hasPython))
  func pydicom() throws {
    try Oracle.withTemporaryFolder { folder in
      let video = try Self.built(.endoscopic, .mpeg4HighProfile41)
      let file = folder.appending(path: "video.dcm")
      try Data(try video.file()).write(to: file)
      let lines = try Oracle.answers("facts", [file.path])[file.path]
      #expect(
        lines == ["video\t1.2.840.10008.1.2.4.102\t1080\t1920\t250\t40.000000\t\(ObjectText.digest(video.stream))"])
    }
  }

  @Test("is not written when it contradicts itself, nor read from fragments that are none")
  func refusals() throws {
    var video = try Self.built(.photographic, .mpeg4HighProfile41)
    var data = try video.dataSet()
    data.set(.pixelData, .ob, bytes: [0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0x00, 0xE0, 4, 0, 0, 0, 1, 2])
    let broken = try? Part10.write(data, in: video.transferSyntax)
    if let broken { #expect(throws: (any Error).self) { try Video(file: broken) } }
    video.transferSyntax = .hevcMainProfile51
    #expect(throws: ObjectError.self) { try video.dataSet() }
    video.transferSyntax = .mpeg4HighProfile41
    video.stream = []
    #expect(throws: ObjectError.self) { try video.dataSet() }
    #expect(throws: ObjectError.self) {
      try VideoDescription(transferSyntax: .mpeg4HighProfile41, rows: 0, columns: 1, frameCount: 1, frameRate: 25)
    }
  }
}
