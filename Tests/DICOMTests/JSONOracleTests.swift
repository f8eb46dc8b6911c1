import DICOM
import Foundation
import Testing

/// pydicom's `to_json_dict`, run by `Tools/oracle/pydicom_json.py` on every sample file.
@Suite("DICOM JSON of a sample file", .enabled(if: Samples.arePresent && Python.path != nil))
struct JSONOracleTests {
  /// Byte streams up to this length are inline on both sides.
  private static let inlineLength = 1026

  @Test("says what pydicom says, attribute by attribute and no more")
  func equality() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "isocenter-json-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Python.run("Tools/oracle/pydicom_json.py", [Samples.folder ?? "", folder])
    var equal = 0
    var used: Set<String> = []
    for row in Samples.dicom {
      guard let file = row["file"], let bytes = Samples.bytes(of: row), let header = try? Part10.read(bytes),
        let text = Samples.bytes(at: "\(folder)/\(file.replacing("/", with: "__")).json"),
        let oracle = try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any], oracle["failure"] == nil
      else { continue }
      var dataSet = header.dataSet
      dataSet.removePixels()
      var written: [UInt8] = []
      DICOMJSON.encode(
        dataSet, inlineBinaryLength: Self.inlineLength, privateDictionary: .known, bulkDataURI: { _ in "bulk" },
        into: &written)
      let ours = try JSONSerialization.jsonObject(with: Data(written)) as? [String: Any] ?? [:]
      var differences = JSONDifferences()
      differences.compare(oracle, ours, "")
      let unexplained = differences.found.map { "\(file): \($0)" }.filter { difference in
        guard let reason = JSONDifferences.argued.keys.first(where: difference.contains) else { return true }
        used.insert(reason)
        return false
      }
      if differences.found.isEmpty { equal += 1 }
      for difference in unexplained.prefix(4) { Issue.record("\(difference)") }
    }
    print("\(equal) files say the same to the last value")
    #expect(equal > 700)
    #expect(used == Set(JSONDifferences.argued.keys), "each difference that is argued is there")
  }
}

/// What pydicom and we say otherwise.
struct JSONDifferences {
  /// Where we say something else than pydicom, by a part of the difference, and why.
  static let argued = [
    ":  and <null>": "an empty value between delimiters is null (PS3.18 §F.2.5); pydicom writes an empty string",
    "CS value 0: DERIVED  and DERIVED":
      "the space behind a code string is padding (PS3.5 §6.2), before a delimiter too",
    "chrGB2312.dcm: 00100010 PN": "pydicom leaves the escape sequence of ISO 2022 IR 58 in the text",
    "deid/MR.dcm: 00091010/0/7FE00010": "pixel data in a private UN sequence, which only the oracle took out",
  ]

  private(set) var found: [String] = []

  mutating func compare(_ oracle: [String: Any], _ ours: [String: Any], _ path: String) {
    for name in Set(oracle.keys).union(ours.keys).sorted() {
      guard let left = oracle[name] as? [String: Any], let right = ours[name] as? [String: Any] else {
        found.append("\(path)\(name) is only in \(oracle[name] == nil ? "ours" : "pydicom's")")
        continue
      }
      compare(attribute: left, right, "\(path)\(name)")
    }
  }

  private mutating func compare(attribute oracle: [String: Any], _ ours: [String: Any], _ path: String) {
    let vr = oracle["vr"] as? String ?? ""
    if vr != ours["vr"] as? String {
      found.append("\(path) is \(vr), ours \(ours["vr"] ?? "none")")
      return
    }
    // Specific Character Set names the encoding of the text, which JSON has in UTF-8.
    if path.hasSuffix("00080005") { return }
    for key in ["InlineBinary", "BulkDataURI"] where oracle[key] as? String != ours[key] as? String {
      found.append("\(path) \(vr) has another \(key)")
    }
    let left = oracle["Value"] as? [Any] ?? []
    let right = ours["Value"] as? [Any] ?? []
    if left.count != right.count {
      found.append("\(path) \(vr) has \(left.count) values, ours \(right.count)")
      return
    }
    for (index, pair) in zip(left, right).enumerated() {
      if let item = pair.0 as? [String: Any], let other = pair.1 as? [String: Any], vr == "SQ" {
        compare(item, other, "\(path)/\(index)/")
      } else if !JSONDifferences.isEqual(pair.0, pair.1, vr) {
        found.append("\(path) \(vr) value \(index): \(pair.0) and \(pair.1)")
      }
    }
  }

  private static func isEqual(_ left: Any, _ right: Any, _ vr: String) -> Bool {
    switch (left, right) {
    case (let left as NSNumber, let right as NSNumber):
      // We write the shortest number that reads back as the same FL, pydicom the same in double precision.
      vr == "FL" ? left.floatValue == right.floatValue : left == right
    case (let left as String, let right as String): left == right
    case (let left as [String: String], let right as [String: String]): left == right
    case (is NSNull, is NSNull): true
    default: false
    }
  }
}

extension DataSet {
  fileprivate mutating func removePixels() {
    removeAll { [Tag.pixelData, .floatPixelData, .doubleFloatPixelData].contains($0.tag) }
    for element in self {
      guard case .sequence(var items) = element.value else { continue }
      for index in items.indices { items[index].removePixels() }
      set(DataElement(tag: element.tag, vr: element.vr, value: .sequence(items)))
    }
  }
}

/// The interpreter that has pydicom, named by the environment variable `ISOCENTER_PYTHON`.
enum Python {
  static let path = ProcessInfo.processInfo.environment["ISOCENTER_PYTHON"]

  struct Failure: Error {}

  /// Runs a script of the repository.
  static func run(_ script: String, _ arguments: [String]) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let process = Process()
    process.executableURL = URL(filePath: path ?? "")
    process.arguments = [root.appending(path: script).path] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failure() }
  }
}
