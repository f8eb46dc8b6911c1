/// Writes data sets (PS3.5 §7, Annex A).
public struct DataSetWriter {
  /// The choices that the standard leaves to a writer.
  public enum Form: Sendable {
    /// Explicit lengths throughout, no group lengths: the same data set always gives the same bytes.
    case canonical
    /// Undefined lengths and group lengths where the data set was read with them: what was read comes out byte for byte,
    /// and what was changed since is encoded around it. Group lengths are counted anew.
    case asRead
  }

  private var output: [UInt8] = []
  private var encoding: Encoding
  private let isEncapsulated: Bool
  private let form: Form
  private var steps: [TagPath.Step] = []

  /// Deepest nesting of sequences written.
  private static let nestingDepth = 64
  /// Longest value of a VR with a 16-bit length; longer ones travel as UN (PS3.5 §6.2.2).
  private static let longestShortValue = 0xFFFE
  private static let longestValue = Int(UInt32.max) - 1

  private init(_ syntax: TransferSyntax, _ form: Form) {
    encoding = Encoding(syntax)
    isEncapsulated = syntax.isEncapsulated
    self.form = form
  }

  /// Encodes every element but group 0002; values have even length.
  ///
  /// Pixel Data in an encapsulated syntax is given as the bytes of its items, Basic Offset Table item first, without
  /// the sequence delimiter. The deflated syntaxes deflate the result.
  ///
  /// - Throws: `.valueNotHeld` for bulk and pixel references, `.valueTooLong` when a length exceeds 32 bits.
  public static func encode(
    _ dataSet: DataSet, in syntax: TransferSyntax, form: Form = .canonical
  ) throws(DICOMError) -> [UInt8] {
    var writer = DataSetWriter(syntax, form)
    try writer.write(dataSet)
    return syntax.isDeflated ? try Deflater.deflated(writer.output) : writer.output
  }

  /// Encodes group 0002 or a command set, whose group length the caller has put in.
  static func encodeGroup(_ dataSet: DataSet, in syntax: TransferSyntax) throws(DICOMError) -> [UInt8] {
    var writer = DataSetWriter(syntax, .canonical)
    for element in dataSet { try writer.write(element, nil) }
    return writer.output
  }

  /// Encodes group 0002 with its group length, if it has one, counted anew.
  static func encodeFileMeta(_ fileMeta: DataSet) throws(DICOMError) -> [UInt8] {
    var writer = DataSetWriter(.explicitVRLittleEndian, .asRead)
    try writer.writeGroups(of: fileMeta.lazy.filter { $0.tag.group == 0x0002 }, fileMeta.form)
    return writer.output
  }

  private mutating func write(_ dataSet: DataSet) throws(DICOMError) {
    let elements = dataSet.lazy.filter { [isRoot = steps.isEmpty, form] element in
      (element.tag.group != 0x0002 || !isRoot) && element.tag.group != 0xFFFE
        && (form == .asRead || !element.tag.isGroupLength)
    }
    try writeGroups(of: elements, dataSet.form)
  }

  /// Writes elements, and into each group length that is there the bytes that follow it in its group (PS3.5 §7.2).
  private mutating func writeGroups(
    of elements: some Sequence<DataElement>, _ encoded: EncodedForm?
  ) throws(DICOMError) {
    var counted: (group: UInt16, start: Int)?
    for element in elements {
      if let open = counted, open.group != element.tag.group {
        try patchLength(before: open.start, Tag(open.group, 0))
        counted = nil
      }
      try write(element, encoded)
      if element.tag.isGroupLength, element.vr == .ul, element.bytes?.count == 4 {
        counted = (element.tag.group, output.count)
      }
    }
    if let open = counted { try patchLength(before: open.start, Tag(open.group, 0)) }
  }

  private mutating func write(_ element: DataElement, _ encoded: EncodedForm?) throws(DICOMError) {
    switch element.value {
    case .bytes(let bytes):
      if isFragments(bytes, element.tag, encoded) {
        let vr = form == .canonical && element.vr == .ow ? .ob : element.vr
        header(element.tag, vr, length: ElementParser.undefinedLength)
        output.append(contentsOf: bytes)
        itemHeader(.sequenceDelimitationItem, length: 0)
      } else {
        try write(bytes, of: element)
      }
    case .sequence(let items):
      try write(items, of: element.tag, encoded)
    case .bulk, .pixels:
      throw error(.valueNotHeld, element.tag, "the value is a reference into another stream")
    }
  }

  /// Whether the held bytes are the items of an encapsulated value.
  private func isFragments(_ bytes: [UInt8], _ tag: Tag, _ encoded: EncodedForm?) -> Bool {
    if form == .canonical, steps.isEmpty { return isEncapsulated && tag.isPixelData }
    return encoded?.encapsulated.contains(tag) == true && bytes.starts(with: Tag.item.attributeTagBytes)
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

  private mutating func write(_ items: [DataSet], of tag: Tag, _ encoded: EncodedForm?) throws(DICOMError) {
    guard steps.count < DataSetWriter.nestingDepth else {
      throw error(.nestingTooDeep, tag, "sequences nested deeper than \(DataSetWriter.nestingDepth)")
    }
    let isUndefined = form == .asRead && encoded?.undefinedSequences.contains(tag) == true
    let isUnknown = isUndefined && encoding.isExplicit && encoded?.unknownSequences.contains(tag) == true
    header(tag, isUnknown ? .un : .sq, length: isUndefined ? ElementParser.undefinedLength : 0)
    let outer = encoding
    if isUnknown { encoding = .implicitLittleEndian }
    let start = output.count
    for (index, item) in items.enumerated() {
      steps.append(TagPath.Step(sequence: tag, item: index))
      try write(item: item, of: tag)
      steps.removeLast()
    }
    if isUndefined { itemHeader(.sequenceDelimitationItem, length: 0) } else { try patchLength(before: start, tag) }
    encoding = outer
  }

  private mutating func write(item: DataSet, of tag: Tag) throws(DICOMError) {
    if form == .asRead, item.form?.isUndefinedLength == true {
      itemHeader(.item, length: ElementParser.undefinedLength)
      try write(item)
      itemHeader(.itemDelimitationItem, length: 0)
    } else {
      itemHeader(.item, length: 0)
      let start = output.count
      try write(item)
      try patchLength(before: start, tag)
    }
  }

  /// Writes the length of what follows `start` into the four bytes before it.
  private mutating func patchLength(before start: Int, _ tag: Tag) throws(DICOMError) {
    guard let length = UInt32(exactly: output.count - start), length < ElementParser.undefinedLength else {
      throw error(.valueTooLong, tag, "a sequence, item or group of \(output.count - start) bytes")
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
