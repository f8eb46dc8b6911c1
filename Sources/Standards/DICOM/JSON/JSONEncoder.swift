/// Writes data sets as DICOM JSON straight into bytes (PS3.18 §F.2).
struct JSONEncoder {
  let inlineBinaryLength: Int
  let bulkDataURI: ((TagPath) -> String)?
  let privateDictionary: PrivateDictionary?
  /// Takes what is finished, in pieces; without it the whole text is kept.
  var sink: (([UInt8]) -> Void)?
  private var steps: [TagPath.Step] = []

  /// Bytes handed to the sink at once, at least.
  private static let pieceLength = 64 * 1024

  init(
    inlineBinaryLength: Int, bulkDataURI: ((TagPath) -> String)?, privateDictionary: PrivateDictionary?
  ) {
    self.inlineBinaryLength = inlineBinaryLength
    self.bulkDataURI = bulkDataURI
    self.privateDictionary = privateDictionary
  }

  mutating func write(_ dataSet: DataSet, _ outer: SpecificCharacterSet, into output: inout [UInt8]) {
    let characterSet = dataSet.contains(.specificCharacterSet) ? dataSet.characterSet : outer
    output.append(UInt8(ascii: "{"))
    var isFirst = true
    for element in dataSet {
      let tag = element.tag
      if tag.isGroupLength || (tag.group == 0x0002 && steps.isEmpty) { continue }
      let start = output.count
      if !isFirst { output.append(UInt8(ascii: ",")) }
      if write(element, in: dataSet, characterSet, into: &output) {
        isFirst = false
      } else {
        output.removeLast(output.count - start)
      }
    }
    output.append(UInt8(ascii: "}"))
    // Nothing before this place is taken back, however deep it is.
    if let sink, output.count >= JSONEncoder.pieceLength || steps.isEmpty {
      sink(output)
      output.removeAll(keepingCapacity: true)
    }
  }

  /// The VR that a value is written in.
  private func vr(of element: DataElement, in dataSet: DataSet) -> VR {
    // What is written of it is a code string, whatever damaged VR it came with.
    if element.tag == .specificCharacterSet { return .cs }
    let vr = element.interpretedVR
    return vr == .un ? privateDictionary?.entry(element.tag, in: dataSet)?.vr ?? vr : vr
  }

  /// Writes `"TTTTTTTT":{…}`; false when the value can be told in no way.
  private mutating func write(
    _ element: DataElement, in dataSet: DataSet, _ characterSet: SpecificCharacterSet, into output: inout [UInt8]
  ) -> Bool {
    let vr = vr(of: element, in: dataSet)
    output.append(UInt8(ascii: "\""))
    JSONEncoder.appendHex(element.tag, to: &output)
    output.append("\":{\"vr\":\"")
    output.append(vr.code.0)
    output.append(vr.code.1)
    output.append(UInt8(ascii: "\""))
    defer { output.append(UInt8(ascii: "}")) }
    switch element.value {
    case .bytes(let bytes):
      if bytes.isEmpty { return true }
      if element.tag == .specificCharacterSet {
        output.append(",\"Value\":[\"ISO_IR 192\"]")
      } else if vr == .sq {
        guard let items = DataSet.itemsOfUnknown(bytes) else { return false }
        write(items, of: element.tag, characterSet, into: &output)
      } else if vr.isBulk {
        if bytes.count > inlineBinaryLength, writeReference(element.tag, into: &output) { return true }
        output.append(",\"InlineBinary\":\"")
        Base64.append(bytes, to: &output)
        output.append(UInt8(ascii: "\""))
      } else {
        JSONEncoder.write(bytes, vr, characterSet, into: &output)
      }
    case .sequence(let items):
      write(items, of: element.tag, characterSet, into: &output)
    case .bulk, .pixels:
      return writeReference(element.tag, into: &output)
    }
    return true
  }

  private func writeReference(_ tag: Tag, into output: inout [UInt8]) -> Bool {
    guard let bulkDataURI else { return false }
    output.append(",\"BulkDataURI\":\"")
    let uri = Array(bulkDataURI(TagPath(tag, in: steps)).utf8)
    uri.withUnsafeBytes { JSONEncoder.appendEscaped($0, to: &output) }
    output.append(UInt8(ascii: "\""))
    return true
  }

  private mutating func write(
    _ items: [DataSet], of tag: Tag, _ characterSet: SpecificCharacterSet, into output: inout [UInt8]
  ) {
    if items.isEmpty { return }
    output.append(",\"Value\":[")
    for (index, item) in items.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      steps.append(TagPath.Step(sequence: tag, item: index))
      write(item, characterSet, into: &output)
      steps.removeLast()
    }
    output.append(UInt8(ascii: "]"))
  }

  // MARK: - Values

  private static func write(
    _ bytes: [UInt8], _ vr: VR, _ characterSet: SpecificCharacterSet, into output: inout [UInt8]
  ) {
    guard vr.isText else {
      if bytes.count < vr.numberWidth ?? 1 { return }
      output.append(",\"Value\":[")
      writeNumbers(bytes, vr, into: &output)
      output.append(UInt8(ascii: "]"))
      return
    }
    let text = characterSet.utf8(bytes, vr)
    text.withUnsafeBytes { text in
      let start = output.count
      output.append(",\"Value\":[")
      var count = 0
      var isEmpty = true
      TextValues.forEach(in: text, vr) { value in
        if count > 0 { output.append(UInt8(ascii: ",")) }
        count &+= 1
        if !value.isEmpty { isEmpty = false }
        write(value, vr, into: &output)
      }
      output.append(UInt8(ascii: "]"))
      // Nothing but padding is no value; empty values between delimiters count.
      if isEmpty, count == 1 { output.removeLast(output.count - start) }
    }
  }

  private static func write(_ value: UnsafeRawBufferPointer, _ vr: VR, into output: inout [UInt8]) {
    switch vr {
    case _ where value.isEmpty:
      output.append("null")
    case .pn:
      writeName(value, into: &output)
    case .ds, .is:
      writeNumber(value, vr, into: &output)
    default:
      output.append(UInt8(ascii: "\""))
      appendEscaped(value, to: &output)
      output.append(UInt8(ascii: "\""))
    }
  }

  /// An object with the component groups that are not empty (PS3.18 §F.2.2).
  private static func writeName(_ value: UnsafeRawBufferPointer, into output: inout [UInt8]) {
    output.append(UInt8(ascii: "{"))
    var start = 0
    var isFirst = true
    for name in ["\"Alphabetic\":\"", "\"Ideographic\":\"", "\"Phonetic\":\""] where start <= value.count {
      var end = start
      while end < value.count, value[end] != UInt8(ascii: "=") { end &+= 1 }
      if end > start {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        output.append(name)
        appendEscaped(value.part(start, end), to: &output)
        output.append(UInt8(ascii: "\""))
      }
      start = end &+ 1
    }
    output.append(UInt8(ascii: "}"))
  }

  /// A DS or IS as a JSON number when it can be one, as a string when not (PS3.18 §F.2.3.1).
  private static func writeNumber(_ value: UnsafeRawBufferPointer, _ vr: VR, into output: inout [UInt8]) {
    let isNumber = JSONText.isNumber(value)
    // A DS of more characters than it may have keeps them: they are digits that somebody measured.
    if isNumber, vr == .ds || isPlainInteger(value) {
      output.append(contentsOf: value)
      return
    }
    let text = String(decoding: value, as: UTF8.self)
    if isNumber {
      // As it is read again, so that what was read and written does not change any more.
      output.append(JSONText.number(text, vr))
      return
    }
    if let whole = Int(text) {
      output.append(String(whole))
    } else if vr == .ds, let number = Double(text), number.isFinite {
      output.append("\(number)")
    } else {
      output.append(UInt8(ascii: "\""))
      appendEscaped(value, to: &output)
      output.append(UInt8(ascii: "\""))
    }
  }

  /// Whether a number consists of digits and says zero without a sign.
  private static func isPlainInteger(_ value: UnsafeRawBufferPointer) -> Bool {
    guard let first = value.first else { return false }
    if first == UInt8(ascii: "-"), value.count > 1, value[1] == 0x30 { return false }
    return value.dropFirst().allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }

  private static func writeNumbers(_ bytes: [UInt8], _ vr: VR, into output: inout [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      guard let width = vr.numberWidth else { return }
      for index in 0..<buffer.count / width {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        let offset = index &* width
        switch vr {
        case .us: output.append(decimal: UInt64(buffer.number(at: offset, false, as: UInt16.self)))
        case .ss: output.append(decimal: Int64(buffer.number(at: offset, false, as: Int16.self)))
        case .ul: output.append(decimal: UInt64(buffer.number(at: offset, false, as: UInt32.self)))
        case .sl: output.append(decimal: Int64(buffer.number(at: offset, false, as: Int32.self)))
        case .uv: output.append(decimal: buffer.number(at: offset, false, as: UInt64.self))
        case .sv: output.append(decimal: buffer.number(at: offset, false, as: Int64.self))
        case .at:
          let group = buffer.number(at: offset, false, as: UInt16.self)
          output.append(UInt8(ascii: "\""))
          appendHex(Tag(group, buffer.number(at: offset &+ 2, false, as: UInt16.self)), to: &output)
          output.append(UInt8(ascii: "\""))
        case .fl:
          let number = Float(bitPattern: buffer.number(at: offset, false, as: UInt32.self))
          output.append(number.isFinite ? "\(number)" : nonFinite(Double(number)))
        default:
          let number = Double(bitPattern: buffer.number(at: offset, false, as: UInt64.self))
          output.append(number.isFinite ? "\(number)" : nonFinite(number))
        }
      }
    }
  }

  /// JSON has no such numbers; the standard writes them as strings (PS3.18 §F.2.3).
  private static func nonFinite(_ number: Double) -> String {
    number.isNaN ? "\"NaN\"" : number < 0 ? "\"-inf\"" : "\"inf\""
  }

  // MARK: - Bytes

  private static func appendHex(_ tag: Tag, to output: inout [UInt8]) {
    for shift in stride(from: UInt32(28), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: tag.rawValue >> shift) & 0xF
      output.append(digit < 10 ? digit &+ 0x30 : digit &+ 0x37)
    }
  }

  /// Appends UTF-8 with quotes, backslashes and control characters escaped.
  private static func appendEscaped(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    var start = 0
    for position in 0..<text.count {
      let byte = text[position]
      guard byte < 0x20 || byte == 0x22 || byte == 0x5C else { continue }
      output.append(contentsOf: text.part(start, position))
      start = position &+ 1
      switch byte {
      case 0x22: output.append("\\\"")
      case 0x5C: output.append("\\\\")
      case 0x0A: output.append("\\n")
      case 0x0D: output.append("\\r")
      case 0x09: output.append("\\t")
      default:
        output.append("\\u00")
        output.append(byte < 0x10 ? 0x30 : 0x31)
        let low = byte & 0xF
        output.append(low < 10 ? low &+ 0x30 : low &+ 0x57)
      }
    }
    output.append(contentsOf: text.part(start, text.count))
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @_disfavoredOverload
  fileprivate mutating func append(_ text: String) {
    append(contentsOf: text.utf8)
  }

  fileprivate mutating func append(decimal number: some FixedWidthInteger) {
    if number >= 0, number < 10 {
      append(UInt8(truncatingIfNeeded: number) &+ 0x30)
    } else {
      append(contentsOf: String(number).utf8)
    }
  }
}
