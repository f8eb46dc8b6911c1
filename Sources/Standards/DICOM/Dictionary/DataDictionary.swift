/// The data dictionary (PS3.6, PS3.7 Annex E), edition `edition`.
public enum DataDictionary {
  /// Edition of the standard the tables were made from.
  public static var edition: String { dataDictionaryEdition }

  /// One attribute of the standard.
  public struct Entry: Hashable, Sendable {
    public var tag: Tag
    public var keyword: String
    public var name: String
    /// For a choice of VRs the first of them.
    public var vr: VR
    /// Value multiplicity such as `1-n`.
    public var vm: String
    public var isRetired: Bool
  }

  /// The entry of a standard attribute, repeating groups included; nil for private and unknown tags.
  public static func entry(_ tag: Tag) -> Entry? {
    if let row = Table.standard.row(of: tag) { return Table.standard.entry(row, tag: tag) }
    return RepeatingElements.entry(tag)
  }

  /// The VR by which a value of this attribute is interpreted when the encoding does not tell it; nil if unknown.
  ///
  /// Private creators are LO, group lengths UL (PS3.5 §7.2, §7.8.1). For `US or SS` the answer is US; a reader
  /// decides by Pixel Representation (PS3.5 §A.1).
  public static func vr(_ tag: Tag) -> VR? {
    if let row = Table.standard.row(of: tag) { return Table.standard.vrs[row] }
    if tag.isGroupLength { return .ul }
    if tag.isPrivate { return tag.isPrivateCreator ? .lo : nil }
    return RepeatingElements.entry(tag)?.vr
  }

  /// Whether the attribute is `US or SS` by Pixel Representation.
  static func dependsOnPixelRepresentation(_ tag: Tag) -> Bool {
    guard let row = Table.standard.row(of: tag) else { return false }
    return Table.standard.isUnsignedOrSigned[row]
  }

  /// The tag of a keyword such as `PatientName`.
  public static func tag(keyword: String) -> Tag? {
    Table.standard.tagsByKeyword[keyword]
  }

  /// Every entry in ascending order of tag, without the repeating groups.
  public static var all: some Sequence<Entry> {
    Table.standard.tags.indices.lazy.map { Table.standard.entry($0, tag: Table.standard.tags[$0]) }
  }
}

/// The parsed `dataDictionaryTable`: tags and VRs at once, texts on demand.
struct Table: Sendable {
  static let standard = Table(dataDictionaryTable)

  private(set) var tags: [Tag] = []
  private(set) var vrs: [VR] = []
  private(set) var isUnsignedOrSigned: [Bool] = []
  private let text: LiteralBytes
  private var lines: [Range<Int>] = []
  private(set) var tagsByKeyword: [String: Tag] = [:]

  /// Columns of a line: eight digits of tag, two letters of VR, one mark.
  private static let fixedColumns = 11

  init(_ table: StaticString) {
    text = LiteralBytes(table)
    let bytes = text.bytes
    var start = 0
    for end in 0...bytes.count where end == bytes.count || bytes[end] == 0x0A {
      defer { start = end + 1 }
      guard end - start > Table.fixedColumns,
        let tag = Tag(String(decoding: bytes[start..<start + 8], as: UTF8.self))
      else { continue }
      tags.append(tag)
      let code = (bytes[start + 8], bytes[start + 9])
      vrs.append(Table.vr(code))
      isUnsignedOrSigned.append(code.0 == UInt8(ascii: "x"))
      lines.append(start..<end)
    }
    tagsByKeyword.reserveCapacity(tags.count)
    for row in tags.indices {
      let keyword = field(1, row)
      if !keyword.isEmpty { tagsByKeyword[keyword] = tags[row] }
    }
  }

  /// `xs` is US or SS, `ox` is OB or OW, `--` an item or delimiter.
  static func vr(_ code: (UInt8, UInt8)) -> VR {
    if let vr = VR(code: code) { return vr }
    return switch code {
    case (UInt8(ascii: "x"), _): .us
    case (UInt8(ascii: "o"), _): .ow
    default: .un
    }
  }

  func row(of tag: Tag) -> Int? {
    var low = 0
    var high = tags.count
    return tags.withUnsafeBufferPointer { tags in
      while low < high {
        let middle = (low &+ high) / 2
        if tags[middle] < tag { low = middle &+ 1 } else { high = middle }
      }
      return low < tags.count && tags[low] == tag ? low : nil
    }
  }

  func entry(_ row: Int, tag: Tag) -> DataDictionary.Entry {
    let retired = text.bytes[lines[row].lowerBound + 10] == UInt8(ascii: "R")
    return DataDictionary.Entry(
      tag: tag, keyword: field(1, row), name: field(2, row), vr: vrs[row], vm: field(0, row), isRetired: retired)
  }

  private func field(_ index: Int, _ row: Int) -> String {
    var start = lines[row].lowerBound + Table.fixedColumns
    let end = lines[row].upperBound
    for _ in 0..<index {
      while start < end, text.bytes[start] != UInt8(ascii: "|") { start += 1 }
      start += 1
    }
    var stop = start
    while stop < end, text.bytes[stop] != UInt8(ascii: "|") { stop += 1 }
    return start <= stop ? String(decoding: text.bytes[start..<stop], as: UTF8.self) : ""
  }
}

/// The bytes of a string literal, which live as long as the program.
struct LiteralBytes: Sendable {
  private let literal: StaticString

  init(_ literal: StaticString) {
    self.literal = literal
  }

  var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
  }
}

/// The repeating groups and elements of PS3.6, (60xx,3000) and the like.
enum RepeatingElements {
  private struct Pattern: Sendable {
    var mask: UInt32
    var bits: UInt32
    var line: String
  }

  private static let patterns: [Pattern] = "\(repeatingElementsTable)".split(separator: "\n").compactMap { line in
    let digits = line.prefix(8)
    guard let bits = UInt32(digits.map { $0 == "x" ? "0" : String($0) }.joined(), radix: 16),
      let mask = UInt32(digits.map { $0 == "x" ? "0" : "F" }.joined(), radix: 16)
    else { return nil }
    return Pattern(mask: mask, bits: bits, line: String(line))
  }

  static func entry(_ tag: Tag) -> DataDictionary.Entry? {
    guard !tag.isPrivate else { return nil }
    guard let pattern = patterns.first(where: { tag.rawValue & $0.mask == $0.bits }) else { return nil }
    let code = Array(pattern.line.utf8.dropFirst(8).prefix(3))
    let fields = pattern.line.dropFirst(11).split(separator: "|", omittingEmptySubsequences: false)
    guard code.count == 3, fields.count == 3 else { return nil }
    return DataDictionary.Entry(
      tag: tag, keyword: String(fields[1]), name: String(fields[2]), vr: Table.vr((code[0], code[1])),
      vm: String(fields[0]), isRetired: code[2] == UInt8(ascii: "R"))
  }
}
