import DICOM
import DICOMObjects

/// A content tree as lines, the same that `objects.py tree` makes of pydicom's data set.
enum TreeText {
  static func lines(_ root: ContentItem) -> [String] {
    var lines: [String] = []
    append(root, at: "1", isRoot: true, &lines)
    return lines
  }

  private static func append(_ item: ContentItem, at place: String, isRoot: Bool, _ lines: inout [String]) {
    let relationship = isRoot ? "" : item.relationship.rawValue
    let type = item.value.type?.rawValue ?? ""
    let fields = [place, relationship, type, concept(item.name), item.template?.identifier ?? "", value(item.value)]
    lines.append(fields.map(escaped).joined(separator: "\t"))
    for (index, child) in item.children.enumerated() {
      append(child, at: "\(place).\(index + 1)", isRoot: false, &lines)
    }
  }

  private static func concept(_ concept: CodedConcept?) -> String {
    concept.map { "\($0.value)|\($0.scheme)|\($0.meaning)" } ?? ""
  }

  private static func reference(_ reference: InstanceReference) -> String {
    "\(reference.sopClassUID) \(reference.sopInstanceUID)"
  }

  private static func numbers(_ numbers: [Double]) -> String { numbers.map { "\(Float($0))" }.joined(separator: ",") }

  private static func value(_ value: ContentValue) -> String {
    switch value {
    case .text(let text), .date(let text), .time(let text), .dateTime(let text): return text
    case .numeric(let number):
      guard let measured = number.measured else { return "none \(concept(number.qualifier))" }
      return "\(measured.decimal) \(concept(measured.unit))"
    case .code(let code): return concept(code)
    case .uidReference(let uid): return uid.rawValue
    case .personName(let name): return name.dicom
    case .composite(let instance): return reference(instance)
    case .image(let image):
      return "\(reference(image.instance)) \(image.frames) \(image.segments)"
    case .waveform(let waveform):
      return "\(reference(waveform.instance)) \(waveform.channels.flatMap { [$0.group, $0.channel] })"
    case .spatialCoordinates(let shape):
      return "\(shape.graphicType.rawValue) "
        + numbers(shape.points.flatMap { [Double($0.column), Double($0.row)] })
    case .spatialCoordinates3D(let shape):
      return "\(shape.graphicType.rawValue) "
        + numbers(shape.points.flatMap { [Double($0.x), Double($0.y), Double($0.z)] }) + " \(shape.frameOfReferenceUID)"
    case .temporalCoordinates(let range): return range.rangeType.rawValue
    case .container(let continuity): return continuity.rawValue
    case .table(let table): return "\(table.rowCount)x\(table.columnCount)"
    case .reference(let target): return "\(target)"
    case .unknown: return "?"
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
