import CColor
import DICOM

/// ICC profiles (PS3.3 §C.11.15, ICC.1): colours of an image's profile are brought to sRGB, which is what a picture
/// without a profile is taken for.
enum ColorProfile {
  /// The longest profile that is used; those of cameras and scanners take some kilobytes, with tables a few hundred.
  static let maximumLength = 4 << 20
  /// Perceptual (ICC.1 §7.2.15).
  private static let intent: UInt32 = 0

  /// The profile of a colour image: ICC Profile (0028,2000), of the data set or of its first optical path
  /// (PS3.3 §C.8.12.5).
  static func of(_ header: DataSet) -> [UInt8]? {
    let bytes = header[.iccProfile]?.bytes ?? header.items(.opticalPathSequence).first?[.iccProfile]?.bytes
    return bytes.flatMap { $0.isEmpty || $0.count > maximumLength ? nil : $0 }
  }

  /// Interleaved RGB in sRGB. A profile that is damaged, or of another colour space than RGB, changes nothing: no image
  /// is worth less for its profile.
  static func toSRGB(_ pixels: [UInt8], from profile: [UInt8]) -> [UInt8] {
    var converted = pixels
    let status = converted.withUnsafeMutableBufferPointer { pixels in
      ccolor_to_srgb(profile, profile.count, intent, pixels.baseAddress, pixels.count / 3)
    }
    return status == Int32(CCOLOR_DONE.rawValue) ? converted : pixels
  }

  /// The profile of sRGB, to be put into pictures.
  static let sRGB: [UInt8] = [UInt8](unsafeUninitializedCapacity: 1 << 16) { bytes, count in
    count = ccolor_srgb_profile(bytes.baseAddress, bytes.count)
  }
}

extension RenderedImage {
  /// The image with three bytes a pixel.
  var inColor: RenderedImage {
    guard colorModel == .gray else { return self }
    let rgb = [UInt8](unsafeUninitializedCapacity: pixels.count * 3) { output, initialized in
      for (index, level) in pixels.enumerated() {
        for component in 0..<3 { output[index * 3 + component] = level }
      }
      initialized = pixels.count * 3
    }
    return RenderedImage(width: width, height: height, colorModel: .rgb, pixels: rgb)
  }
}
