/// A short run of bytes to be found in long ones (Horspool's search): most bytes of a content are never looked at.
struct BytePattern: Sendable {
  let bytes: [UInt8]
  /// How far to move when a byte stands under the pattern's last position.
  private let shifts: [UInt8]

  /// - Parameter bytes: 1 to 255 bytes.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let length = UInt8(clamping: bytes.count)
    var shifts = [UInt8](repeating: length, count: 256)
    for (position, byte) in bytes.dropLast().enumerated() {
      shifts[Int(byte)] = length &- 1 &- UInt8(clamping: position)
    }
    self.shifts = shifts
  }

  var count: Int { bytes.count }

  /// The first occurrence that begins at `start` or behind it.
  func find(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
    let length = bytes.count
    guard length > 0, start >= 0 else { return nil }
    return bytes.withUnsafeBufferPointer { pattern in
      shifts.withUnsafeBufferPointer { shifts in
        var position = start
        while position <= text.count - length {
          let last = text[position + length - 1]
          if last == pattern[length - 1] {
            var matched = 0
            while matched < length - 1, text[position + matched] == pattern[matched] { matched += 1 }
            if matched == length - 1 { return position }
          }
          position += Int(shifts[Int(last)])
        }
        return nil
      }
    }
  }
}
