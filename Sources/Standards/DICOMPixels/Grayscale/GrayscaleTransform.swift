import DICOM

/// The grayscale pipeline of one frame: modality LUT, VOI LUT, presentation LUT (PS3.4 §N.2), and what is padding.
struct GrayscaleTransform: Equatable, Sendable {
  let modality: ModalityLUT
  let voi: VOILUT
  let presentation: PresentationLUT
  /// Stored values that stand for "no image here" (PS3.3 §C.7.5.1.1.2): black, whatever the tables make of their
  /// number. They are background, and a presentation LUT that inverts would make them the brightest part of the picture.
  let padding: ClosedRange<Double>?

  @inline(__always)
  func level(of stored: Double) -> UInt8 {
    if padding?.contains(stored) == true { return 0 }
    switch presentation {
    case .identity: return voi.level(of: modality.value(of: stored))
    case .inverse: return 255 - voi.level(of: modality.value(of: stored))
    case .table: return presentation.level(of: voi.fraction(of: modality.value(of: stored)))
    }
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
    if case .rescale(let slope, let intercept) = modality, case .ramp(let ramp) = voi, ramp.upper > ramp.lower,
      padding == nil, presentation == .identity || presentation == .inverse
    {
      let span = ramp.upper - ramp.lower
      let flip: UInt8 = presentation == .inverse ? 255 : 0
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
