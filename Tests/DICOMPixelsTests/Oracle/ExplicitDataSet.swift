import DICOM
import Testing

/// Reads the headers the oracle writes: Explicit VR Little Endian, defined lengths only (PS3.5 §7.1.2). Apart from the
/// reader of module DICOM, so that a fault there is not mistaken for one of rendering.
struct ExplicitDataSet {
  private let bytes: [UInt8]
  private var position = 0

  static func read(_ bytes: [UInt8]) throws -> DataSet {
    var reader = ExplicitDataSet(bytes: bytes)
    var dataSet = DataSet()
    while reader.position < bytes.count {
      let element = try reader.element()
      dataSet[element.tag] = element
    }
    return dataSet
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private mutating func element() throws -> DataElement {
    let tag = DICOM.Tag(UInt16(try number(2)), UInt16(try number(2)))
    let code = try take(2)
    let vr = try #require(VR(code: (code[0], code[1])))
    let length: Int
    if vr.usesLongLength {
      _ = try number(2)
      length = try number(4)
    } else {
      length = try number(2)
    }
    let value = try take(length)
    guard vr == .sq else { return DataElement(tag: tag, vr: vr, value: .bytes(value)) }
    var items = ExplicitDataSet(bytes: value)
    return DataElement(tag: tag, vr: vr, value: .sequence(try items.items()))
  }

  private mutating func items() throws -> [DataSet] {
    var items: [DataSet] = []
    while position < bytes.count {
      _ = try take(4)
      let length = try number(4)
      items.append(try Self.read(take(length)))
    }
    return items
  }

  private mutating func number(_ width: Int) throws -> Int {
    try take(width).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func take(_ count: Int) throws -> [UInt8] {
    try #require(position + count <= bytes.count)
    defer { position += count }
    return Array(bytes[position..<position + count])
  }
}
