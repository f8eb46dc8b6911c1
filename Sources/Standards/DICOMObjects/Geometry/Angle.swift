import Glibc

enum Angle {
  static func degrees(sine: Double) -> Double { asin(min(max(sine, -1), 1)) * 180 / .pi }
}
