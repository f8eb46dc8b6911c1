/// The two choices by which elements of a data set are encoded (PS3.5 §7.1, §7.3).
struct Encoding: Equatable, Sendable {
  var isExplicit: Bool
  var isBigEndian: Bool

  static let implicitLittleEndian = Encoding(isExplicit: false, isBigEndian: false)
  static let explicitLittleEndian = Encoding(isExplicit: true, isBigEndian: false)

  init(isExplicit: Bool, isBigEndian: Bool) {
    self.isExplicit = isExplicit
    self.isBigEndian = isBigEndian
  }

  init(_ syntax: TransferSyntax) {
    isExplicit = syntax.isExplicit
    isBigEndian = !syntax.isLittleEndian
  }

  /// The plain transfer syntax with this encoding; implicit VR big endian has none and maps to implicit VR.
  var transferSyntax: TransferSyntax {
    if !isExplicit { return .implicitVRLittleEndian }
    return isBigEndian ? .explicitVRBigEndian : .explicitVRLittleEndian
  }

  /// First groups of a data set lie in this range: Directory Information to the last low standard group.
  private static let firstGroups: ClosedRange<UInt16> = 0x0004...0x00FF
  /// An implicit VR data set does not begin with a value longer than this.
  private static let firstLength: UInt32 = 0xFFFF

  /// What the first eight bytes of a data set look like; nil when they look like none.
  static func guess(_ bytes: UnsafeRawBufferPointer) -> Encoding? {
    guard bytes.count >= 8 else { return nil }
    for isBigEndian in [false, true] {
      let group = bytes.number(at: 0, isBigEndian, as: UInt16.self)
      guard firstGroups.contains(group) else { continue }
      if VR(code: (bytes[4], bytes[5])) != nil { return Encoding(isExplicit: true, isBigEndian: isBigEndian) }
      let tag = Tag(group, bytes.number(at: 2, isBigEndian, as: UInt16.self))
      let length = bytes.number(at: 4, isBigEndian, as: UInt32.self)
      let isLettered = Encoding.isLetter(bytes[4]) && Encoding.isLetter(bytes[5])
      if !isLettered, DataDictionary.vr(tag) != nil, length <= firstLength || length == .max {
        return Encoding(isExplicit: false, isBigEndian: isBigEndian)
      }
    }
    return nil
  }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x41 && byte <= 0x5A
  }
}

extension UnsafeRawBufferPointer {
  /// A number at a place the caller has checked to be within bounds.
  @inline(__always)
  func number<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, _ isBigEndian: Bool, as type: Number.Type
  ) -> Number {
    let raw = loadUnaligned(fromByteOffset: offset, as: Number.self)
    return isBigEndian ? Number(bigEndian: raw) : Number(littleEndian: raw)
  }

  @inline(__always)
  func part(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[start..<end])
  }
}

/// Reversal of byte order within a value field (PS3.5 §7.3).
enum ByteOrder {
  /// Swaps every unit of 2, 4 or 8 bytes; bytes after the last whole unit stay.
  static func swap(_ bytes: inout [UInt8], unit: Int) {
    guard unit > 1 else { return }
    bytes.withUnsafeMutableBytes { buffer in
      var start = 0
      while start &+ unit <= buffer.count {
        var low = start
        var high = start &+ unit &- 1
        while low < high {
          buffer.swapAt(low, high)
          low &+= 1
          high &-= 1
        }
        start &+= unit
      }
    }
  }
}
