import DICOM

/// The grayscale pipeline of one frame: modality LUT, VOI LUT, presentation LUT shape (PS3.4 §N.2).
struct GrayscaleTransform: Equatable, Sendable {
  let modality: ModalityLUT
  let voi: VOILUT
  /// Whether small values are displayed bright.
  let isInverted: Bool

  @inline(__always)
  func level(of stored: Double) -> UInt8 {
    let level = voi.level(of: modality.value(of: stored))
    return isInverted ? 255 - level : level
  }

  /// The levels of all stored values of `bits` bits, indexed by their bit pattern.
  func levels(bits: Int, signed: Bool) -> [UInt8] {
    let count = 1 << bits
    let negative = signed ? count / 2 : count
    return [UInt8](unsafeUninitializedCapacity: count) { levels, initialized in
      fill(levels, from: 0, patterns: 0..<negative)
      fill(levels, from: negative - count, patterns: negative..<count)
      initialized = count
    }
  }

  /// Fills the levels of consecutive stored values beginning with `first`.
  private func fill(_ levels: UnsafeMutableBufferPointer<UInt8>, from first: Int, patterns: Range<Int>) {
    // The usual case, a ramp over rescaled values, has a loop of its own: the table is the cost of a small frame.
    if case .rescale(let slope, let intercept) = modality, case .ramp(let ramp) = voi, ramp.upper > ramp.lower {
      let span = ramp.upper - ramp.lower
      let flip: UInt8 = isInverted ? 255 : 0
      for pattern in patterns {
        let value = Double(first + (pattern - patterns.lowerBound)) * slope + intercept
        let fraction = (value - ramp.lower) / span
        levels[pattern] = UInt8(min(max(fraction, 0), 1) * 255 + 0.5) ^ flip
      }
      return
    }
    for pattern in patterns {
      levels[pattern] = level(of: Double(first + (pattern - patterns.lowerBound)))
    }
  }
}

extension GrayscaleTransform {
  /// Whether small values are displayed bright: what Presentation LUT Shape (2050,0020) says, and without it what
  /// MONOCHROME1 means (PS3.3 §C.11.6, §C.7.6.3.1.2). The two never add up: for MONOCHROME1 the shape is INVERSE.
  static func isInverted(_ header: DataSet, _ photometric: PhotometricInterpretation) -> Bool {
    switch header.string(.presentationLUTShape)?.uppercased() {
    case "INVERSE": true
    case "IDENTITY": false
    default: photometric == .monochrome1
    }
  }
}
