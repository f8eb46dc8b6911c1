import DICOM
import DICOMPixels
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("A compressed instance")
struct DecodedFrameTests {
  static let syntaxes: [TransferSyntax] = [
    .rleLossless, .deflatedImageFrame, .jpegLosslessSV1, .jpegLSLossless, .jpeg2000Lossless, .htj2kLosslessRPCL,
    .jpegXLLossless,
  ]

  private static func streams(_ syntax: TransferSyntax) throws -> [[UInt8]] {
    let description = try FrameDescription(header: Specimen().dataSet)
    let codec = try FrameCodecs.codec(for: syntax)
    return try (0..<3).map { number in
      let stream = try codec.encode(Specimen.frame(number), of: description, options: CompressionOptions()).stream
      return stream.count.isMultiple(of: 2) ? stream : stream + [0]
    }
  }

  private static func parts(_ response: TestResponse) throws -> [AnsweredPart] {
    try #require(AnsweredPart.read(response.bytes, contentType: response.contentType))
  }

  private static func specimen(_ syntax: TransferSyntax, _ streams: [[UInt8]]) -> Specimen {
    Specimen(frames: streams.count, syntax: syntax, pixels: Specimen.encapsulated(streams))
  }

  @Test("gives its frames as they are stored, and decoded to who asks for that", arguments: syntaxes)
  func frames(syntax: TransferSyntax) async throws {
    let streams = try Self.streams(syntax)
    let specimen = Self.specimen(syntax, streams)
    let file = try specimen.file
    try await Hospital.open { hospital in
      _ = try await hospital.store([file])
      let stored = try await hospital.get(
        "\(specimen.path)/frames/1,3", accept: "multipart/related; type=application/octet-stream; transfer-syntax=*")
      #expect(try Self.parts(stored).map(\.content) == [streams[0], streams[2]])
      let decoded = try await hospital.get(
        "\(specimen.path)/frames/1,3",
        accept: "multipart/related; type=application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")
      let parts = try Self.parts(decoded)
      #expect(parts.map(\.content) == [Specimen.frame(0), Specimen.frame(2)])
      #expect(parts.allSatisfy { $0.contentType.contains("transfer-syntax=1.2.840.10008.1.2.1") })
      let single = try await hospital.get("\(specimen.path)/frames/2", accept: "application/octet-stream")
      #expect(single.bytes == Specimen.frame(1))
      let whole = try await hospital.get(
        "\(specimen.path)/bulkdata/7FE00010", accept: "multipart/related; type=application/octet-stream")
      #expect(try Self.parts(whole).map(\.content) == (0..<3).map(Specimen.frame))
    }
  }

  @Test("is rendered as its uncompressed twin is", arguments: syntaxes)
  func rendering(syntax: TransferSyntax) async throws {
    let specimen = Self.specimen(syntax, try Self.streams(syntax))
    let twin = Specimen(series: "1.2.826.0.1.1.2", instance: "1.2.826.0.1.1.2.1", frames: 3)
    let files = [try specimen.file, try twin.file]
    try await Hospital.open { hospital in
      _ = try await hospital.store(files)
      for path in ["/frames/3/rendered", "/rendered", "/thumbnail"] {
        let one = try await hospital.get(specimen.path + path, accept: "image/png")
        let other = try await hospital.get(twin.path + path, accept: "image/png")
        #expect(one.status == .ok)
        #expect(one.bytes == other.bytes, "\(path)")
      }
    }
  }

  @Test("whose code stream is damaged says so, and is still given as it is stored")
  func damage() async throws {
    var streams = try Self.streams(.jpegLSLossless)
    let cut = Array(streams[1][..<20])
    streams[1] = cut
    let specimen = Self.specimen(.jpegLSLossless, streams)
    let file = try specimen.file
    try await Hospital.open { hospital in
      _ = try await hospital.store([file])
      let decoded = try await hospital.get("\(specimen.path)/frames/2", accept: "application/octet-stream")
      #expect(decoded.status == .notAcceptable)
      #expect(decoded.text.contains("malformedCodeStream"))
      let rendered = try await hospital.get("\(specimen.path)/frames/2/rendered", accept: "image/png")
      #expect(rendered.status == .notAcceptable)
      let first = try await hospital.get("\(specimen.path)/frames/1", accept: "application/octet-stream")
      #expect(first.bytes == Specimen.frame(0))
      let stored = try await hospital.get(
        "\(specimen.path)/frames/2", accept: "application/octet-stream; transfer-syntax=*")
      #expect(stored.bytes == cut)
    }
  }
}
