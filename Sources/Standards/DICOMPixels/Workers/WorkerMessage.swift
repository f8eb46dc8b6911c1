/// What goes between a pool and a worker beside the bytes of frames: a few numbers and a text.
struct WorkerMessage: Equatable {
  /// The longest message on the wire, in bytes.
  static let maximumLength = 4096

  var numbers: [Int64]
  var text: String

  var encoded: [UInt8] {
    var bytes: [UInt8] = [UInt8(truncatingIfNeeded: numbers.count)]
    for number in numbers {
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> Int64(8 * shift))) }
    }
    return bytes + text.utf8.prefix(Self.maximumLength - bytes.count)
  }

  init(numbers: [Int64], text: String = "") {
    self.numbers = numbers
    self.text = text
  }

  init?(_ bytes: [UInt8]) {
    guard let count = bytes.first.map(Int.init), bytes.count >= 1 + 8 * count else { return nil }
    numbers = (0..<count).map { index in
      (0..<8).reduce(0) { $0 | Int64(bytes[1 + 8 * index + $1]) << Int64(8 * $1) }
    }
    text = String(decoding: bytes[(1 + 8 * count)...], as: UTF8.self)
  }
}
