import DICOM

extension FrameDescription {
  /// The frame as a decoder that undoes the transforms of its code stream leaves it: the components of JPEG 2000 and
  /// JPEG XL are RGB again, those at half resolution are full.
  ///
  /// - Throws: `PixelError` `.unsupported` for what belongs to videos.
  func afterTransform() throws(PixelError) -> FrameDescription {
    var result = self
    switch photometricInterpretation {
    case .ybrICT, .ybrRCT, .xyb:
      result.photometricInterpretation = .rgb
    case .ybrFull422:
      result.photometricInterpretation = .ybrFull
    case .ybrPartial420, .ybrPartial422:
      throw PixelError(.unsupported, "\(photometricInterpretation.rawValue) is of videos, which are not decoded")
    default:
      break
    }
    return result
  }

  /// - Throws: `PixelError` `.frameTooShort` unless there are exactly the frame's bytes.
  func check(_ samples: [UInt8]) throws(PixelError) {
    guard samples.count == length else {
      throw PixelError(.frameTooShort, "\(samples.count) bytes, a frame has \(length)")
    }
  }
}
