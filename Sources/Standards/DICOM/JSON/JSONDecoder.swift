/// Reads data sets from DICOM JSON (PS3.18 §F.2).
struct JSONDecoder {
  typealias BulkData = (TagPath, String) -> Value?

  private var steps: [TagPath.Step] = []
  private var isASCII = true

  static func dataSet(_ text: JSONText, _ bulkData: BulkData) throws(DICOMError) -> DataSet {
    var decoder = JSONDecoder()
    var dataSet = try decoder.dataSet(text, bulkData)
    if !decoder.isASCII { dataSet.set(.specificCharacterSet, .cs, "ISO_IR 192") }
    return dataSet
  }

  private mutating func dataSet(_ text: JSONText, _ bulkData: BulkData) throws(DICOMError) -> DataSet {
    if case .null = text, !steps.isEmpty { return DataSet() }
    guard case .object(let members) = text else { throw error(nil, "a data set is an object") }
    var elements: [DataElement] = []
    elements.reserveCapacity(members.count)
    for member in members {
      guard let tag = Tag(member.name) else { throw error(nil, "a name that is no tag") }
      guard case .object(let fields) = member.value else { throw error(tag, "an attribute is an object") }
      if tag == .specificCharacterSet, !steps.isEmpty { continue }
      if let element = try element(tag, fields, bulkData) { elements.append(element) }
    }
    return DataSet(unordered: elements)
  }

  private mutating func element(
    _ tag: Tag, _ fields: [(name: String, value: JSONText)], _ bulkData: BulkData
  ) throws(DICOMError) -> DataElement? {
    var vr = DataDictionary.vr(tag) ?? .un
    for case ("vr", .string(let name)) in fields {
      guard let declared = VR(name) else { throw error(tag, "a vr that is none") }
      vr = declared
    }
    for field in fields {
      switch (field.name, field.value) {
      case ("Value", .array(let values)):
        return DataElement(tag: tag, vr: vr, value: try value(tag, vr, values, bulkData))
      case ("InlineBinary", .string(let text)):
        // Bytes of a text would be in an encoding that nobody states (PS3.18 §F.2.7 has it for byte streams only).
        guard !vr.isText else { throw error(tag, "InlineBinary of a text") }
        guard let bytes = Base64.decoded(text.utf8) else { throw error(tag, "InlineBinary that is not base 64") }
        return DataElement(tag: tag, vr: vr, value: .bytes(bytes))
      case ("BulkDataURI", .string(let uri)):
        return bulkData(TagPath(tag, in: steps), uri).map { DataElement(tag: tag, vr: vr, value: $0) }
      case ("vr", .string), ("Value", .null), ("InlineBinary", .null), ("BulkDataURI", .null):
        continue
      default:
        throw error(tag, "an attribute with an unknown field or form")
      }
    }
    return DataElement(tag: tag, vr: vr, value: vr == .sq ? .sequence([]) : .empty)
  }

  private mutating func value(
    _ tag: Tag, _ vr: VR, _ values: [JSONText], _ bulkData: BulkData
  ) throws(DICOMError) -> Value {
    if vr == .sq {
      var items: [DataSet] = []
      for (index, item) in values.enumerated() {
        steps.append(TagPath.Step(sequence: tag, item: index))
        items.append(try dataSet(item, bulkData))
        steps.removeLast()
      }
      return .sequence(items)
    }
    var bytes: [UInt8] = []
    for (index, value) in values.enumerated() {
      if vr.isText {
        if index > 0 { bytes.append(0x5C) }
        bytes.append(contentsOf: try text(tag, vr, value).utf8)
      } else {
        try append(value, tag, vr, to: &bytes)
      }
    }
    if isASCII, !bytes.isPlainASCII, vr.isCharsetDependent { isASCII = false }
    return .bytes(bytes)
  }

  private func text(_ tag: Tag, _ vr: VR, _ value: JSONText) throws(DICOMError) -> String {
    switch value {
    case .null: return ""
    case .string(let text): return text
    case .number(let text) where vr == .ds || vr == .is: return JSONText.number(text, vr)
    case .number(let text): return text
    case .object(let groups) where vr == .pn:
      var name = PersonName()
      for case (let group, .string(let text)) in groups {
        guard !text.utf8.contains(UInt8(ascii: "=")) else { throw error(tag, "a delimiter within a component group") }
        switch group {
        case "Alphabetic": name.alphabetic = text
        case "Ideographic": name.ideographic = text
        case "Phonetic": name.phonetic = text
        default: throw error(tag, "an unknown component group")
        }
      }
      return name.dicom
    default:
      throw error(tag, "a value of another kind than its vr")
    }
  }

  private func append(_ value: JSONText, _ tag: Tag, _ vr: VR, to bytes: inout [UInt8]) throws(DICOMError) {
    let text: String
    switch value {
    case .number(let number): text = number
    case .string(let string): text = string
    default: throw error(tag, "a value of another kind than its vr")
    }
    var isTaken = false
    switch vr {
    case .at:
      if let attribute = Tag(text) {
        bytes.append(contentsOf: attribute.attributeTagBytes)
        isTaken = true
      }
    case .fl: isTaken = Double(text).map { bytes.append(littleEndian: Float($0).bitPattern) } != nil
    case .fd: isTaken = Double(text).map { bytes.append(littleEndian: $0.bitPattern) } != nil
    case .us: isTaken = append(text, as: UInt16.self, to: &bytes)
    case .ss: isTaken = append(text, as: Int16.self, to: &bytes)
    case .ul: isTaken = append(text, as: UInt32.self, to: &bytes)
    case .sl: isTaken = append(text, as: Int32.self, to: &bytes)
    case .uv: isTaken = append(text, as: UInt64.self, to: &bytes)
    case .sv: isTaken = append(text, as: Int64.self, to: &bytes)
    default: break
    }
    guard isTaken else { throw error(tag, "a value outside its vr") }
  }

  private func append<Number: FixedWidthInteger>(
    _ text: String, as type: Number.Type, to bytes: inout [UInt8]
  ) -> Bool {
    guard let number = Number(text) ?? Double(text).flatMap({ Number(exactly: $0) }) else { return false }
    bytes.append(littleEndian: number)
    return true
  }

  private func error(_ tag: Tag?, _ detail: String) -> DICOMError {
    DICOMError(.malformedJSON, path: tag.map { TagPath($0, in: steps) }, detail: detail)
  }
}
