import Glibc

extension VOILUT {
  /// The sigmoid function (PS3.3 §C.11.2.1.3.1), 0 to 1.
  @inline(__always)
  static func sigmoidFraction(_ value: Double, center: Double, width: Double) -> Double {
    let fraction = 1 / (1 + exp(-4 * (value - center) / width))
    return fraction == fraction ? fraction : 0
  }

  /// The same, to the nearest of 256 levels.
  @inline(__always)
  static func sigmoid(_ value: Double, center: Double, width: Double) -> UInt8 {
    UInt8(sigmoidFraction(value, center: center, width: width) * 255 + 0.5)
  }
}
