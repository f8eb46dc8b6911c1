/// Choices of an encoder.
public struct CompressionOptions: Equatable, Hashable, Sendable {
  /// JPEG baseline and extended: 1 (smallest) to 100 (best).
  public var quality: Int = 90
  /// JPEG-LS near-lossless: the largest difference that a sample may get, 1 to 255.
  public var nearLossless: Int = 2
  /// JPEG 2000 and HTJ2K, lossy: by how much the code stream is meant to be smaller than the samples, more than 1.
  public var compressionRatio: Double = 10
  /// JPEG lossless: the selection value (ISO/IEC 10918-1 Table H.1), 1 to 7.
  public var predictor: Int = 1
  /// JPEG baseline: whether colour differences keep their resolution. YBR_FULL then, which PS3.5 Table 8.2.1-1 does not
  /// have, but every reader reads.
  public var keepsColorResolution = false

  public init() {}

  func check() throws(PixelError) {
    guard (1...100).contains(quality) else { throw PixelError(.invalidOption, "the quality must be within 1…100") }
    guard (1...255).contains(nearLossless) else {
      throw PixelError(.invalidOption, "the largest difference must be within 1…255")
    }
    guard compressionRatio.isFinite, compressionRatio > 1, compressionRatio <= 1000 else {
      throw PixelError(.invalidOption, "the compression ratio must be above 1 and not above 1000")
    }
    guard (1...7).contains(predictor) else {
      throw PixelError(.invalidOption, "the selection value must be within 1…7")
    }
  }
}
