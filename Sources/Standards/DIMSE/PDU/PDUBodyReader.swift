import DICOM
import NIOCore

/// Bounds-checked reading inside one PDU body or item. Every read either succeeds within the item or throws.
struct PDUBodyReader {
  let pduType: UInt8
  private(set) var buffer: ByteBuffer

  init(pduType: UInt8, buffer: ByteBuffer) {
    self.pduType = pduType
    self.buffer = buffer
  }

  var isAtEnd: Bool { buffer.readableBytes == 0 }

  func error(_ code: PDUError.Code, _ detail: String) -> PDUError {
    PDUError(code, pduType: pduType, detail)
  }

  mutating func integer<Number: FixedWidthInteger>(as: Number.Type = Number.self) throws(PDUError) -> Number {
    guard let number = buffer.readInteger(as: Number.self) else {
      throw error(.truncated, "\(Number.bitWidth)-bit field with \(buffer.readableBytes) bytes left")
    }
    return number
  }

  mutating func bytes(_ count: Int) throws(PDUError) -> ByteBuffer {
    guard let slice = buffer.readSlice(length: count) else {
      throw error(.truncated, "field of \(count) bytes with \(buffer.readableBytes) left")
    }
    return slice
  }

  /// The whole body of the short PDUs.
  mutating func fourBytes() throws(PDUError) -> (UInt8, UInt8, UInt8, UInt8) {
    guard buffer.readableBytes == Int(PDULimits.shortBodyLength) else {
      throw error(.wrongLength, "\(buffer.readableBytes) bytes instead of 4")
    }
    return try leadingFourBytes()
  }

  mutating func leadingFourBytes() throws(PDUError) -> (UInt8, UInt8, UInt8, UInt8) {
    (try integer(), try integer(), try integer(), try integer())
  }

  mutating func associateHeader() throws(PDUError) -> (version: UInt16, called: AETitle, calling: AETitle) {
    let version: UInt16 = try integer()
    _ = try integer(as: UInt16.self)
    let called = try title()
    let calling = try title()
    _ = try bytes(32)
    return (version, called, calling)
  }

  /// Bytes outside ASCII make the title invalid, not the PDU: the answer to it is a rejection, not an abort.
  private mutating func title() throws(PDUError) -> AETitle {
    let field = try bytes(AETitle.maximumLength)
    return AETitle(unchecked: String(decoding: AETitle.trimming(Array(field.readableBytesView)), as: UTF8.self))
  }

  /// An item's type, the byte after it, and a reader confined to its content.
  mutating func nextItem() throws(PDUError) -> (type: UInt8, second: UInt8, content: PDUBodyReader)? {
    guard !isAtEnd else { return nil }
    let type: UInt8 = try integer()
    let second: UInt8 = try integer()
    return (type, second, try prefixedReader())
  }

  mutating func prefixedReader() throws(PDUError) -> PDUBodyReader {
    let length: UInt16 = try integer()
    return PDUBodyReader(pduType: pduType, buffer: try bytes(Int(length)))
  }

  mutating func prefixedBytes() throws(PDUError) -> [UInt8] {
    var reader = try prefixedReader()
    return reader.restAsBytes()
  }

  mutating func prefixedUID() throws(PDUError) -> UID {
    var reader = try prefixedReader()
    return try reader.restAsUID()
  }

  mutating func restAsBytes() -> [UInt8] {
    let rest = Array(buffer.readableBytesView)
    buffer.moveReaderIndex(forwardBy: rest.count)
    return rest
  }

  mutating func restAsText() -> String {
    String(decoding: AETitle.trimming(restAsBytes()), as: UTF8.self)
  }

  /// UIDs are not padded in PDUs (PS3.8 §F.1), but peers do pad them.
  mutating func restAsUID() throws(PDUError) -> UID {
    guard buffer.readableBytes <= PDULimits.maximumUIDLength else {
      throw error(.invalidField, "UID of \(buffer.readableBytes) bytes")
    }
    return UID(rawValue: restAsText())
  }

  mutating func presentationDataValues() throws(PDUError) -> [PresentationDataValue] {
    guard !isAtEnd else { throw error(.missingItem, "presentation data value") }
    var values: [PresentationDataValue] = []
    while !isAtEnd {
      let length: UInt32 = try integer()
      guard length >= 2, Int(length) <= buffer.readableBytes else {
        throw error(.invalidPresentationDataValue, "length \(length) with \(buffer.readableBytes) bytes left")
      }
      let contextID: UInt8 = try integer()
      let control: UInt8 = try integer()
      values.append(
        PresentationDataValue(
          contextID: contextID, isCommand: control & 1 != 0, isLast: control & 2 != 0,
          fragment: try bytes(Int(length) - 2)))
    }
    return values
  }
}
