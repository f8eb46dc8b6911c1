import ArchiveCore
import Foundation
import Logging
import Synchronization
import Testing

@testable import Doors

/// Lines that were logged.
final class LoggedLines: Sendable {
  private let kept = Mutex<[[UInt8]]>([])
  var lines: [[UInt8]] { kept.withLock { $0 } }
  var write: @Sendable ([UInt8]) -> Void { { line in self.kept.withLock { $0.append(line) } } }

  func last() throws -> [String: Any] {
    let line = try #require(lines.last)
    return try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
  }
}

@Suite("A log line")
struct JSONLogHandlerTests {
  let lines = LoggedLines()

  private func logger() -> Logger {
    let write = lines.write
    return Logger(label: "isocenter.test") { label in
      JSONLogHandler(label: label, environment: TestWorld().environment, write: write)
    }
  }

  @Test("says when, how grave, where, what and with what")
  func fields() throws {
    var logger = logger()
    logger[metadataKey: "a"] = "1"
    logger.warning("stored", metadata: ["b": .array(["x", .dictionary(["y": "z"])])])
    let record = try lines.last()
    #expect(record["time"] as? String == "2025-10-09T08:53:20.000Z")
    #expect(record["level"] as? String == "warning")
    #expect(record["label"] as? String == "isocenter.test")
    #expect(record["message"] as? String == "stored")
    let metadata = try #require(record["metadata"] as? [String: Any])
    #expect(metadata["a"] as? String == "1")
    #expect((metadata["b"] as? [Any])?.first as? String == "x")
    #expect(record["cut"] == nil)
  }

  @Test("is one line, whatever is in it", arguments: 0..<200 as Range<UInt64>)
  func oneLine(seed: UInt64) throws {
    var generator = Seeded(state: seed)
    let nasty: [Unicode.Scalar] = [
      "\n", "\r", "\u{0}", "\u{1B}", "\"", "\\", "\u{85}", "\u{2028}", "\u{2029}", "\u{7F}", "\t", "a", "ü", "😀",
      "\u{FEFF}", "\u{202E}", "/", "{", "}",
    ]
    func text() -> String {
      var text = ""
      for _ in 0..<Int.random(in: 0..<40, using: &generator) {
        text.unicodeScalars.append(nasty[Int.random(in: 0..<nasty.count, using: &generator)])
      }
      return text
    }
    let message = text()
    let (key, value) = (text(), text())
    logger().info("\(message)", metadata: ["\(key)": "\(value)"])
    let line = try #require(lines.lines.last)
    #expect(line.last == 0x0A)
    #expect(line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    let written = String(decoding: line, as: UTF8.self).unicodeScalars
    #expect(!written.contains("\u{85}") && !written.contains("\u{2028}") && !written.contains("\u{2029}"))
    let record = try lines.last()
    #expect(record["message"] as? String == message)
    #expect((record["metadata"] as? [String: Any])?[key] as? String == value)
  }

  @Test("is bounded and still JSON, and says that it was cut")
  func bounded() throws {
    let long = String(repeating: "\u{1}", count: 100_000)
    var metadata: Logger.Metadata = [
      "deep": .dictionary(["a": .dictionary(["b": .dictionary(["c": .dictionary(["d": "e"])])])])
    ]
    for number in 0..<500 { metadata["key\(number)"] = "\(long)" }
    logger().error("\(long)", metadata: metadata)
    #expect(try #require(lines.lines.last).count <= JSONLogHandler.lineLength)
    #expect(try lines.last()["cut"] as? Bool == true)
    var nested: Logger.MetadataValue = "end"
    for _ in 0..<100 { nested = .array([nested]) }
    logger().error("nested", metadata: ["n": nested])
    #expect(try lines.last()["cut"] as? Bool == true)
  }
}

/// SplitMix64.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

@Suite("An instant's text")
struct InstantTextTests {
  /// From Python's `datetime`.
  @Test(
    "is RFC 3339 in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_399_999_000_000, "2000-02-28T23:59:59.999Z"),
      (951_868_799_123_456_789, "2000-02-29T23:59:59.123Z"),
      (951_868_800_000_000_000, "2000-03-01T00:00:00.000Z"),
      (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
      (1_795_258_000_050_000_000, "2026-11-21T10:46:40.050Z"),
      (-2_208_988_800_000_000_000, "1900-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func text(nanoseconds: Int64, text: String) {
    #expect(Instant(nanoseconds: nanoseconds).rfc3339 == text)
  }

  @Test("is written for every instant there is", arguments: [Int64.min, .max])
  func extremes(nanoseconds: Int64) {
    #expect(Instant(nanoseconds: nanoseconds).rfc3339.hasSuffix("Z"))
  }
}
