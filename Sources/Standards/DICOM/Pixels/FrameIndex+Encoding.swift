/// The compact binary form, all numbers as base-128 integers, least significant group first:
///
///     version (1)  layout (0 native, 1 encapsulated, 2 native within words of two bytes)
///     native:        start  bits per frame  count
///     encapsulated:  frames  fragments  [fragments of the frame] × frames  [gap before, length] × fragments
extension FrameIndex {
  private static let version: UInt64 = 1

  /// A compact binary form: three bytes a frame for compressed slices.
  public var encoded: [UInt8] {
    var output: [UInt8] = []
    output.append(variable: FrameIndex.version)
    switch layout {
    case .native(let start, let bits, let count, let word):
      let kind: UInt64 = word == 1 ? 0 : 2
      for number in [kind, start, bits, UInt64(clamping: count)] { output.append(variable: number) }
    case .encapsulated(let fragments, let firsts):
      for number in [1, UInt64(firsts.count), UInt64(fragments.count)] { output.append(variable: number) }
      for frame in firsts.indices {
        let end = frame + 1 < firsts.count ? firsts[frame + 1] : fragments.count
        output.append(variable: UInt64(clamping: end - firsts[frame]))
      }
      var position: UInt64 = 0
      for fragment in fragments {
        output.append(variable: fragment.lowerBound &- position)
        output.append(variable: fragment.upperBound &- fragment.lowerBound)
        position = fragment.upperBound
      }
    }
    return output
  }

  /// Reads what `encoded` wrote.
  ///
  /// - Throws: `.malformed` for anything else.
  public init(encoded: [UInt8]) throws(DICOMError) {
    var numbers = VariableNumbers(encoded)
    guard numbers.next() == FrameIndex.version, let kind = numbers.next(),
      let layout = kind == 1
        ? FrameIndex.encapsulated(&numbers, encoded.count)
        : FrameIndex.native(&numbers, wordLength: kind == 2 ? 2 : 1), numbers.isAtEnd
    else { throw DICOMError(.malformed, detail: "not an encoded frame index") }
    self.init(layout: layout)
  }

  private static func native(_ numbers: inout VariableNumbers, wordLength: UInt64) -> Layout? {
    guard let start = numbers.next(), let bits = numbers.next(), bits > 0,
      let count = numbers.next().flatMap({ Int(exactly: $0) }), count > 0
    else { return nil }
    let (total, overflows) = bits.multipliedReportingOverflow(by: UInt64(count))
    guard !overflows, total <= UInt64.max - 15, !start.addingReportingOverflow((total + 15) / 8).overflow else {
      return nil
    }
    return .native(start: start, bitsPerFrame: bits, count: count, wordLength: wordLength)
  }

  /// Every frame and fragment takes at least a byte, so the counts cannot ask for more memory than they sent.
  private static func encapsulated(_ numbers: inout VariableNumbers, _ length: Int) -> Layout? {
    guard let frames = numbers.next().flatMap({ Int(exactly: $0) }), frames <= length,
      let count = numbers.next().flatMap({ Int(exactly: $0) }), count <= length
    else { return nil }
    var firsts: [Int] = []
    firsts.reserveCapacity(frames)
    var next = 0
    for _ in 0..<frames {
      guard let taken = numbers.next().flatMap({ Int(exactly: $0) }), taken <= count - next else { return nil }
      firsts.append(next)
      next += taken
    }
    guard next == count else { return nil }
    var fragments: [Range<UInt64>] = []
    fragments.reserveCapacity(count)
    var position: UInt64 = 0
    for _ in 0..<count {
      guard let gap = numbers.next(), let length = numbers.next() else { return nil }
      let start = position &+ gap
      let (end, overflows) = start.addingReportingOverflow(length)
      guard !overflows else { return nil }
      fragments.append(start..<end)
      position = end
    }
    return .encapsulated(fragments: fragments, firsts: firsts)
  }
}

/// Base-128 integers in sequence.
private struct VariableNumbers {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func next() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count, shift < 64 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }
}

extension [UInt8] {
  fileprivate mutating func append(variable value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}
