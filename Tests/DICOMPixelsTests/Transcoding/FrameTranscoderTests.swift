import DICOM
import DICOMPixels
import Synchronization
import Testing

@Suite("Frames of one image")
struct FrameTranscoderTests {
  /// Codecs of which the first request waits until the second has begun, and that know how many there were at a time.
  private actor MeetingCodecs: FrameCoding {
    private var inside = 0
    private var waiting: CheckedContinuation<Void, Never>?
    private var hasBegun = false
    private(set) var most = 0

    func decode(
      _ stream: [UInt8], in syntax: TransferSyntax, as frame: FrameDescription
    ) async throws(PixelError) -> DecodedFrame {
      inside += 1
      most = max(most, inside)
      if !hasBegun {
        hasBegun = true
        await withCheckedContinuation { waiting = $0 }
      } else if let first = waiting {
        waiting = nil
        first.resume()
      }
      inside -= 1
      return try await InProcessCodecs().decode(stream, in: syntax, as: frame)
    }

    func encode(
      _ samples: [UInt8], of frame: FrameDescription, in syntax: TransferSyntax, options: CompressionOptions
    ) async throws(PixelError) -> EncodedFrame {
      try await InProcessCodecs().encode(samples, of: frame, in: syntax, options: options)
    }
  }

  private final class Counts: Sendable {
    private let numbers = Mutex((read: 0, written: 0, ahead: 0))

    func noteRead() {
      numbers.withLock {
        $0.read += 1
        $0.ahead = max($0.ahead, $0.read - $0.written)
      }
    }
    func noteWritten() { numbers.withLock { $0.written += 1 } }
    var ahead: Int { numbers.withLock { $0.ahead } }
  }

  private static func compressed(frames: Int) async throws -> (file: [UInt8], header: Header, index: FrameIndex) {
    let file = try await Transcoder().transcode(
      TranscoderTests.file("8 bits", frames: frames), to: .rleLossless
    ).file
    var reader = HeaderReader()
    try reader.consume(file)
    let header = try reader.finish()
    let location = try #require(header.pixelData)
    return (
      file, header, try FrameIndex(header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
    )
  }

  @Test("are decoded at the same time and written in order, few ahead of the one that is due", arguments: [2, 3, 8])
  func order(framesInFlight: Int) async throws {
    let frames = 24
    let (file, header, index) = try await Self.compressed(frames: frames)
    let codecs = MeetingCodecs()
    let counts = Counts()
    var pieces: [[UInt8]] = []
    let plan = FrameTranscoder.Plan(
      header: header.dataSet, index: index, from: .rleLossless, to: .explicitVRLittleEndian)
    let made = try await FrameTranscoder(codecs: codecs, framesInFlight: framesInFlight).transcode(plan) { number in
      counts.noteRead()
      return StoredFrame(index.ranges(frame: number).flatMap { file[Int($0.lowerBound)..<Int($0.upperBound)] })
    } write: { piece in
      counts.noteWritten()
      pieces.append(piece)
    }
    let expected = try Part10.read(TranscoderTests.file("8 bits", frames: frames)).dataSet[.pixelData]?.bytes
    #expect(pieces.flatMap(\.self) == expected)
    #expect(made.length == UInt64(expected?.count ?? 0))
    #expect(await codecs.most >= 2)
    #expect(counts.ahead <= framesInFlight)
  }

  @Test("are given up with the first that fails, and the others are not waited for")
  func failure() async throws {
    let (file, header, index) = try await Self.compressed(frames: 12)
    let plan = FrameTranscoder.Plan(
      header: header.dataSet, index: index, from: .rleLossless, to: .explicitVRLittleEndian)
    let counts = Counts()
    await #expect(throws: PixelError.self) {
      try await FrameTranscoder(codecs: InProcessCodecs(), framesInFlight: 2).transcode(plan) { number in
        counts.noteRead()
        let range = try #require(index.ranges(frame: number).first)
        return StoredFrame(number == 3 ? [1, 2, 3] : Array(file[Int(range.lowerBound)..<Int(range.upperBound)]))
      } write: { _ in
        counts.noteWritten()
      }
    }
  }
}
