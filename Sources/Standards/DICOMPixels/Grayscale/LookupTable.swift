public import DICOM

/// A table of values by consecutive inputs: LUT Descriptor (0028,3002) and LUT Data (0028,3006) or their palette
/// counterparts (PS3.3 §C.11.1.1, §C.7.6.3.1.5). Inputs before the first and after the last entry take its value.
public struct LookupTable: Hashable, Sendable {
  /// The most entries a descriptor can say, which it says as 0.
  public static let maximumEntries = 1 << 16

  /// The input that the first entry is for. Negative ones are kept by explicit VR only: an implicit encoding does not
  /// say whether the inputs are signed (PS3.3 §C.11.1.1.1).
  public var firstMapped: Int
  /// Significant bits of an entry, as described: 1…16.
  public var bits: Int
  /// At least one, at most `maximumEntries`; a table without entries is taken as one of black.
  public private(set) var entries: [UInt16]
  /// LUT Explanation (0028,3003).
  public var explanation: String

  public init(firstMapped: Int, bits: Int, entries: [UInt16], explanation: String = "") {
    self.firstMapped = firstMapped
    self.bits = bits
    self.entries = entries.isEmpty ? [0] : entries
    self.explanation = explanation
  }

  @inline(__always)
  func value(at input: Int) -> UInt16 {
    entries[min(max(input &- firstMapped, 0), entries.count - 1)]
  }

  /// The largest value an entry may have. Tables whose entries exceed the described depth are taken at their word.
  var fullScale: Int { max((1 << min(max(bits, 1), 16)) - 1, Int(entries.max() ?? 0)) }
}

/// The three values of a LUT Descriptor.
struct LookupTableDescriptor: Equatable, Sendable {
  let entries: Int
  let firstMapped: Int
  let bits: Int

  /// - Parameter signed: whether inputs can be negative; the second value is then signed whatever its VR says, which
  ///   in an implicit VR cannot be known.
  init(_ dataSet: DataSet, _ tag: Tag, signed: Bool) throws(PixelError) {
    let values = dataSet.ints(tag)
    guard values.count >= 3 else {
      throw PixelError(.missingAttribute, tag: tag, "\(values.count) of 3 values")
    }
    // Both may have been read as signed or unsigned; 16 bits are what is stored. 0 entries stand for 65536.
    let count = UInt16(truncatingIfNeeded: values[0])
    entries = count == 0 ? LookupTable.maximumEntries : Int(count)
    let first = UInt16(truncatingIfNeeded: values[1])
    firstMapped = signed || values[1] < 0 ? Int(Int16(bitPattern: first)) : Int(first)
    bits = (1...16).contains(values[2]) ? values[2] : 16
  }
}

extension LookupTable {
  /// A table given entry by entry. Entries of up to 8 bits may be packed one a byte or lie in words of their own.
  init(descriptor: LookupTableDescriptor, data: [UInt8], tag: Tag) throws(PixelError) {
    let count = descriptor.entries
    let entries: [UInt16]
    if data.count >= 2 * count {
      entries = Self.words(data, count: count)
    } else if data.count >= count, descriptor.bits <= 8 {
      entries = data.prefix(count).map(UInt16.init)
    } else {
      throw PixelError(.malformedLookupTable, tag: tag, "\(data.count) bytes for \(count) entries")
    }
    self.init(firstMapped: descriptor.firstMapped, bits: descriptor.bits, entries: entries)
  }

  static func words(_ bytes: [UInt8], count: Int) -> [UInt16] {
    (0..<min(count, bytes.count / 2)).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
  }

  /// A table of an item of the Modality LUT, VOI LUT or Presentation LUT Sequence.
  ///
  /// - Parameter signed: whether inputs can be negative.
  /// - Throws: `PixelError` with code `.missingAttribute`, `.malformedLookupTable` or `.lookupTableNotHeld`.
  public init(item: DataSet, signed: Bool) throws(PixelError) {
    let descriptor = try LookupTableDescriptor(item, .lutDescriptor, signed: signed)
    try self.init(descriptor: descriptor, data: item.heldBytes(.lutData), tag: .lutData)
    explanation = item.string(.lutExplanation) ?? ""
  }
}

extension DataSet {
  /// The bytes of a value read with the header.
  func heldBytes(_ tag: Tag) throws(PixelError) -> [UInt8] {
    switch self[tag]?.value {
    case .bytes(let bytes): return bytes
    case .bulk: throw PixelError(.lookupTableNotHeld, tag: tag, "the value was left in the stored object")
    default: throw PixelError(.missingAttribute, tag: tag, "needed to render")
    }
  }
}
