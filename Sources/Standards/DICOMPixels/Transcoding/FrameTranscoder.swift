public import DICOM
import Foundation

/// Brings the frames of an image from one transfer syntax into another: several at a time, in order, and never more of them
/// in memory than is said.
public struct FrameTranscoder: Sendable {
  /// Frames that are worked on or wait for the one before them, at most.
  public static let maximumFramesInFlight = 16
  /// Bytes of decoded frames in flight; one frame is always.
  public static let maximumBytesInFlight = 256 * 1024 * 1024

  private let codecs: any FrameCoding
  private let framesInFlight: Int

  /// - Parameters:
  ///   - codecs: who decodes and encodes frames.
  ///   - framesInFlight: as many as there are processors, when nothing is said.
  public init(codecs: any FrameCoding, framesInFlight: Int? = nil) {
    self.codecs = codecs
    let framesInFlight = framesInFlight ?? ProcessInfo.processInfo.activeProcessorCount
    self.framesInFlight = min(max(framesInFlight, 1), Self.maximumFramesInFlight)
  }

  /// What frames are to be brought from where to where.
  public struct Plan: Sendable {
    /// The header, whose Image Pixel module describes the stored frames.
    public var header: DataSet
    public var index: FrameIndex
    public var source: TransferSyntax
    public var target: TransferSyntax
    public var options = CompressionOptions()

    public init(header: DataSet, index: FrameIndex, from source: TransferSyntax, to target: TransferSyntax) {
      self.header = header
      self.index = index
      self.source = source
      self.target = target
    }
  }

  /// Transcodes all frames.
  ///
  /// - Parameters:
  ///   - read: gives a stored frame, counted from 0; several are asked for at a time.
  ///   - write: takes the pieces of the new value of Pixel Data in order: items of code streams without a Basic Offset
  ///     Table, or native samples.
  /// - Throws: `PixelError` when a frame cannot be brought into the syntax, or what `read` and `write` throw.
  public func transcode(
    _ plan: Plan, read: @escaping @Sendable (Int) async throws -> StoredFrame,
    write: ([UInt8]) async throws -> Void
  ) async throws -> TranscodedPixels {
    let described = try FrameDescription(header: plan.header)
    guard !plan.header.contains(.floatPixelData), !plan.header.contains(.doubleFloatPixelData) else {
      throw PixelError(.unsupported, tag: .floatPixelData, "floating point pixel data is native only")
    }
    // What has no codec is said before anything is read.
    for syntax in [plan.source, plan.target] where syntax.isEncapsulated { _ = try FrameCodecs.codec(for: syntax) }
    let count = plan.index.count
    var assembly = plan.target.isEncapsulated ? PixelDataAssembly.encapsulated : .native
    var leniencies: Set<CodecLeniency> = []
    var common: FrameDescription?
    let width = max(1, min(framesInFlight, Self.maximumBytesInFlight / max(described.length, 1)))
    try await inOrder(count, width: width) { number in
      try await frame(number, plan, described, try await read(number))
    } take: { frame in
      leniencies.formUnion(frame.leniencies)
      guard common == nil || common == frame.description else {
        throw PixelError(.unsupported, "frames of one image came out in different colours")
      }
      common = frame.description
      switch frame.content {
      case .stream(let stream): try await write(try assembly.append(stream))
      case .native(let decoded): try await write(assembly.append(decoded))
      }
    }
    guard let common else { throw PixelError(.noSuchFrame, "the image has no frame") }
    let rest = assembly.finish()
    if !rest.isEmpty { try await write(rest) }
    return TranscodedPixels(
      plan, described: described, description: common, length: assembly.length,
      streamLengths: plan.target.isEncapsulated ? assembly.streamLengths : nil, leniencies: leniencies)
  }

  private struct NewFrame: Sendable {
    enum Content: Sendable {
      case stream([UInt8])
      case native(DecodedFrame)
    }
    var content: Content
    var description: FrameDescription
    var leniencies: Set<CodecLeniency>
  }

  @concurrent
  private func frame(
    _ number: Int, _ plan: Plan, _ described: FrameDescription, _ stored: StoredFrame
  ) async throws -> NewFrame {
    let decoded: DecodedFrame
    if plan.source.isEncapsulated {
      decoded = try await codecs.decode(stored.bytes, in: plan.source, as: described)
    } else {
      decoded = try stored.native(
        described, bits: plan.index.bitsPerFrame ?? described.length * 8,
        byPlane: plan.header.int(.planarConfiguration) == 1, number: number)
    }
    guard plan.target.isEncapsulated else {
      let native = decoded.inColors(of: described)
      return NewFrame(content: .native(native), description: native.description, leniencies: decoded.leniencies)
    }
    let encoded = try await codecs.encode(
      decoded.samples, of: decoded.description, in: plan.target, options: plan.options)
    return NewFrame(
      content: .stream(encoded.stream), description: encoded.description, leniencies: decoded.leniencies)
  }

  /// Makes values at the same time and takes them one after the other, in order.
  private func inOrder<Value: Sendable>(
    _ count: Int, width: Int, make: @escaping @Sendable (Int) async throws -> Value,
    take: (Value) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      var begun = 0
      var taken = 0
      var early: [Int: Value] = [:]
      while taken < count {
        while begun < count, begun - taken < width {
          let number = begun
          group.addTask { (number, try await make(number)) }
          begun += 1
        }
        guard let (number, value) = try await group.next() else { return }
        early[number] = value
        while let next = early.removeValue(forKey: taken) {
          try await take(next)
          taken += 1
        }
      }
    }
  }
}
