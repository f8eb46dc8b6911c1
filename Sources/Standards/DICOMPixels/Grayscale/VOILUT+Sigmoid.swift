import Glibc

extension VOILUT {
  /// The sigmoid function (PS3.3 §C.11.2.1.3.1), to the nearest of 256 levels.
  @inline(__always)
  static func sigmoid(_ value: Double, center: Double, width: Double) -> UInt8 {
    let fraction = 1 / (1 + exp(-4 * (value - center) / width))
    return fraction == fraction ? UInt8(fraction * 255 + 0.5) : 0
  }
}
