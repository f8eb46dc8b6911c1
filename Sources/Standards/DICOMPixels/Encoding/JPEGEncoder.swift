import CTurboJPEG

/// Encodes an image as baseline JPEG (ISO/IEC 10918-1), colour without subsampling: burnt-in text stays sharp.
///
/// - Parameters:
///   - quality: 1 (smallest) to 100 (best).
///   - embedsProfile: whether the file has the profile of sRGB in it; grey then becomes colour, which it is for.
/// - Throws: `PixelError` with code `.invalidOption` or `.encodingFailed`, the latter also for sides beyond 65500.
public func encodeJPEG(
  _ original: RenderedImage, quality: Int = RenderOptions.defaultQuality, embedsProfile: Bool = false
) throws(PixelError) -> [UInt8] {
  let image = embedsProfile ? original.inColor : original
  guard (1...100).contains(quality) else {
    throw PixelError(.invalidOption, "the quality must be within 1…100")
  }
  guard image.width <= JPEGLimits.maximumSide, image.height <= JPEGLimits.maximumSide else {
    throw PixelError(
      .encodingFailed, "\(image.width) × \(image.height); JPEG has up to \(JPEGLimits.maximumSide) a side")
  }
  guard let compressor = tjInitCompress() else {
    throw PixelError(.encodingFailed, "the JPEG encoder could not be started")
  }
  defer { tjDestroy(compressor) }
  let isGray = image.colorModel == .gray
  let sampling = Int32((isGray ? TJSAMP_GRAY : TJSAMP_444).rawValue)
  let format = Int32((isGray ? TJPF_GRAY : TJPF_RGB).rawValue)
  let (width, height) = (Int32(image.width), Int32(image.height))
  let capacity = Int(tjBufSize(width, height, sampling))
  let stream = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
    var destination = output.baseAddress
    var size = UInt(capacity)
    let status = tjCompress2(
      compressor, image.pixels, width, 0, height, format, &destination, &size, sampling, Int32(quality),
      TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT)
    count = status == 0 ? Int(size) : 0
  }
  guard !stream.isEmpty else {
    throw PixelError(.encodingFailed, "the JPEG encoder refused \(image.width) × \(image.height) pixels")
  }
  return embedsProfile ? try JPEGProfile.insert(ColorProfile.sRGB, into: stream) : stream
}

/// A profile in a segment APP2 (ICC.1 §B.4), behind the JFIF header the encoder begins with.
private enum JPEGProfile {
  /// Marker and length of a segment of the application.
  private static let segmentHead = 4

  static func insert(_ profile: [UInt8], into stream: [UInt8]) throws(PixelError) -> [UInt8] {
    let content = Array("ICC_PROFILE".utf8) + [0, 1, 1] + profile
    let length = content.count + 2
    guard stream.count > 2 + segmentHead, stream[2] == 0xFF, stream[3] == 0xE0, length <= Int(UInt16.max) else {
      throw PixelError(.encodingFailed, "the profile has no place in the picture")
    }
    let end = 4 + (Int(stream[4]) << 8 | Int(stream[5]))
    guard end <= stream.count else { throw PixelError(.encodingFailed, "the picture has no place for the profile") }
    let head: [UInt8] = [0xFF, 0xE2, UInt8(length >> 8), UInt8(length & 0xFF)]
    return Array(stream[..<end]) + head + content + Array(stream[end...])
  }
}

enum JPEGLimits {
  /// The encoder's own limit, a little below the format's 65535.
  static let maximumSide = 65500
}
