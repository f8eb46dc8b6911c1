import DICOM

/// A value in one line for a person.
struct ValueText {
  /// Characters shown of a value.
  var width = 96

  /// Numbers or bytes looked at, as the line is short anyway.
  private static let countShown = 64

  /// The value of an element, by the VR it is to be read by and the data set it stands in.
  func text(of element: DataElement, vr: VR, in dataSet: DataSet) -> String {
    switch element.value {
    case .bytes(let bytes): text(bytes, element.tag, vr, dataSet)
    case .sequence(let items): items.count == 1 ? "1 item" : "\(items.count) items"
    case .bulk(let reference): "\(reference.length) bytes at \(reference.offset), not loaded"
    case .pixels(.native(let reference)): "\(reference.length) bytes at \(reference.offset), not loaded"
    case .pixels(.encapsulated(let table, let fragments)):
      "\(fragments.count) fragments, \(fragments.reduce(0) { $0 &+ $1.length }) bytes, "
        + (table.isEmpty ? "no offset table" : "offset table of \(table.count)")
    }
  }

  private func text(_ bytes: [UInt8], _ tag: Tag, _ vr: VR, _ dataSet: DataSet) -> String {
    if bytes.isEmpty { return "" }
    if vr.isBulk {
      let shown = bytes.prefix(16).map { byte in
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
      }
      return "\(bytes.count) bytes: " + shown.joined(separator: " ") + (bytes.count > 16 ? " …" : "")
    }
    var single = DataSet()
    let part = vr.numberWidth.map { Array(bytes.prefix($0 * Self.countShown)) } ?? bytes
    single.set(DataElement(tag: tag, vr: vr, value: .bytes(part)))
    let text = single.strings(tag, inheriting: dataSet.characterSet).joined(separator: "\\")
    let name = vr == .ui ? UIDRegistry.entry(UID(rawValue: text)).map { " (\($0.name))" } ?? "" : ""
    return cut(ValueText.harmless(text)) + name
  }

  private func cut(_ text: String) -> String {
    text.count <= width ? text : text.prefix(width - 1) + "…"
  }

  /// Control characters as pictures of them: a value must not steer the terminal it is shown on.
  static func harmless(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x20: output.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "?")
      case 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: output += "\u{FFFD}"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }
}
