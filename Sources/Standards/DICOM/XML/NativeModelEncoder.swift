/// Writes data sets as Native DICOM Models (PS3.19 §A.1.5).
struct NativeModelEncoder {
  let inlineBinaryLength: Int
  let bulkDataURI: ((TagPath) -> String)?
  let privateDictionary: PrivateDictionary?
  let sink: ([UInt8]) -> Void
  private var output: [UInt8] = []
  private var steps: [TagPath.Step] = []

  /// Bytes handed to the sink at once, at least.
  private static let pieceLength = 64 * 1024

  init(
    inlineBinaryLength: Int, bulkDataURI: ((TagPath) -> String)?, privateDictionary: PrivateDictionary?,
    sink: @escaping ([UInt8]) -> Void
  ) {
    self.inlineBinaryLength = inlineBinaryLength
    self.bulkDataURI = bulkDataURI
    self.privateDictionary = privateDictionary
    self.sink = sink
  }

  mutating func writeDocument(_ dataSet: DataSet) {
    append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    append("<NativeDicomModel xmlns=\"\(NativeDICOMModel.namespace)\" xml:space=\"preserve\">\n")
    write(dataSet, dataSet.characterSet)
    append("</NativeDicomModel>\n")
    sink(output)
  }

  private mutating func write(_ dataSet: DataSet, _ outer: SpecificCharacterSet) {
    let characterSet = dataSet.contains(.specificCharacterSet) ? dataSet.characterSet : outer
    for element in dataSet {
      let tag = element.tag
      if tag.isGroupLength || (tag.group == 0x0002 && steps.isEmpty) { continue }
      write(element, in: dataSet, characterSet)
      if output.count >= NativeModelEncoder.pieceLength {
        sink(output)
        output.removeAll(keepingCapacity: true)
      }
    }
  }

  private mutating func write(_ element: DataElement, in dataSet: DataSet, _ characterSet: SpecificCharacterSet) {
    let vr = vr(of: element, in: dataSet)
    switch element.value {
    case .bytes(let bytes) where vr == .sq:
      guard let items = DataSet.itemsOfUnknown(bytes) else { return }
      begin(element.tag, vr, dataSet, characterSet)
      write(items, of: element.tag, characterSet)
    case .bytes(let bytes):
      begin(element.tag, vr, dataSet, characterSet)
      if !bytes.isEmpty { write(bytes, vr, element.tag, characterSet) }
    case .sequence(let items):
      begin(element.tag, vr, dataSet, characterSet)
      write(items, of: element.tag, characterSet)
    case .bulk, .pixels:
      guard bulkDataURI != nil else { return }
      begin(element.tag, vr, dataSet, characterSet)
      writeReference(element.tag)
    }
    append("</DicomAttribute>\n")
  }

  private func vr(of element: DataElement, in dataSet: DataSet) -> VR {
    if element.tag == .specificCharacterSet { return .cs }
    let vr = element.interpretedVR
    return vr == .un ? privateDictionary?.entry(element.tag, in: dataSet)?.vr ?? vr : vr
  }

  /// The start tag. A private attribute is told by its creator, and its tag leaves the block open (PS3.19 §A.1.5.2),
  /// unless the creator has more than one block.
  private mutating func begin(_ tag: Tag, _ vr: VR, _ dataSet: DataSet, _ characterSet: SpecificCharacterSet) {
    var shown = tag
    var identity = ""
    if let attribute = dataSet.privateTag(tag), !attribute.creator.isEmpty {
      if dataSet.privateBlock(of: attribute.creator, in: tag.group).map(UInt16.init) == tag.element >> 8 {
        let blocks = dataSet.filter { $0.tag.group == tag.group && $0.tag.isPrivateCreator }
        let isOnly = blocks.count { dataSet.string($0.tag) == attribute.creator } == 1
        if isOnly { shown = Tag(tag.group, UInt16(attribute.element)) }
      }
      identity = " privateCreator=\"\(NativeModelEncoder.escaped(attribute.creator, inAttribute: true))\""
    } else if let keyword = tag.keyword, !keyword.isEmpty {
      identity = " keyword=\"\(keyword)\""
    }
    append("<DicomAttribute tag=\"\(shown.hex)\" vr=\"\(vr.name)\"\(identity)>\n")
  }

  private mutating func write(_ items: [DataSet], of tag: Tag, _ characterSet: SpecificCharacterSet) {
    for (index, item) in items.enumerated() {
      append("<Item number=\"\(index + 1)\">\n")
      steps.append(TagPath.Step(sequence: tag, item: index))
      write(item, characterSet)
      steps.removeLast()
      append("</Item>\n")
    }
  }

  private mutating func write(_ bytes: [UInt8], _ vr: VR, _ tag: Tag, _ characterSet: SpecificCharacterSet) {
    if tag == .specificCharacterSet {
      append("<Value number=\"1\">ISO_IR 192</Value>\n")
    } else if vr.isBulk {
      if bytes.count > inlineBinaryLength, bulkDataURI != nil {
        writeReference(tag)
      } else {
        append("<InlineBinary>")
        Base64.append(bytes, to: &output)
        append("</InlineBinary>\n")
      }
    } else {
      var single = DataSet()
      single.set(DataElement(tag: tag, vr: vr, value: .bytes(bytes)))
      let values = single.strings(tag, inheriting: characterSet)
      if values.allSatisfy(\.isEmpty), values.count == 1 { return }
      for (index, value) in values.enumerated() {
        if vr == .pn { write(name: value, index + 1) } else { write(value, index + 1) }
      }
    }
  }

  private mutating func write(_ value: String, _ number: Int) {
    append("<Value number=\"\(number)\">\(NativeModelEncoder.escaped(value, inAttribute: false))</Value>\n")
  }

  private static let components = ["FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"]

  private mutating func write(name value: String, _ number: Int) {
    let name = PersonName(dicom: value)
    append("<PersonName number=\"\(number)\">\n")
    let groups = [
      ("Alphabetic", name.alphabetic), ("Ideographic", name.ideographic), ("Phonetic", name.phonetic),
    ]
    for (group, text) in groups where !text.isEmpty {
      append("<\(group)>\n")
      let parts = text.parts(between: "^", maxSplits: 4)
      for (component, part) in zip(NativeModelEncoder.components, parts) where !part.isEmpty {
        append("<\(component)>\(NativeModelEncoder.escaped(String(part), inAttribute: false))</\(component)>\n")
      }
      append("</\(group)>\n")
    }
    append("</PersonName>\n")
  }

  private mutating func writeReference(_ tag: Tag) {
    guard let uri = bulkDataURI?(TagPath(tag, in: steps)) else { return }
    append("<BulkData uri=\"\(NativeModelEncoder.escaped(uri, inAttribute: true))\"/>\n")
  }

  private mutating func append(_ text: String) {
    output.append(contentsOf: text.utf8)
  }

  /// Marks as references; a carriage return too, which a reader would take for the end of a line.
  private static func escaped(_ text: String, inAttribute: Bool) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x26 && byte != 0x3C && byte != 0x3E
    }
    if isPlain { return text }
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      case "\r": output += "&#13;"
      case "\n" where inAttribute, "\t" where inAttribute: output += "&#\(scalar.value);"
      case _ where !scalar.isXMLCharacter: output += "\u{FFFD}"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }
}
