/// A data element: a tag, its value representation and its value (PS3.5 §7.1).
public struct DataElement: Hashable, Sendable {
  public var tag: Tag
  public var vr: VR
  public var value: Value

  public init(tag: Tag, vr: VR, value: Value) {
    self.tag = tag
    self.vr = vr
    self.value = value
  }

  /// The value field, if it is held.
  public var bytes: [UInt8]? {
    if case .bytes(let bytes) = value { bytes } else { nil }
  }

  /// The VR to interpret the value by: the element's own, or the dictionary's when it is UN (PS3.5 §6.2.2).
  public var interpretedVR: VR {
    guard vr == .un, let known = DataDictionary.vr(tag) else { return vr }
    return known
  }
}

extension DataElement: CustomStringConvertible {
  /// Tag, VR and the size of the value; never the value, which may identify a patient.
  public var description: String {
    switch value {
    case .bytes(let bytes): "\(tag) \(vr) \(bytes.count) bytes"
    case .sequence(let items): "\(tag) \(vr) \(items)"
    case .bulk(let reference): "\(tag) \(vr) \(reference.length) bytes at \(reference.offset)"
    case .pixels(.native(let reference)): "\(tag) \(vr) \(reference.length) bytes at \(reference.offset)"
    case .pixels(.encapsulated(_, let fragments)): "\(tag) \(vr) \(fragments.count) fragments"
    }
  }
}

/// The value of a data element.
public enum Value: Hashable, Sendable {
  /// The value field in little endian byte order, padding kept.
  case bytes([UInt8])
  /// The items of a sequence (PS3.5 §7.5).
  case sequence([DataSet])
  /// A value that is not held.
  case bulk(BulkReference)
  /// Pixel Data, Float Pixel Data, Double Float Pixel Data, or an encapsulated value elsewhere; not held.
  case pixels(PixelDataLocation)

  /// The empty value.
  public static var empty: Value { .bytes([]) }

  /// Whether the element has zero length or no items.
  public var isEmpty: Bool {
    switch self {
    case .bytes(let bytes): bytes.isEmpty
    case .sequence(let items): items.isEmpty
    case .bulk(let reference): reference.length == 0
    case .pixels(.native(let reference)): reference.length == 0
    case .pixels(.encapsulated(_, let fragments)): fragments.isEmpty
    }
  }
}

/// Where a value field lies in the stream it was read from.
public struct BulkReference: Hashable, Sendable {
  /// Bytes from the first byte of the Part 10 file, or of the raw data set plus its payload offset; for the deflated
  /// transfer syntaxes, from the first byte of the inflated data set.
  public var offset: UInt64
  /// Length of the value field in bytes.
  public var length: UInt64
  /// Whether the bytes lie there in big endian order.
  public var bigEndian: Bool

  public init(offset: UInt64, length: UInt64, bigEndian: Bool = false) {
    self.offset = offset
    self.length = length
    self.bigEndian = bigEndian
  }

  /// The bytes of the stream it covers; the end saturates.
  public var range: Range<UInt64> {
    let (end, overflow) = offset.addingReportingOverflow(length)
    return offset..<(overflow ? UInt64.max : end)
  }
}

/// Where pixel data lies in the stream it was read from (PS3.5 §8, §A.4).
public enum PixelDataLocation: Hashable, Sendable {
  /// Uncompressed frames one after another.
  case native(BulkReference)
  /// Fragments without their item headers; the Basic Offset Table is held and not among them. Offsets in the table
  /// count from the item header of the first fragment.
  case encapsulated(basicOffsetTable: [UInt64], fragments: [BulkReference])
}
