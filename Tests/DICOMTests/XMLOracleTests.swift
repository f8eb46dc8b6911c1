import Foundation
import FoundationXML
import Testing

@testable import DICOM

enum DCMTK {
  static let dcm2xml = "/usr/bin/dcm2xml"
}

/// DCMTK's `dcm2xml --native-format`, both documents read by libxml2.
@Suite(
  "The XML of a sample file",
  .enabled(if: Samples.arePresent && FileManager.default.isExecutableFile(atPath: DCMTK.dcm2xml)))
struct XMLOracleTests {
  @Test("says what DCMTK says")
  func equality() throws {
    var equal = 0
    var used: Set<String> = []
    var compared: [Substring: Int] = [:]
    for row in Samples.dicom {
      guard let file = row["file"], let folder = Samples.folder, let bytes = Samples.bytes(of: row),
        bytes.count < 300_000, row["pydicom_read"] == "ok", let read = try? Part10.read(bytes)
      else { continue }
      // The files of a folder resemble each other, and starting a process for each takes its time.
      let chapter = file.prefix(upTo: file.lastIndex(of: "/") ?? file.endIndex)
      compared[chapter, default: 0] += 1
      if compared[chapter, default: 0] > 12 { continue }
      guard let theirs = try Self.run(["-q", "-nat", "+U8", "+Eb", "\(folder)/\(file)"]).flatMap(Infoset.init) else {
        continue
      }
      let ours = try #require(Infoset(Data(NativeDICOMModel.encode(read.dataSet, privateDictionary: .known))))
      let differences = Infoset.differences(theirs.root, ours.root, "")
      if differences.isEmpty { equal += 1 }
      let unexplained = differences.map { "\(file): \($0)" }.filter { difference in
        guard let reason = Self.argued.keys.first(where: difference.contains) else { return true }
        used.insert(reason)
        return false
      }
      for difference in unexplained.prefix(3) { Issue.record("\(difference)") }
    }
    print("\(equal) documents say the same to the last value")
    #expect(equal > 200)
    #expect(used == Set(Self.argued.keys))
  }

  /// Where we say something else than DCMTK, by a part of the difference, and why.
  private static let argued = [
    "PersonName   1/Phonetic    is only in theirs": "an empty component of an empty group",
    "00020010   is UN, ours UI": "UN of a standard attribute is interpreted by the dictionary (PS3.5 §6.2.2)",
    "rtdose_rle": "UN of a standard attribute, again",
    "00321030  /Value": "values of nothing but spaces between delimiters, which DCMTK leaves out",
  ]

  private static func run(_ arguments: [String]) throws -> Data? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: DCMTK.dcm2xml)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? text : nil
  }
}

/// A document as elements, attributes and text.
final class Infoset: NSObject, XMLParserDelegate {
  final class Node {
    let name: String
    let attributes: [String: String]
    var children: [Node] = []
    var text = ""

    init(_ name: String, _ attributes: [String: String]) {
      self.name = name
      self.attributes = attributes
    }

    /// DCMTK opens the block of a private attribute even when it has no creator, and thereby loses it.
    var isTold: Bool {
      attributes["privateCreator"] != nil || attributes["tag"].flatMap(Tag.init)?.isPrivate != true
    }

    /// By what children of one element are told apart.
    var key: String {
      "\(name) \(attributes["tag"] ?? "") \(attributes["privateCreator"] ?? "") \(attributes["number"] ?? "")"
    }
  }

  private(set) var root = Node("", [:])
  private var open: [Node] = []

  init?(_ document: Data) {
    super.init()
    open = [root]
    let parser = XMLParser(data: document)
    parser.shouldResolveExternalEntities = false
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    let node = Node(elementName, attributes)
    open.last?.children.append(node)
    open.append(node)
  }

  func parser(_ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?) {
    let closed = open.removeLast()
    // A name or group of a name without components says nothing.
    let isName = ["PersonName", "Alphabetic", "Ideographic", "Phonetic"].contains(closed.name)
    // Specific Character Set names the encoding of the text, here UTF-8.
    let isEncoding = closed.attributes["tag"] == "00080005"
    if (isName && closed.children.isEmpty) || isEncoding { open.last?.children.removeLast() }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    open.last?.text += string
  }

  static func differences(
    _ theirs: Node, _ ours: Node, _ path: String, in outer: String = ""
  ) -> [String] {
    var found: [String] = []
    // Pixel data is compared elsewhere.
    if theirs.attributes["tag"] == "7FE00010" { return [] }
    let vr = theirs.attributes["vr"] ?? outer
    let mine = ours.attributes["vr"] ?? outer
    if vr != mine {
      // Each knows private attributes that the other does not.
      let isPrivate = theirs.attributes["privateCreator"] != nil && (vr == "UN" || mine == "UN")
      return isPrivate ? [] : ["\(path) is \(vr), ours \(mine)"]
    }
    if theirs.name == "InlineBinary" {
      let (left, right) = (Data(base64Encoded: theirs.text.trimmed), Data(base64Encoded: ours.text.trimmed))
      if left?.inBigEndian(VR(vr)?.byteOrderUnit ?? 1) != right { found.append("\(path) has other bytes") }
    } else if theirs.children.isEmpty, ours.children.isEmpty {
      let (left, right) = (theirs.text.trimmed, ours.text.trimmed)
      let isSameNumber = Double(left) != nil && Float(left) == Float(right)
      if left != right, !isSameNumber { found.append("\(path): \(left.prefix(60)) and \(right.prefix(60))") }
    }
    let left = Dictionary(theirs.children.filter(\.isTold).map { ($0.key, $0) }) { first, _ in first }
    let right = Dictionary(ours.children.filter(\.isTold).map { ($0.key, $0) }) { first, _ in first }
    for key in Set(left.keys).union(right.keys).sorted() {
      guard let one = left[key], let another = right[key] else {
        found.append("\(path)/\(key) is only in \(left[key] == nil ? "ours" : "theirs") (\(vr))")
        continue
      }
      found += differences(one, another, "\(path)/\(key)", in: vr)
    }
    return found
  }
}

extension Data {
  /// DCMTK writes the words of InlineBinary in big endian order, where PS3.19 §A.1.5 has them in little endian.
  fileprivate func inBigEndian(_ unit: Int) -> Data {
    var data = self
    for start in stride(from: 0, to: count - count % unit, by: unit) {
      data.replaceSubrange(start..<start + unit, with: self[start..<start + unit].reversed())
    }
    return data
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
