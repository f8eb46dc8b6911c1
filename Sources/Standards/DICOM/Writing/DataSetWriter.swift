/// Writes data sets (PS3.5 §7, Annex A).
public struct DataSetWriter {
  private var output: [UInt8] = []
  private let encoding: Encoding
  private let isEncapsulated: Bool
  private var steps: [TagPath.Step] = []

  /// Deepest nesting of sequences written.
  private static let nestingDepth = 64
  /// Longest value of a VR with a 16-bit length; longer ones travel as UN (PS3.5 §6.2.2).
  private static let longestShortValue = 0xFFFE
  private static let longestValue = Int(UInt32.max) - 1

  private init(_ syntax: TransferSyntax) {
    encoding = Encoding(syntax)
    isEncapsulated = syntax.isEncapsulated
  }

  /// Encodes every element but group 0002 and group lengths; sequences and items have explicit lengths and values
  /// even length.
  ///
  /// Pixel Data in an encapsulated syntax is given as the bytes of its items, Basic Offset Table item first, without
  /// the sequence delimiter. The deflated syntaxes deflate the result.
  ///
  /// - Throws: `.valueNotHeld` for bulk and pixel references, `.valueTooLong` when a length exceeds 32 bits.
  public static func encode(_ dataSet: DataSet, in syntax: TransferSyntax) throws(DICOMError) -> [UInt8] {
    var writer = DataSetWriter(syntax)
    try writer.write(dataSet)
    return syntax.isDeflated ? try Deflater.deflated(writer.output) : writer.output
  }

  /// Encodes group 0002 or a command set, whose group length the caller has put in.
  static func encodeGroup(_ dataSet: DataSet, in syntax: TransferSyntax) throws(DICOMError) -> [UInt8] {
    var writer = DataSetWriter(syntax)
    for element in dataSet { try writer.write(element) }
    return writer.output
  }

  private mutating func write(_ dataSet: DataSet) throws(DICOMError) {
    for element in dataSet
    where !element.tag.isGroupLength && (element.tag.group != 0x0002 || !steps.isEmpty) && element.tag.group != 0xFFFE {
      try write(element)
    }
  }

  private mutating func write(_ element: DataElement) throws(DICOMError) {
    switch element.value {
    case .bytes(let bytes):
      if isEncapsulated, element.tag.isPixelData, steps.isEmpty {
        header(element.tag, element.vr == .ow ? .ob : element.vr, length: ElementParser.undefinedLength)
        output.append(contentsOf: bytes)
        itemHeader(.sequenceDelimitationItem, length: 0)
      } else {
        try write(bytes, of: element)
      }
    case .sequence(let items):
      try write(items, of: element.tag)
    case .bulk, .pixels:
      throw error(.valueNotHeld, element.tag, "the value is a reference into another stream")
    }
  }

  private mutating func write(_ bytes: [UInt8], of element: DataElement) throws(DICOMError) {
    let length = bytes.count + bytes.count % 2
    guard let fieldLength = UInt32(exactly: length), length <= DataSetWriter.longestValue else {
      throw error(.valueTooLong, element.tag, "\(length) bytes")
    }
    let vr = !element.vr.usesLongLength && length > DataSetWriter.longestShortValue ? .un : element.vr
    header(element.tag, vr, length: fieldLength)
    if encoding.isBigEndian, element.vr.byteOrderUnit > 1 {
      var swapped = bytes
      ByteOrder.swap(&swapped, unit: element.vr.byteOrderUnit)
      output.append(contentsOf: swapped)
    } else {
      output.append(contentsOf: bytes)
    }
    if length > bytes.count { output.append(element.vr.padding) }
  }

  private mutating func write(_ items: [DataSet], of tag: Tag) throws(DICOMError) {
    guard steps.count < DataSetWriter.nestingDepth else {
      throw error(.nestingTooDeep, tag, "sequences nested deeper than \(DataSetWriter.nestingDepth)")
    }
    header(tag, .sq, length: 0)
    let start = output.count
    for (index, item) in items.enumerated() {
      steps.append(TagPath.Step(sequence: tag, item: index))
      itemHeader(.item, length: 0)
      let itemStart = output.count
      try write(item)
      try patchLength(before: itemStart, tag)
      steps.removeLast()
    }
    try patchLength(before: start, tag)
  }

  /// Writes the length of what follows `start` into the four bytes before it.
  private mutating func patchLength(before start: Int, _ tag: Tag) throws(DICOMError) {
    guard let length = UInt32(exactly: output.count - start), length < ElementParser.undefinedLength else {
      throw error(.valueTooLong, tag, "a sequence or item of \(output.count - start) bytes")
    }
    let stored = encoding.isBigEndian ? length.bigEndian : length.littleEndian
    withUnsafeBytes(of: stored) { field in
      for position in 0..<4 { output[start - 4 + position] = field[position] }
    }
  }

  private mutating func header(_ tag: Tag, _ vr: VR, length: UInt32) {
    append(tag.group)
    append(tag.element)
    if encoding.isExplicit {
      output.append(vr.code.0)
      output.append(vr.code.1)
      if vr.usesLongLength {
        append(UInt16(0))
        append(length)
      } else {
        append(UInt16(truncatingIfNeeded: length))
      }
    } else {
      append(length)
    }
  }

  private mutating func itemHeader(_ tag: Tag, length: UInt32) {
    append(tag.group)
    append(tag.element)
    append(length)
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    if encoding.isBigEndian { output.append(bigEndian: value) } else { output.append(littleEndian: value) }
  }

  private func error(_ code: DICOMError.Code, _ tag: Tag, _ detail: String) -> DICOMError {
    DICOMError(code, path: TagPath(tag, in: steps), detail: detail)
  }
}

extension DataSetWriter {
  /// Encodes a command set in implicit VR little endian, group length first (PS3.7 §6.3.1).
  public static func encodeCommandSet(_ command: DataSet) throws(DICOMError) -> [UInt8] {
    var command = command
    command[.commandGroupLength] = nil
    let rest = try encodeGroup(command, in: .implicitVRLittleEndian)
    command.set(.commandGroupLength, .ul, rest.count)
    return try encodeGroup(command, in: .implicitVRLittleEndian)
  }
}
