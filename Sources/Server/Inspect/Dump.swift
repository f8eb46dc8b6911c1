import DICOM

/// A data set in lines for a person: tag, VR, name, value; items set in.
struct Dump {
  var colours = false
  /// Whether each line begins with the path of its element.
  var paths = false
  var values = ValueText()
  var privateDictionary = PrivateDictionary.known

  private enum Colour: String {
    case tag = "36"
    case vr = "33"
    case name = "1"
    case note = "2"
  }

  private func coloured(_ text: String, _ colour: Colour) -> String {
    colours && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// What is known of the file, in comment lines.
  func preface(_ header: Header, _ file: String, to line: (String) -> Void) {
    let syntax = header.transferSyntax
    line(coloured("# \(ValueText.harmless(file)): \(syntax.name) (\(syntax.uid)), \(header.length) bytes", .note))
    for finding in header.findings { line(coloured("# read leniently: \(finding)", .note)) }
  }

  func write(_ dataSet: DataSet, _ steps: [TagPath.Step] = [], to line: (String) -> Void) {
    for element in dataSet { write(element, in: dataSet, steps, to: line) }
  }

  func write(_ element: DataElement, in dataSet: DataSet, _ steps: [TagPath.Step], to line: (String) -> Void) {
    let entry = privateDictionary.entry(element.tag, in: dataSet)
    let vr = element.interpretedVR == .un ? entry?.vr ?? .un : element.interpretedVR
    let name = DataDictionary.entry(element.tag)?.keyword ?? entry?.name ?? Dump.name(of: element.tag)
    let indent = String(repeating: "    ", count: steps.count)
    let path = paths ? coloured("\(TagPath(element.tag, in: steps))", .note) + " " : ""
    let items = Dump.items(of: element, vr, in: dataSet)
    let value =
      items.map { $0.count == 1 ? "1 item" : "\($0.count) items" }
      ?? values.text(of: element, vr: vr, in: dataSet)
    line(
      "\(path)\(indent)\(coloured(element.tag.description, .tag)) \(coloured(vr.name, .vr)) "
        + "\(coloured(ValueText.harmless(name), .name))\(value.isEmpty ? "" : " = \(value)")")
    for (index, item) in (items ?? []).enumerated() {
      line("\(indent)  \(coloured("item \(index)", .note))")
      write(item, steps + [TagPath.Step(sequence: element.tag, item: index)], to: line)
    }
  }

  private static func name(of tag: Tag) -> String {
    tag.isGroupLength ? "GroupLength" : tag.isPrivateCreator ? "PrivateCreator" : tag.isPrivate ? "private" : "unknown"
  }

  /// The items of a sequence, one that travelled as UN included.
  private static func items(of element: DataElement, _ vr: VR, in dataSet: DataSet) -> [DataSet]? {
    if case .sequence = element.value { return dataSet.items(element.tag) }
    guard vr == .sq, case .bytes = element.value else { return nil }
    let items = dataSet.items(element.tag)
    return items.isEmpty ? nil : items
  }
}
