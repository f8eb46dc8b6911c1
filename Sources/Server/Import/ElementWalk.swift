import DICOM
import NIOCore

/// Steps over the first elements of a data set in memory, to learn how it is encoded and what it is.
///
/// It only looks for a handful of short attributes at the top level (PS3.5 §7.1); everything else is the header
/// reader's business.
struct ElementWalk {
  /// How the elements are encoded.
  struct Encoding: Equatable {
    var isExplicit: Bool
    var isLittleEndian: Bool

    var transferSyntax: TransferSyntax {
      if !isLittleEndian { return .explicitVRBigEndian }
      return isExplicit ? .explicitVRLittleEndian : .implicitVRLittleEndian
    }
  }

  struct Step {
    var tag: Tag
    /// Offsets of the value field.
    var value: Range<Int>
  }

  let bytes: ByteBufferView
  let encoding: Encoding
  /// Offset of the next element.
  private(set) var position: Int

  init(_ bytes: ByteBufferView, from position: Int, encoding: Encoding) {
    self.bytes = bytes
    self.encoding = encoding
    self.position = position
  }

  /// How the element at an offset is encoded, judged by its tag and VR; `nil` when no data set begins there.
  static func encoding(of bytes: ByteBufferView, at position: Int) -> Encoding? {
    guard bytes.count >= position + 8 else { return nil }
    func byte(_ offset: Int) -> UInt8 { bytes[bytes.startIndex + position + offset] }
    let group = (UInt16(byte(0)), UInt16(byte(1)))
    // The first group of a data set is 0008, 0004 in a directory, 0002 in file meta information: one byte of it is 0.
    guard (group.0 == 0) != (group.1 == 0) else { return nil }
    let hasVR = VR(code: (byte(4), byte(5))) != nil
    if group.1 == 0 { return Encoding(isExplicit: hasVR, isLittleEndian: true) }
    return hasVR ? Encoding(isExplicit: true, isLittleEndian: false) : nil
  }

  /// The next element, if its header and value are wholly there; the walk stays before it otherwise.
  mutating func next() -> Step? {
    guard let group = number16(at: position), let element = number16(at: position + 2) else { return nil }
    var start = position + 8
    let length: UInt32
    if encoding.isExplicit {
      guard bytes.count >= position + 8 else { return nil }
      let code = (byte(at: position + 4), byte(at: position + 5))
      guard let vr = VR(code: code) else { return nil }
      if vr.usesLongLength {
        guard let long = number32(at: position + 8) else { return nil }
        length = long
        start = position + 12
      } else {
        guard let short = number16(at: position + 6) else { return nil }
        length = UInt32(short)
      }
    } else {
      guard let long = number32(at: position + 4) else { return nil }
      length = long
    }
    guard length != .max, let count = Int(exactly: length), count <= bytes.count - start else { return nil }
    position = start + count
    return Step(tag: Tag(group, element), value: start..<position)
  }

  /// The value as a UID, if it can be one.
  func uid(_ step: Step) -> UID? {
    guard step.value.count <= UID.maximumLength + 1 else { return nil }
    let base = bytes.startIndex
    let text = bytes[(base + step.value.lowerBound)..<(base + step.value.upperBound)]
    let uid = UID(rawValue: String(decoding: text, as: UTF8.self))
    return uid.rawValue.isEmpty ? nil : uid
  }

  private func byte(at offset: Int) -> UInt8 { bytes[bytes.startIndex + offset] }

  private func number16(at offset: Int) -> UInt16? {
    guard bytes.count >= offset + 2 else { return nil }
    let (first, second) = (UInt16(byte(at: offset)), UInt16(byte(at: offset + 1)))
    return encoding.isLittleEndian ? first | second << 8 : first << 8 | second
  }

  private func number32(at offset: Int) -> UInt32? {
    guard let first = number16(at: offset), let second = number16(at: offset + 2) else { return nil }
    return encoding.isLittleEndian
      ? UInt32(first) | UInt32(second) << 16 : UInt32(first) << 16 | UInt32(second)
  }
}
