/// Names and VRs of private attributes, which no standard tells: a table of what vendors have published.
///
/// Private elements that travelled in implicit VR, or as UN, are read by it: `DICOMJSON`, `NativeDICOMModel` and the
/// `dump` tool take one. A table can be loaded from text of either form:
///
///     =SIEMENS MR HEADER
///     00190CIS1|B value
///     (0019,"SIEMENS MR HEADER",0c)    IS    B_value    1    PrivateTag
///
/// The first is the form of `Generated/PrivateDictionaryTable.swift`, the second, with tabs between its fields, DCMTK's.
public struct PrivateDictionary: Sendable {
  public struct Entry: Hashable, Sendable {
    public var vr: VR
    /// Value multiplicity such as `1-n`.
    public var vm: String
    public var name: String
  }

  /// Attributes that `pydicom` knows, which has them from GDCM.
  public static let known = PrivateDictionary(table: "\(privateDictionaryTable)")

  /// Most attributes of a table.
  public static let maximumCount = 200_000

  private var entries: [PrivateTag: Entry] = [:]

  public init() {}

  /// Reads a table; lines that are none are passed over.
  public init(table text: String) {
    var creator = ""
    for line in text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      guard entries.count < PrivateDictionary.maximumCount else { return }
      switch line.first {
      case UInt8(ascii: "="): creator = String(decoding: line.dropFirst(), as: UTF8.self)
      case UInt8(ascii: "("): addPublished(String(decoding: line, as: UTF8.self))
      default: addCompact(line, creator)
      }
    }
  }

  public var count: Int { entries.count }

  public func entry(_ attribute: PrivateTag) -> Entry? {
    entries[attribute]
  }

  /// The entry of a private element of a data set, by the creator of its block.
  public func entry(_ tag: Tag, in dataSet: DataSet) -> Entry? {
    guard tag.isPrivate else { return nil }
    return dataSet.privateTag(tag).flatMap(entry)
  }

  /// Puts another table's attributes over these.
  public mutating func merge(_ other: PrivateDictionary) {
    entries.merge(other.entries) { _, new in new }
  }

  /// `ggggeeVRvm|name`.
  private mutating func addCompact(_ line: Substring.UTF8View.SubSequence, _ creator: String) {
    let fields = line.split(separator: UInt8(ascii: "|"), maxSplits: 1, omittingEmptySubsequences: false)
    guard fields.count == 2, fields[0].count > 8, !creator.isEmpty,
      let number = UInt32(String(decoding: fields[0].prefix(6), as: UTF8.self), radix: 16),
      let vr = VR(String(decoding: fields[0].dropFirst(6).prefix(2), as: UTF8.self))
    else { return }
    let tag = PrivateTag(
      creator, UInt16(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number))
    entries[tag] = Entry(
      vr: vr, vm: String(decoding: fields[0].dropFirst(8), as: UTF8.self),
      name: String(decoding: fields[1], as: UTF8.self))
  }

  /// DCMTK's form; ranges of groups and elements are passed over.
  private mutating func addPublished(_ line: String) {
    let fields = line.split(separator: "\t").map { $0.trimmingSpaces }
    guard fields.count >= 4, let vr = VR(String(fields[1])), fields[0].hasSuffix(")") else { return }
    let tag = fields[0].dropFirst().dropLast().split(separator: "\"", omittingEmptySubsequences: false)
    guard tag.count == 3, tag[0].hasSuffix(","), tag[2].hasPrefix(","),
      let group = UInt16(tag[0].dropLast(), radix: 16), let element = UInt8(tag[2].dropFirst(), radix: 16)
    else { return }
    entries[PrivateTag(String(tag[1]), group, element)] = Entry(vr: vr, vm: String(fields[3]), name: String(fields[2]))
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}
