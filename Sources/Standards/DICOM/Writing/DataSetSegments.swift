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
  /// - Throws: `DICOMError` `.valueNotHeld` for big endian, deflated and encapsulated syntaxes and for pixel data that
  ///   is encapsulated: their bytes cannot be taken over as they are.
  public static func segments(of dataSet: DataSet, in syntax: TransferSyntax) throws(DICOMError) -> [DataSetSegment] {
    guard syntax.isLittleEndian, !syntax.isDeflated, !syntax.isEncapsulated else {
      throw DICOMError(.valueNotHeld, detail: "values cannot be taken over into transfer syntax \(syntax.uid)")
    }
    var composer = SegmentComposer(syntax: syntax)
    try composer.add(dataSet)
    return composer.finish()
  }
}

private struct SegmentComposer {
  let syntax: TransferSyntax
  private var segments: [DataSetSegment] = []
  private var pending: [UInt8] = []

  init(syntax: TransferSyntax) { self.syntax = syntax }

  private static let undefinedLength: UInt32 = 0xFFFF_FFFF

  mutating func add(_ dataSet: DataSet) throws(DICOMError) {
    for element in dataSet where element.tag.group > 2 && element.tag.element != 0 {
      switch element.value {
      case .bulk(let reference):
        try add(reference, of: element)
      case .pixels(.native(let reference)):
        try add(reference, of: element)
      case .pixels(.encapsulated):
        throw DICOMError(.valueNotHeld, detail: "encapsulated pixel data cannot be taken over")
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
    guard let length = UInt32(exactly: reference.length), length < Self.undefinedLength, !reference.bigEndian else {
      throw DICOMError(.valueNotHeld, detail: "the value of \(element.tag) cannot be taken over")
    }
    header(element.tag, element.vr.usesLongLength ? element.vr : .un, length: length)
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
    withUnsafeBytes(of: value.littleEndian) { pending.append(contentsOf: $0) }
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
