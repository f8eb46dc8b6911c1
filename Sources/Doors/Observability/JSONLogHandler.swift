public import ArchiveCore
public import Logging

/// A log record as one line of JSON: time, level, label, message, metadata.
///
/// Whatever a record contains, the line is one line and bounded: values are escaped, long ones are cut and marked.
public struct JSONLogHandler: LogHandler {
  public static let messageLength = 8192
  public static let valueLength = 2048
  public static let keyLength = 128
  public static let entryLimit = 64
  public static let nestingLimit = 4
  /// Bytes of a line, line feed included, that no record exceeds.
  public static let lineLength = 32_768

  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let now: @Sendable () -> Instant
  private let write: @Sendable ([UInt8]) -> Void

  /// - Parameter write: takes one whole line with its line feed; calls may come from any thread.
  public init(
    label: String, level: Logger.Level = .info, environment: Environment = .system,
    write: @escaping @Sendable ([UInt8]) -> Void = LogOutput.standardError
  ) {
    self.label = label
    logLevel = level
    now = environment.now
    self.write = write
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var line = JSONLine(limit: Self.lineLength)
    line.raw("{\"time\":")
    line.string(now().rfc3339, limit: Self.keyLength)
    line.raw(",\"level\":")
    line.string(event.level.rawValue, limit: Self.keyLength)
    line.raw(",\"label\":")
    line.string(label, limit: Self.keyLength)
    line.raw(",\"message\":")
    line.string(event.message.description, limit: Self.messageLength)
    if let error = event.error {
      line.raw(",\"error\":")
      line.string("\(error)", limit: Self.valueLength)
    }
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
    if let given = event.metadata { all.merge(given) { _, new in new } }
    if !all.isEmpty {
      line.raw(",\"metadata\":")
      line.dictionary(all, depth: 1)
    }
    if line.isCut { line.raw(",\"cut\":true") }
    line.raw("}\n")
    write(line.bytes)
  }
}

/// JSON text of bounded length, being written.
struct JSONLine {
  private(set) var bytes: [UInt8] = []
  /// Whether something was left out.
  private(set) var isCut = false
  private let limit: Int

  /// Kept free for closing what is open.
  private static let reserve = 256

  init(limit: Int) { self.limit = limit }

  mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// A string of at most so many bytes of text before escaping, and no more than the line has room for.
  mutating func string(_ text: String, limit: Int) {
    bytes.append(UInt8(ascii: "\""))
    var taken = 0
    for scalar in text.unicodeScalars {
      taken &+= UTF8.width(scalar)
      guard taken <= limit, hasRoom else {
        isCut = true
        bytes.append(contentsOf: "…".utf8)
        break
      }
      append(scalar)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func dictionary(_ dictionary: Logger.Metadata, depth: Int) {
    bytes.append(UInt8(ascii: "{"))
    var isFirst = true
    for (number, (key, value)) in dictionary.sorted(by: { $0.key < $1.key }).enumerated() {
      guard number < JSONLogHandler.entryLimit, hasRoom else {
        isCut = true
        break
      }
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      string(key, limit: JSONLogHandler.keyLength)
      bytes.append(UInt8(ascii: ":"))
      self.value(value, depth: depth &+ 1)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func value(_ value: Logger.Metadata.Value, depth: Int) {
    guard depth <= JSONLogHandler.nestingLimit else {
      isCut = true
      raw("null")
      return
    }
    switch value {
    case .string(let text): string(text, limit: JSONLogHandler.valueLength)
    case .stringConvertible(let value): string(value.description, limit: JSONLogHandler.valueLength)
    case .dictionary(let entries): dictionary(entries, depth: depth)
    case .array(let values):
      bytes.append(UInt8(ascii: "["))
      for (number, value) in values.enumerated() {
        guard number < JSONLogHandler.entryLimit, hasRoom else {
          isCut = true
          break
        }
        if number > 0 { bytes.append(UInt8(ascii: ",")) }
        self.value(value, depth: depth &+ 1)
      }
      bytes.append(UInt8(ascii: "]"))
    @unknown default: raw("null")
    }
  }

  private var hasRoom: Bool { bytes.count < limit &- Self.reserve }

  private mutating func append(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x22: raw("\\\"")
    case 0x5C: raw("\\\\")
    case 0x0A: raw("\\n")
    case 0x0D: raw("\\r")
    case 0x09: raw("\\t")
    // Controls; what some readers take for a line's end (NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR); what makes a
    // terminal show text in another order; the byte order mark, which readers drop.
    case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
      let digits = String(scalar.value, radix: 16)
      bytes.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 &- digits.count) + digits).utf8)
    default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }
}
