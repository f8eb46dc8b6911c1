/// Numbers that are the same for the same seed, on every machine (SplitMix64; Steele, Lea, Flood 2014).
struct DemoRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// A stream of its own for each thing that is to be made up.
  init(seed: UInt64, _ streams: Int...) {
    self.init(seed: seed)
    for stream in streams {
      state = next() ^ (UInt64(truncatingIfNeeded: stream) &* 0x9E37_79B9_7F4A_7C15)
    }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 up to, not including, a bound of at least 1.
  mutating func below(_ bound: Int) -> Int {
    // The tiny bias of the remainder harms no demo, and the standard library's way may change between versions.
    Int(truncatingIfNeeded: next() >> 33) % max(1, bound)
  }

  /// At least the lower, less than the upper bound.
  mutating func between(_ lower: Double, _ upper: Double) -> Double {
    lower + (upper - lower) * Double(next() >> 11) / 9_007_199_254_740_992
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }
}
