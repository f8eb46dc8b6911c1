import ArchiveCore
import DICOM
import DICOMPixels
import Doors
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("A stored instance")
struct TranscodedInstanceTests {
  private static let encapsulated: [TransferSyntax] = [
    .rleLossless, .deflatedImageFrame, .encapsulatedUncompressed, .jpegLosslessSV1, .jpegLSLossless, .jpeg2000Lossless,
    .htj2kLosslessRPCL, .jpegXLLossless,
  ]
  private static let all =
    encapsulated + [.explicitVRLittleEndian, .implicitVRLittleEndian, .deflatedExplicitVRLittleEndian]

  private static func accept(_ syntax: TransferSyntax) -> String {
    "application/dicom; transfer-syntax=\(syntax.uid.rawValue)"
  }

  /// What the instance says, whatever its frames are in: the data set of its uncompressed twin.
  private static func native(_ file: [UInt8]) async throws -> DataSet {
    var dataSet = try Part10.read(await Transcoder().transcode(file, to: .explicitVRLittleEndian).file).dataSet
    dataSet[.pixelData]?.vr = .ow
    return dataSet
  }

  @Test("is given in any syntax that loses nothing, from any that it is stored in", arguments: all)
  func everyPair(stored: TransferSyntax) async throws {
    let twin = Specimen(frames: 3)
    let file =
      stored.isEncapsulated
      ? try twin.compressed(stored).file : try Part10.write(twin.dataSet, in: stored)
    try await Hospital.open { hospital in
      _ = try await hospital.store([file])
      for wanted in Self.all {
        let answer = try await hospital.get(twin.path, accept: Self.accept(wanted))
        #expect(answer.status == .ok, "\(wanted)")
        #expect(answer.contentType == Self.accept(wanted))
        var reader = HeaderReader()
        try reader.consume(answer.bytes)
        #expect(try reader.finish().transferSyntax == wanted)
        #expect(try await Self.native(answer.bytes) == Part10.read(twin.file).dataSet, "\(wanted)")
        if stored == wanted { #expect(answer.bytes == file) }
      }
    }
  }

  @Test("is Explicit VR Little Endian when no syntax is named, as it is stored when any will do, ranges included")
  func standardSyntax() async throws {
    let specimen = try Specimen(frames: 2).compressed(.jpegLSLossless)
    let file = try specimen.file
    try await Hospital.open { hospital in
      _ = try await hospital.store([file])
      let named = try await hospital.get(specimen.path, accept: Self.accept(.explicitVRLittleEndian))
      let standard = try await hospital.get(specimen.path, accept: "application/dicom")
      #expect(standard.bytes == named.bytes)
      #expect(standard.contentType == Self.accept(.explicitVRLittleEndian))
      #expect(try await hospital.get(specimen.path, accept: "application/dicom; transfer-syntax=*").bytes == file)
      let part = try await hospital.get(specimen.path, accept: "application/dicom", [.range: "bytes=100-700"])
      #expect(part.status == .partialContent)
      #expect(part.bytes == Array(standard.bytes[100...700]))
      let tag = try #require(standard.headers[.eTag])
      let stored = try await hospital.get(specimen.path, accept: "application/dicom; transfer-syntax=*")
      #expect(stored.headers[.eTag] != tag)
      let same = try await hospital.get(specimen.path, accept: "application/dicom", [.ifNoneMatch: tag])
      #expect(same.status == .notModified)
    }
  }

  @Test("that lost something is not decoded unless that is asked for, and then says what it went through")
  func lossy() async throws {
    let twin = Specimen(frames: 2)
    let file = try twin.compressed(.jpegLSNearLossless).file
    try await Hospital.open { hospital in
      _ = try await hospital.store([file])
      #expect(try await hospital.get(twin.path, accept: "application/dicom").bytes == file)
      let native = try await hospital.get(twin.path, accept: Self.accept(.explicitVRLittleEndian))
      #expect(native.contentType == Self.accept(.explicitVRLittleEndian))
      let lossy = try await hospital.get(twin.path, accept: Self.accept(.jpegBaseline))
      #expect(lossy.status == .notAcceptable)
      #expect(lossy.text.contains(TransferSyntax.jpegLSNearLossless.uid.rawValue))
      #expect(lossy.text.contains(TransferSyntax.explicitVRLittleEndian.uid.rawValue))
    }
  }

  @Test("among others of a study is transcoded too; a damaged one comes as it is stored")
  func study() async throws {
    let twins = (1...4).map { Specimen(instance: "1.2.826.0.1.1.1.\($0)", number: $0, frames: 2) }
    var files = try zip(twins, [TransferSyntax.rleLossless, .jpeg2000Lossless, .explicitVRLittleEndian]).map {
      $1.isEncapsulated ? try $0.compressed($1).file : try $0.file
    }
    let cut = try Specimen.streams(.jpegLSLossless, frames: 2).map { Array($0[..<20]) }
    let damaged = try twins[3].compressed(.jpegLSLossless, cut)
    files.append(try damaged.file)
    let sent = files
    try await Hospital.open { hospital in
      _ = try await hospital.store(sent)
      let answer = try await hospital.get(
        "studies/\(twins[0].study)", accept: "multipart/related; type=\"application/dicom\"")
      #expect(answer.status == .ok)
      let parts = try #require(AnsweredPart.read(answer.bytes, contentType: answer.contentType))
      #expect(parts.count == 4)
      for part in parts {
        let uid = try Part10.read(part.content).dataSet.string(.sopInstanceUID)
        if uid == damaged.instance {
          #expect(part.contentType == Self.accept(.jpegLSLossless))
          #expect(part.content == sent[3])
        } else {
          #expect(part.contentType == Self.accept(.explicitVRLittleEndian))
          let twin = try #require(twins.first { $0.instance == uid })
          #expect(try Part10.read(part.content).dataSet == Part10.read(twin.file).dataSet)
        }
      }
      let named = try await hospital.get(damaged.path, accept: Self.accept(.explicitVRLittleEndian))
      #expect(named.status == .notAcceptable)
      #expect(named.text.contains("malformedCodeStream"))
      #expect(named.text.contains("transfer-syntax=*"))
      #expect(try await hospital.get(damaged.path, accept: "application/dicom").bytes == sent[3])
    }
  }

  @Test("is decoded once for all who ask, and anew after it was deleted; a correction is in the next answer")
  func cache() async throws {
    let specimen = try Specimen(frames: 3).compressed(.jpegLSLossless)
    let file = try specimen.file
    let codecs = CountingCodecs()
    try await Hospital.open(codecs: codecs) { hospital in
      _ = try await hospital.store([file])
      let accept = Self.accept(.explicitVRLittleEndian)
      let first = try await hospital.get(specimen.path, accept: accept)
      #expect(codecs.requests == 3)
      #expect(try await hospital.get(specimen.path, accept: accept).bytes == first.bytes)
      _ = try await hospital.get(specimen.path, accept: Self.accept(.implicitVRLittleEndian))
      #expect(codecs.requests == 3)
      for _ in 1...3 {
        _ = try await hospital.get("\(specimen.path)/frames/2", accept: "application/octet-stream")
        _ = try await hospital.get("\(specimen.path)/frames/2/rendered", accept: "image/png")
      }
      #expect(codecs.requests == 4)
      let principal = Principal.system("test")
      let study = try #require(StudyUID(specimen.study))
      var correction = DataSet()
      correction.set(.patientID, .lo, "NEW")
      _ = try await hospital.archive.correct(study, correction, as: principal, reason: "test")
      let corrected = try await hospital.get(specimen.path, accept: accept)
      #expect(try Part10.read(corrected.bytes).dataSet.string(.patientID) == "NEW")
      #expect(codecs.requests == 4)
      #expect(await hospital.pixels.figures.entries == 1)
      #expect(await hospital.frames.figures.entries == 1)
      _ = try await hospital.archive.delete(.study(study), as: principal, reason: "test")
      #expect(await hospital.pixels.figures.entries == 0)
      #expect(await hospital.frames.figures.entries == 0)
      #expect(try await hospital.get(specimen.path, accept: accept).status == .notFound)
      _ = try await hospital.store([file])
      _ = try await hospital.get(specimen.path, accept: accept)
      #expect(codecs.requests == 7)
    }
  }

  @Test("whose frames cannot be told apart is given as it is stored, and 406 names why it is not given otherwise")
  func unknownFrames() async throws {
    let streams = try Specimen.streams(.rleLossless, frames: 3)
    var specimen = try Specimen(frames: 3).compressed(.rleLossless, streams)
    specimen.frames = 2
    let file = try specimen.file
    let path = specimen.path
    try await Hospital.open { hospital in
      _ = try await hospital.store([file])
      #expect(try await hospital.get(path, accept: "application/dicom").bytes == file)
      let named = try await hospital.get(path, accept: Self.accept(.explicitVRLittleEndian))
      #expect(named.status == .notAcceptable)
      #expect(named.text.contains("told apart"), "\(named.text)")
    }
  }

  @Test("that nobody has time to decode is worth asking for again")
  func busy() async throws {
    let specimen = try Specimen(frames: 1).compressed(.jpegLSLossless)
    let file = try specimen.file
    try await Hospital.open(codecs: BusyCodecs()) { hospital in
      _ = try await hospital.store([file])
      for path in ["", "/frames/1", "/rendered"] {
        let answer = try await hospital.get(
          specimen.path + path,
          accept: path == "" ? "application/dicom" : path == "/rendered" ? "image/png" : "application/octet-stream")
        #expect(answer.status == .serviceUnavailable, "\(path)")
        #expect(answer.headers[.retryAfter] != nil)
      }
    }
  }
}
