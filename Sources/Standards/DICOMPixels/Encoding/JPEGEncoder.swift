import CTurboJPEG

/// Encodes an image as baseline JPEG (ISO/IEC 10918-1), colour without subsampling: burnt-in text stays sharp.
///
/// - Parameter quality: 1 (smallest) to 100 (best).
/// - Throws: `PixelError` with code `.invalidOption` or `.encodingFailed`, the latter also for sides beyond 65500.
public func encodeJPEG(
  _ image: RenderedImage, quality: Int = RenderOptions.defaultQuality
) throws(PixelError) -> [UInt8] {
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
  return stream
}

enum JPEGLimits {
  /// The encoder's own limit, a little below the format's 65535.
  static let maximumSide = 65500
}
