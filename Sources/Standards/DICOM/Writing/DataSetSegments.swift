/// A piece of an encoded data set whose long values lie elsewhere.
public enum DataSetSegment: Hashable, Sendable {
  case bytes([UInt8])
  /// Bytes of the payload that the data set was read from.
  case payload(Range<UInt64>)

  public var length: UInt64 {
    switch self {
    case .bytes(let bytes): UInt64(bytes.count)
    case .payload(let range): range.upperBound - range.lowerBound
    }
  }
}

extension DataSetWriter {
  /// Encodes a data set whose long values and native pixel data were left in the payload, as literal bytes with
  /// references between them: a 2 GB multi-frame changes its transfer syntax without being held.
  ///
  /// Sequences that hold such values get undefined lengths (PS3.5 §7.5.1); everything else is as `encode` writes it.
  ///
  /// - Parameter stored: the syntax that the payload is in.
  /// - Throws: `DICOMError` `.valueNotHeld` when the bytes of a value cannot be taken over as they are: out of or into a
  ///   deflated syntax, into the other byte order, encapsulated pixel data into another syntax.
  public static func segments(
    of dataSet: DataSet, in syntax: TransferSyntax, from stored: TransferSyntax
  ) throws(DICOMError) -> [DataSetSegment] {
    guard !stored.isDeflated, !syntax.isDeflated, syntax == stored || !syntax.isEncapsulated else {
      throw DICOMError(.valueNotHeld, detail: "values cannot be taken over into transfer syntax \(syntax.uid)")
    }
    var composer = SegmentComposer(syntax: syntax, isSameSyntax: syntax == stored)
    try composer.add(dataSet)
    return composer.finish()
  }
}

private struct SegmentComposer {
  let syntax: TransferSyntax
  let isSameSyntax: Bool
  private var segments: [DataSetSegment] = []
  private var pending: [UInt8] = []

  init(syntax: TransferSyntax, isSameSyntax: Bool) {
    self.syntax = syntax
    self.isSameSyntax = isSameSyntax
  }

  private static let undefinedLength: UInt32 = 0xFFFF_FFFF

  mutating func add(_ dataSet: DataSet) throws(DICOMError) {
    for element in dataSet where element.tag.group > 2 && element.tag.element != 0 {
      switch element.value {
      case .bulk(let reference):
        try add(reference, of: element)
      case .pixels(.native(let reference)):
        try add(reference, of: element)
      case .pixels(.encapsulated(let table, let fragments)):
        guard isSameSyntax else {
          throw DICOMError(.valueNotHeld, detail: "encapsulated pixel data cannot be taken over")
        }
        try add(fragments, after: table, of: element)
      case .sequence(let items) where items.contains(where: \.leavesValuesInPayload):
        header(element.tag, .sq, length: Self.undefinedLength)
        for item in items {
          delimiter(0xE000, length: Self.undefinedLength)
          try add(item)
          delimiter(0xE00D, length: 0)
        }
        delimiter(0xE0DD, length: 0)
      case .sequence, .bytes:
        var single = DataSet()
        single[element.tag] = element
        // Text stays in the bytes of its character set, which the data set around it names.
        pending.append(contentsOf: try DataSetWriter.encode(single, in: syntax))
      }
    }
  }

  mutating func finish() -> [DataSetSegment] {
    flush()
    return segments
  }

  private mutating func add(_ reference: BulkReference, of element: DataElement) throws(DICOMError) {
    let isInOrder =
      isSameSyntax || element.vr.byteOrderUnit == 1 || reference.bigEndian != syntax.isLittleEndian
    guard let length = UInt32(exactly: reference.length), length < Self.undefinedLength, isInOrder else {
      throw DICOMError(.valueNotHeld, detail: "the value of \(element.tag) cannot be taken over")
    }
    header(element.tag, element.vr.usesLongLength ? element.vr : .un, length: length)
    try take(reference, of: element)
  }

  /// Basic Offset Table, fragments and delimiter (PS3.5 §A.4). A table that does not fit 32 bits is left out.
  private mutating func add(
    _ fragments: [BulkReference], after table: [UInt64], of element: DataElement
  ) throws(DICOMError) {
    header(element.tag, element.vr, length: Self.undefinedLength)
    let offsets = table.compactMap { UInt32(exactly: $0) }
    let isKept = offsets.count == table.count
    delimiter(0xE000, length: isKept ? UInt32(clamping: offsets.count * 4) : 0)
    if isKept { for offset in offsets { append(offset) } }
    for fragment in fragments {
      guard let length = UInt32(exactly: fragment.length), length < Self.undefinedLength else {
        throw DICOMError(.valueNotHeld, detail: "a fragment of \(element.tag) cannot be taken over")
      }
      delimiter(0xE000, length: length)
      try take(fragment, of: element)
    }
    delimiter(0xE0DD, length: 0)
  }

  private mutating func take(_ reference: BulkReference, of element: DataElement) throws(DICOMError) {
    flush()
    let (end, overflow) = reference.offset.addingReportingOverflow(reference.length)
    guard !overflow else { throw DICOMError(.malformed, detail: "a value of \(element.tag) ends beyond any file") }
    segments.append(.payload(reference.offset..<end))
  }

  private mutating func header(_ tag: Tag, _ vr: VR, length: UInt32) {
    append(tag.group)
    append(tag.element)
    if syntax.isExplicit {
      pending.append(contentsOf: vr.name.utf8)
      append(UInt16(0))
    }
    append(length)
  }

  private mutating func delimiter(_ element: UInt16, length: UInt32) {
    append(UInt16(0xFFFE))
    append(element)
    append(length)
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    let stored = syntax.isLittleEndian ? value.littleEndian : value.bigEndian
    withUnsafeBytes(of: stored) { pending.append(contentsOf: $0) }
  }

  private mutating func flush() {
    guard !pending.isEmpty else { return }
    segments.append(.bytes(pending))
    pending = []
  }
}

extension DataSet {
  /// Whether some value, at any depth, was not held by the reader.
  fileprivate var leavesValuesInPayload: Bool {
    contains { element in
      switch element.value {
      case .bulk, .pixels: true
      case .bytes: false
      case .sequence(let items): items.contains(where: \.leavesValuesInPayload)
      }
    }
  }
}

extension [DataSetSegment] {
  /// How many bytes they are together.
  public var length: UInt64 { reduce(0) { $0 &+ $1.length } }

  /// The part of them that lies in a range of their bytes.
  public func slice(_ wanted: Range<UInt64>) -> [DataSetSegment] {
    var passed: UInt64 = 0
    var slices: [DataSetSegment] = []
    for segment in self {
      let lower = Swift.max(wanted.lowerBound, passed)
      let upper = Swift.min(wanted.upperBound, passed &+ segment.length)
      if lower < upper {
        switch segment {
        case .bytes(let bytes):
          slices.append(.bytes([UInt8](bytes[Int(clamping: lower &- passed)..<Int(clamping: upper &- passed)])))
        case .payload(let range):
          slices.append(.payload((range.lowerBound &+ (lower &- passed))..<(range.lowerBound &+ (upper &- passed))))
        }
      }
      passed &+= segment.length
    }
    return slices
  }
}
