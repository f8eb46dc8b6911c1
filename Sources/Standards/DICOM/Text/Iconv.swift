import Glibc
import Synchronization

/// Conversion between encodings by the C library, with descriptors kept for reuse.
enum Iconv {
  /// A conversion descriptor.
  ///
  /// `@unchecked Sendable`: `borrow` removes it from the pool before use, so one thread holds it at a time.
  private struct Descriptor: @unchecked Sendable {
    var handle: iconv_t
  }

  private struct Direction: Hashable, Sendable {
    var from: String
    var to: String
  }

  /// Descriptors kept per direction.
  private static let pooled = 8
  private static let pool = Mutex<[Direction: [Descriptor]]>([:])
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// The bytes in UTF-8; each malformed byte becomes U+FFFD.
  static func utf8(_ bytes: [UInt8], from codec: String) -> [UInt8] {
    convert(bytes, Direction(from: codec, to: "UTF-8"), replacement: replacement) ?? replacement
  }

  /// The bytes in UTF-8; nil when one of them is no character of the encoding.
  static func decoded(_ bytes: [UInt8], from codec: String) -> [UInt8]? {
    convert(bytes, Direction(from: codec, to: "UTF-8"), replacement: nil)
  }

  /// UTF-8 in another encoding; nil when a character is not in it.
  static func encoded(_ utf8: [UInt8], to codec: String) -> [UInt8]? {
    convert(utf8, Direction(from: "UTF-8", to: codec), replacement: nil)
  }

  private static func convert(_ bytes: [UInt8], _ direction: Direction, replacement: [UInt8]?) -> [UInt8]? {
    guard let descriptor = borrow(direction) else { return nil }
    defer { giveBack(descriptor, direction) }
    iconv(descriptor.handle, nil, nil, nil, nil)
    var input = bytes
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count * 2)
    var piece = [CChar](repeating: 0, count: min(max(bytes.count * 3, 16), 4096))
    let isWhole = input.withUnsafeMutableBytes { (buffer) -> Bool in
      var source = buffer.bindMemory(to: CChar.self).baseAddress
      var remaining = buffer.count
      while remaining > 0 {
        var status = 0
        var reason: Int32 = 0
        piece.withUnsafeMutableBufferPointer { target in
          var destination = target.baseAddress
          var room = target.count
          status = iconv(descriptor.handle, &source, &remaining, &destination, &room)
          reason = errno
          output.append(contentsOf: UnsafeRawBufferPointer(target).part(0, target.count - room))
        }
        if status != -1 || reason == E2BIG { continue }
        guard let replacement, remaining > 0 else { return false }
        output.append(contentsOf: replacement)
        source = source?.advanced(by: 1)
        remaining -= 1
        iconv(descriptor.handle, nil, nil, nil, nil)
      }
      return true
    }
    return isWhole ? output : nil
  }

  private static func borrow(_ direction: Direction) -> Descriptor? {
    if let pooled = pool.withLock({ $0[direction]?.popLast() }) { return pooled }
    guard let handle = iconv_open(direction.to, direction.from), Int(bitPattern: handle) != -1 else { return nil }
    return Descriptor(handle: handle)
  }

  private static func giveBack(_ descriptor: Descriptor, _ direction: Direction) {
    let isKept = pool.withLock { pool in
      guard pool[direction, default: []].count < pooled else { return false }
      pool[direction, default: []].append(descriptor)
      return true
    }
    if !isKept { iconv_close(descriptor.handle) }
  }
}
