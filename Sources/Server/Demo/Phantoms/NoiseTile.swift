/// A tile of correlated noise, mean 0 and standard deviation 1, as a reconstruction kernel leaves it. Rows wrap around.
struct NoiseTile: Sendable {
  static let rows = 128
  static let columns = 832
  /// Places where a line may begin.
  static let offsets = 256

  /// Rows one after another.
  let values: [Float]

  /// - Parameter passes: how often neighbours are averaged; more make coarser grains.
  init(_ random: inout DemoRandom, passes: Int) {
    let count = NoiseTile.rows * NoiseTile.columns
    var values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count {
        // The sum of eight even distributions is close enough to a bell.
        let bits = random.next()
        var sum = 0
        for shift in stride(from: 0, to: 64, by: 8) { sum &+= Int(truncatingIfNeeded: (bits >> UInt64(shift)) & 0xFF) }
        buffer[index] = Float(sum &- 1020)
      }
      initialized = count
    }
    for _ in 0..<passes { values = NoiseTile.averaged(values) }
    var square: Float = 0
    for value in values { square += value * value / Float(count) }
    let scale = 1 / square.squareRoot()
    self.values = values.map { $0 * scale }
  }

  private static func averaged(_ values: [Float]) -> [Float] {
    let count = values.count
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      values.withUnsafeBufferPointer { values in
        for index in 0..<count {
          let left = values[index == 0 ? count - 1 : index &- 1]
          let right = values[index == count - 1 ? 0 : index &+ 1]
          let up = values[index < columns ? index &+ count &- columns : index &- columns]
          let down = values[index >= count - columns ? index &+ columns &- count : index &+ columns]
          buffer[index] = 2 * values[index] + left + right + up + down
        }
      }
      initialized = count
    }
  }
}
