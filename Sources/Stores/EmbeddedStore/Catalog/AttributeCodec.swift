import DICOM
import Foundation

/// Level attributes as bytes: an explicit VR little endian data set (PS3.5 §7.1.2) in UTF-8, with defined lengths
/// throughout, so that it is read back in one pass and by any DICOM program.
enum AttributeCodec {
  static func encode(_ elements: some Sequence<DataElement>) -> Data {
    var bytes: [UInt8] = []
    for element in elements { append(element, to: &bytes, depth: 0) }
    return Data(bytes)
  }

  static func decode(_ data: Data) -> [DataElement] {
    data.withUnsafeBytes { buffer in
      var elements: [DataElement] = []
      var position = 0
      while let element = next(buffer, &position, depth: 0) { elements.append(element) }
      return elements
    }
  }

  /// Sequences in sequences; items below are left out, as nobody would read them.
  static let maximumDepth = 16

  private static func append(_ element: DataElement, to bytes: inout [UInt8], depth: Int) {
    var vr = element.vr
    // What is too long for the length of its VR is UN (PS3.5 §6.2.2); the dictionary knows what it is.
    if case .bytes(let value) = element.value, !vr.usesLongLength, value.count >= UInt16.max { vr = .un }
    append(element.tag, to: &bytes)
    bytes.append(vr.code.0)
    bytes.append(vr.code.1)
    switch element.value {
    case .sequence(let items):
      var body: [UInt8] = []
      for item in depth + 1 < maximumDepth ? items : [] {
        var content: [UInt8] = []
        for inner in item { append(inner, to: &content, depth: depth + 1) }
        append(.item, to: &body)
        append(UInt32(clamping: content.count), to: &body)
        body.append(contentsOf: content)
      }
      append(UInt16(0), to: &bytes)
      append(UInt32(clamping: body.count), to: &bytes)
      bytes.append(contentsOf: body)
    case .bytes(let value):
      let length = value.count + value.count % 2
      if vr.usesLongLength {
        append(UInt16(0), to: &bytes)
        append(UInt32(clamping: length), to: &bytes)
      } else {
        append(UInt16(clamping: length), to: &bytes)
      }
      bytes.append(contentsOf: value)
      if length != value.count { bytes.append(element.vr.padding) }
    case .bulk, .pixels:
      // Never a level attribute: `LevelExtraction` keeps only what is held.
      if element.vr.usesLongLength { append(UInt16(0), to: &bytes) }
      append(UInt16(0), to: &bytes)
      if element.vr.usesLongLength { append(UInt16(0), to: &bytes) }
    }
  }

  private static func append(_ tag: Tag, to bytes: inout [UInt8]) {
    append(tag.group, to: &bytes)
    append(tag.element, to: &bytes)
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func next(_ buffer: UnsafeRawBufferPointer, _ position: inout Int, depth: Int) -> DataElement? {
    guard depth < maximumDepth, let tag = tag(buffer, &position), position + 4 <= buffer.count,
      let vr = VR(code: (buffer[position], buffer[position + 1]))
    else { return nil }
    position += 2
    var length: Int
    if vr.usesLongLength {
      position += 2
      guard let long: UInt32 = integer(buffer, &position) else { return nil }
      length = Int(long)
    } else {
      guard let short: UInt16 = integer(buffer, &position) else { return nil }
      length = Int(short)
    }
    guard length <= buffer.count - position else { return nil }
    let end = position + length
    defer { position = end }
    guard vr == .sq else {
      return DataElement(tag: tag, vr: vr, value: .bytes(Array(buffer[position..<end])))
    }
    var items: [DataSet] = []
    while position < end {
      guard self.tag(buffer, &position) == .item, let size: UInt32 = integer(buffer, &position),
        Int(size) <= end - position
      else { return nil }
      let part = UnsafeRawBufferPointer(rebasing: buffer[position..<position + Int(size)])
      var place = 0
      var elements: [DataElement] = []
      while let element = next(part, &place, depth: depth + 1) { elements.append(element) }
      items.append(DataSet(elements))
      position += Int(size)
    }
    return DataElement(tag: tag, vr: vr, value: .sequence(items))
  }

  private static func tag(_ buffer: UnsafeRawBufferPointer, _ position: inout Int) -> Tag? {
    guard let group: UInt16 = integer(buffer, &position), let element: UInt16 = integer(buffer, &position) else {
      return nil
    }
    return Tag(group, element)
  }

  private static func integer<Number: FixedWidthInteger & BitwiseCopyable>(
    _ buffer: UnsafeRawBufferPointer, _ position: inout Int
  ) -> Number? {
    let width = MemoryLayout<Number>.size
    guard position + width <= buffer.count else { return nil }
    defer { position += width }
    return Number(littleEndian: buffer.loadUnaligned(fromByteOffset: position, as: Number.self))
  }
}
