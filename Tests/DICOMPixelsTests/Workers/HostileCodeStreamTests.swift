import DICOM
import DICOMPixels
import Foundation
import TestKit
import Testing

@Suite("A hostile code stream", .enabled(if: ServerProcess.isBuilt))
struct HostileCodeStreamTests {
  static let seed = ProcessInfo.processInfo.environment["ISOCENTER_SEED"].flatMap { UInt64($0) } ?? 20_261_121
  static let syntaxes =
    CodecRefusalTests.syntaxes + [.jpegBaseline, .jpegExtended, .jpegLSNearLossless, .jpeg2000, .htj2k]

  private static func streams(_ syntax: TransferSyntax) throws -> [EncodedFrame] {
    try ["8 bits", "12 of 16 bits", "RGB"].compactMap { name in
      if syntax == .jpegBaseline, name == "12 of 16 bits" { return nil }
      if syntax == .jpegExtended, name == "RGB" { return nil }
      let whole = try BuiltFrame.named(name)
      let frame = try BuiltFrame(
        name, rows: 9, columns: 11, whole.description.photometricInterpretation,
        allocated: whole.description.bitsAllocated, stored: whole.description.bitsStored)
      return try FrameCodecs.codec(for: syntax)
        .encode(frame.samples, of: frame.description, options: CompressionOptions())
    }
  }

  @Test("cut anywhere decodes or is refused, in a worker that lives on", arguments: syntaxes)
  func truncations(syntax: TransferSyntax) async throws {
    let pool = try CodecWorkerPoolTests.pool()
    for encoded in try Self.streams(syntax) {
      for length in 0..<encoded.stream.count {
        await attempt(Array(encoded.stream[..<length]), syntax, encoded.description, pool)
      }
    }
    #expect(await pool.started <= 1, "a worker died")
  }

  @Test("with bits turned over decodes or is refused, at the cost of one request", arguments: syntaxes)
  func flips(syntax: TransferSyntax) async throws {
    let pool = try CodecWorkerPoolTests.pool()
    var random = Seeded(state: Self.seed)
    for encoded in try Self.streams(syntax) {
      for _ in 0..<150 {
        var stream = encoded.stream
        for _ in 0...Int.random(in: 0..<3, using: &random) {
          stream[Int.random(in: stream.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        await attempt(stream, syntax, encoded.description, pool)
      }
    }
    let sound = try #require(Self.streams(syntax).first)
    _ = try await pool.decode(sound.stream, in: syntax, as: sound.description)
  }

  private func attempt(
    _ stream: [UInt8], _ syntax: TransferSyntax, _ frame: FrameDescription, _ pool: CodecWorkerPool
  ) async {
    do {
      let decoded = try await pool.decode(stream, in: syntax, as: frame)
      #expect(decoded.samples.count == frame.length)
    } catch {
      #expect(!error.detail.isEmpty)
    }
  }
}
