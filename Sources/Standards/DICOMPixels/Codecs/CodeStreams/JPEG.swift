import CCodecs

/// What the syntaxes of ISO/IEC 10918-1 share: the code stream itself says by which process it is decoded.
enum JPEG {
  /// Samples that one coded byte becomes at most: with DCT a block of 64, subsampled in both directions, takes at least
  /// two bits; without, each takes at least one.
  static let greatestExpansion = (sequential: 1024, lossless: 8)

  /// - Parameter isNamed: whether a process is one that the transfer syntax names.
  static func decode(
    _ stream: [UInt8], as frame: FrameDescription, _ isNamed: (JPEGHeader) -> Bool
  ) throws(PixelError) -> DecodedFrame {
    let header = try JPEGHeader(stream)
    var leniencies = try header.content.check(against: frame)
    if !isNamed(header) { leniencies.insert(.otherJPEGProcess) }
    let (decoder, expansion) = try decoder(of: header)
    guard frame.sampleCount / expansion <= stream.count else {
      throw PixelError(.malformedCodeStream, "\(stream.count) bytes cannot hold \(frame.sampleCount) samples")
    }
    var description = try frame.afterTransform()
    if header.process == .sequential {
      if header.spectralStart != 0 || header.spectralEnd != 63 {
        leniencies.insert(.sequentialScanWithSpectralSelection)
      }
      if frame.samplesPerPixel == 3, let marked = header.colorSpace {
        let space: FrameDescription.ColorSpace = marked == .rgb ? .rgb : .ybrFull
        if space != description.photometricInterpretation { leniencies.insert(.colorSpaceByMarkers) }
        description.photometricInterpretation = space
      }
    }
    let coded = try CodecLibrary.decode(stream, header.content, decoder)
    return DecodedFrame(samples: coded.stored(as: frame), description: description, leniencies: leniencies)
  }

  private static func decoder(
    of header: JPEGHeader
  ) throws(PixelError) -> (decoder: CodecLibrary.Decoder, expansion: Int) {
    switch (header.process, header.precision) {
    case (.sequential, 8): return (ccodecs_jpeg8_decode, greatestExpansion.sequential)
    case (.sequential, 12): return (ccodecs_jpeg_gdcm12_decode, greatestExpansion.sequential)
    case (.lossless, 2...8): return (ccodecs_jpeg_gdcm8_decode, greatestExpansion.lossless)
    case (.lossless, 9...12): return (ccodecs_jpeg_gdcm12_decode, greatestExpansion.lossless)
    case (.lossless, 13...16): return (ccodecs_jpeg_gdcm16_decode, greatestExpansion.lossless)
    default:
      throw PixelError(.unsupported, "a JPEG process of \(header.precision) bits that DICOM does not have, or no more")
    }
  }
}
