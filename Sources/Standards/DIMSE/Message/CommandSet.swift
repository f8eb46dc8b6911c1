public import DICOM
public import NIOCore

/// The command set of a DIMSE message: elements of group 0000 in implicit VR little endian (PS3.7 §6.3.1).
///
/// Values are slices of the bytes they were read from; nothing is interpreted before it is asked for.
public struct CommandSet: Hashable, Sendable {
  /// Elements one command set may have; the standard defines about forty, retired ones included.
  public static let maximumElements = 256
  /// The value of Command Data Set Type that says no data set follows (PS3.7 §E.1-1).
  static let noDataSet: UInt16 = 0x0101
  /// What we write when one follows; any other value would do.
  static let withDataSet: UInt16 = 0x0000

  private struct Entry: Hashable, Sendable {
    var element: CommandElement
    var value: ByteBuffer
  }

  /// In ascending order, group length left out.
  private var entries: [Entry] = []

  public init() {}

  /// - Throws: `CommandSetError` when the bytes are not a command set.
  public init(decoding bytes: ByteBuffer) throws(CommandSetError) {
    guard bytes.readableBytes <= PDULimits.maximumCommandSetLength else { throw .tooLong(bytes.readableBytes) }
    var bytes = bytes
    entries.reserveCapacity(12)
    while bytes.readableBytes > 0 {
      guard let (group, number) = bytes.readMultipleIntegers(endianness: .little, as: (UInt16, UInt16).self),
        let length = bytes.readInteger(endianness: .little, as: UInt32.self)
      else { throw .truncated }
      let element = CommandElement(rawValue: number)
      guard group == 0 else { throw .foreignGroup(group) }
      guard let value = bytes.readSlice(length: Int(length)) else { throw .truncated }
      guard element != .groupLength else { continue }
      guard entries.count < CommandSet.maximumElements else { throw .tooManyElements }
      // Peers send them in order; the rare one that does not is put in order here.
      if let last = entries.last, last.element.rawValue >= element.rawValue {
        guard self[element] == nil else { throw .repeated(element) }
        self[element] = value
      } else {
        entries.append(Entry(element: element, value: value))
      }
    }
  }

  /// The raw value, padding included.
  public subscript(element: CommandElement) -> ByteBuffer? {
    get {
      entries.first { $0.element == element }?.value
    }
    set {
      let position = entries.firstIndex { $0.element.rawValue >= element.rawValue } ?? entries.endIndex
      let exists = position < entries.endIndex && entries[position].element == element
      switch (newValue, exists) {
      case (let value?, true): entries[position].value = value
      case (let value?, false): entries.insert(Entry(element: element, value: value), at: position)
      case (nil, true): entries.remove(at: position)
      case (nil, false): break
      }
    }
  }

  /// A US value; the first when there are several.
  public func integer(_ element: CommandElement) -> UInt16? {
    guard let value = self[element] else { return nil }
    return value.getInteger(at: value.readerIndex, endianness: .little)
  }

  public mutating func set(_ element: CommandElement, _ number: UInt16) {
    var value = ByteBuffer()
    value.writeInteger(number, endianness: .little)
    self[element] = value
  }

  /// A text value without padding.
  public func text(_ element: CommandElement) -> String? {
    guard let value = self[element] else { return nil }
    return String(decoding: AETitle.trimming(Array(value.readableBytesView)), as: UTF8.self)
  }

  /// Sets a text value, padded with a space to even length; characters outside the default repertoire, which is all
  /// a command set has, become question marks.
  public mutating func set(_ element: CommandElement, text: String) {
    var bytes = text.unicodeScalars.map { $0.value >= 0x20 && $0.value < 0x7F ? UInt8($0.value) : UInt8(ascii: "?") }
    if bytes.count % 2 == 1 { bytes.append(0x20) }
    self[element] = ByteBuffer(bytes: bytes)
  }

  public func uid(_ element: CommandElement) -> UID? {
    guard let text = text(element), !text.isEmpty else { return nil }
    return UID(rawValue: text)
  }

  public mutating func set(_ element: CommandElement, _ uid: UID) {
    var value = ByteBuffer(string: uid.rawValue)
    if value.readableBytes % 2 == 1 { value.writeInteger(UInt8(0)) }
    self[element] = value
  }

  /// An AT value: tags as `group << 16 | element`.
  public func tags(_ element: CommandElement) -> [UInt32] {
    guard var value = self[element] else { return [] }
    var tags: [UInt32] = []
    while let (group, number) = value.readMultipleIntegers(endianness: .little, as: (UInt16, UInt16).self) {
      tags.append(UInt32(group) << 16 | UInt32(number))
    }
    return tags
  }

  public mutating func set(_ element: CommandElement, tags: [UInt32]) {
    var value = ByteBuffer()
    for tag in tags {
      value.writeMultipleIntegers(
        UInt16(truncatingIfNeeded: tag >> 16), UInt16(truncatingIfNeeded: tag), endianness: .little)
    }
    self[element] = value
  }

  public var field: CommandField? { integer(.commandField).map(CommandField.init(rawValue:)) }
  public var hasDataSet: Bool { integer(.commandDataSetType).map { $0 != CommandSet.noDataSet } ?? false }
  public var status: DIMSEStatus? { integer(.status).map(DIMSEStatus.init(rawValue:)) }

  /// Bytes of the encoded command set, group length element included.
  public var encodedLength: Int { entries.reduce(12) { $0 + 8 + $1.value.readableBytes } }

  /// Appends the command set, group length first (PS3.7 §6.3.1).
  public func write(into buffer: inout ByteBuffer) {
    buffer.writeMultipleIntegers(UInt32(0), UInt32(4), endianness: .little)
    buffer.writeInteger(UInt32(truncatingIfNeeded: encodedLength - 12), endianness: .little)
    for entry in entries {
      buffer.writeMultipleIntegers(UInt16(0), entry.element.rawValue, endianness: .little)
      buffer.writeInteger(UInt32(truncatingIfNeeded: entry.value.readableBytes), endianness: .little)
      buffer.writeImmutableBuffer(entry.value)
    }
  }
}

/// Why bytes are not a command set, or not the one they claim to be.
public enum CommandSetError: Error, Hashable, Sendable {
  case tooLong(Int)
  case truncated
  case foreignGroup(UInt16)
  case tooManyElements
  case repeated(CommandElement)
  case missing(CommandElement)
}
