/// Reads a Native DICOM Model into the DICOM JSON Model, which has the same content (PS3.18 §F.1).
struct NativeModelReader {
  /// Highest `number` of a value or item.
  private static let highestNumber = 1_000_000

  var scanner: XMLScanner

  mutating func document() throws(DICOMError) -> JSONText {
    guard case .start("NativeDicomModel", _)? = try next() else { throw scanner.error("NativeDicomModel expected") }
    let dataSet = try dataSet()
    guard try next() == nil else { throw scanner.error("something behind the root element") }
    return dataSet
  }

  /// The attributes up to the end of the element around them.
  private mutating func dataSet() throws(DICOMError) -> JSONText {
    var members: [(name: String, value: JSONText)] = []
    var waiting: [(attribute: PrivateTag, value: JSONText)] = []
    var creators: [Tag: String] = [:]
    while case .start("DicomAttribute", let attributes)? = try child() {
      guard let tag = attributes["tag"].flatMap(Tag.init), attributes["tag"]?.utf8.count == 8 else {
        throw scanner.error("a DicomAttribute without tag")
      }
      let value = try value(vr: attributes["vr"])
      if let creator = attributes["privateCreator"], tag.isPrivate, tag.element < 0x100 {
        waiting.append((PrivateTag(creator, tag.group, UInt8(truncatingIfNeeded: tag.element)), value))
      } else {
        if tag.isPrivateCreator, let creator = NativeModelReader.onlyValue(value) { creators[tag] = creator }
        members.append((tag.hex, value))
      }
    }
    for (attribute, value) in waiting {
      guard let block = block(of: attribute, &creators, &members) else {
        throw scanner.error("no block is free for a private attribute")
      }
      members.append((attribute.tag(inBlock: block).hex, value))
    }
    return .object(members)
  }

  /// The block of a creator; a free one is reserved when the document has none.
  private func block(
    of attribute: PrivateTag, _ creators: inout [Tag: String], _ members: inout [(name: String, value: JSONText)]
  ) -> UInt8? {
    let blocks = UInt8(0x10)...0xFF
    if let block = blocks.first(where: { creators[Tag(attribute.group, UInt16($0))] == attribute.creator }) {
      return block
    }
    guard let free = blocks.first(where: { creators[Tag(attribute.group, UInt16($0))] == nil }) else { return nil }
    let tag = Tag(attribute.group, UInt16(free))
    creators[tag] = attribute.creator
    members.append((tag.hex, .object([("vr", .string("LO")), ("Value", .array([.string(attribute.creator)]))])))
    return free
  }

  private static func onlyValue(_ attribute: JSONText) -> String? {
    guard case .object(let fields) = attribute else { return nil }
    for case ("Value", .array(let values)) in fields {
      if case .string(let text)? = values.first { return text }
    }
    return nil
  }

  /// The values of a DicomAttribute, up to its end.
  private mutating func value(vr: String?) throws(DICOMError) -> JSONText {
    var fields: [(name: String, value: JSONText)] = vr.map { [("vr", .string($0))] } ?? []
    var values: [JSONText] = []
    while case .start(let name, let attributes)? = try child() {
      switch name {
      case "Value": try place(.string(try text()), attributes, in: &values)
      case "Item": try place(try dataSet(), attributes, in: &values)
      case "PersonName": try place(try personName(), attributes, in: &values)
      case "InlineBinary": fields.append(("InlineBinary", .string(try text())))
      case "BulkData":
        guard let reference = attributes["uri"] ?? attributes["uuid"] else {
          throw scanner.error("BulkData without uri")
        }
        fields.append(("BulkDataURI", .string(reference)))
        try end()
      default: throw scanner.error("an unknown element in a DicomAttribute")
      }
    }
    if !values.isEmpty { fields.append(("Value", .array(values))) }
    return .object(fields)
  }

  /// Puts a value where its `number` says; values that are left out are empty.
  private func place(
    _ value: JSONText, _ attributes: [String: String], in values: inout [JSONText]
  ) throws(DICOMError) {
    guard let number = attributes["number"].flatMap({ Int($0) }), number > values.count,
      number <= NativeModelReader.highestNumber
    else { throw scanner.error("values are numbered from 1 upwards") }
    while values.count < number - 1 { values.append(.null) }
    values.append(value)
  }

  private static let components = ["FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"]

  private mutating func personName() throws(DICOMError) -> JSONText {
    var groups: [(name: String, value: JSONText)] = []
    while case .start(let group, _)? = try child() {
      var parts = ["", "", "", "", ""]
      while case .start(let component, _)? = try child() {
        guard let index = NativeModelReader.components.firstIndex(of: component) else {
          throw scanner.error("an unknown component of a name")
        }
        parts[index] = try text()
      }
      while parts.last?.isEmpty == true { parts.removeLast() }
      groups.append((group, .string(parts.joined(separator: "^"))))
    }
    return .object(groups)
  }

  // MARK: - Events

  /// The next child element; nil at the end of the element around it. White space between elements is passed over.
  private mutating func child() throws(DICOMError) -> XMLScanner.Event? {
    switch try next() {
    case .start(let name, let attributes)?: return .start(name: name, attributes: attributes)
    case .end?, nil: return nil
    case .text: throw scanner.error("text between elements")
    }
  }

  private mutating func next() throws(DICOMError) -> XMLScanner.Event? {
    while let event = try scanner.next() {
      if case .text(let text) = event, text.utf8.allSatisfy(XMLScanner.isSpace) { continue }
      return event
    }
    return nil
  }

  /// The text of an element, up to its end.
  private mutating func text() throws(DICOMError) -> String {
    var text = ""
    while let event = try scanner.next() {
      switch event {
      case .text(let piece): text += piece
      case .end: return text
      case .start: throw scanner.error("an element inside a value")
      }
    }
    return text
  }

  private mutating func end() throws(DICOMError) {
    guard try next() == .end else { throw scanner.error("an element that is not empty") }
  }
}
