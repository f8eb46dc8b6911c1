public import DICOM

/// A video as its object describes it; the stream itself is passed on as it is (PS3.5 §8.2.5 to §8.2.9).
public struct VideoDescription: Hashable, Sendable {
  public enum Codec: String, Hashable, Sendable {
    case mpeg2 = "MPEG-2"
    case h264 = "MPEG-4 AVC/H.264"
    case hevc = "HEVC/H.265"
  }

  public let codec: Codec
  public let rows: Int
  public let columns: Int
  public let frameCount: Int
  /// Frames a second: Cine Rate, Recommended Display Frame Rate, or from Frame Time; nil when nothing says it.
  public let frameRate: Double?
  public let hasAudio: Bool

  /// - Throws: `.unsupported` when the transfer syntax is of no video, `.invalidValue` for no rows, columns or frames.
  public init(
    transferSyntax: TransferSyntax, rows: Int, columns: Int, frameCount: Int, frameRate: Double, hasAudio: Bool = false
  ) throws(ObjectError) {
    guard let codec = Codec(transferSyntax) else {
      throw ObjectError(.unsupported, path: TagPath(.transferSyntaxUID), "a transfer syntax of a video")
    }
    let side = 1...Int(UInt16.max)
    guard side.contains(rows), side.contains(columns) else {
      throw ObjectError(.invalidValue, path: TagPath(.rows), "1 to 65535 rows and columns")
    }
    guard (1...Int(Int32.max)).contains(frameCount), frameRate > 0, frameRate.isFinite else {
      throw ObjectError(.invalidValue, path: TagPath(.numberOfFrames), "at least one frame, at some rate")
    }
    self.codec = codec
    self.rows = rows
    self.columns = columns
    self.frameCount = frameCount
    self.frameRate = frameRate
    self.hasAudio = hasAudio
  }

  /// - Throws: `.unsupported` when the transfer syntax is of no video.
  public init(dataSet: DataSet, transferSyntax: TransferSyntax) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    guard let codec = Codec(transferSyntax) else {
      throw ObjectError(.unsupported, path: TagPath(.transferSyntaxUID), "a transfer syntax of a video")
    }
    self.codec = codec
    rows = try reader.count(.rows, upTo: Int(UInt16.max))
    columns = try reader.count(.columns, upTo: Int(UInt16.max))
    frameCount = try reader.count(.numberOfFrames, upTo: Int(Int32.max))
    let time = reader.double(.frameTime).flatMap { $0 > 0 ? 1000 / $0 : nil }
    let said = reader.double(.cineRate) ?? reader.double(.recommendedDisplayFrameRate)
    frameRate = time ?? said.flatMap { $0 > 0 ? $0 : nil }
    hasAudio = !reader.items(.multiplexedAudioChannelsDescriptionCodeSequence).isEmpty
  }

  /// Length in seconds, where the rate is known.
  public var durationSeconds: Double? { frameRate.map { Double(frameCount) / $0 } }
}

extension VideoDescription.Codec {
  fileprivate init?(_ syntax: TransferSyntax) {
    guard syntax.isVideo else { return nil }
    let arcs = syntax.uid.rawValue.dropFirst("1.2.840.10008.1.2.4.".count)
    switch Int(arcs.prefix { $0 != "." }) {
    case 100?, 101?: self = .mpeg2
    case 102?, 103?, 104?, 105?, 106?: self = .h264
    case 107?, 108?: self = .hevc
    default: return nil
    }
  }
}
