public import NIOCore

/// One event of a recorded association: a PDU, a presentation data value, or the end of the connection.
///
/// Data sets are lengths unless their content was asked for; names and secrets of user identities never are in one.
public struct TraceEntry: Hashable, Sendable {
  public enum Event: Hashable, Sendable {
    /// Any PDU but P-DATA-TF, with its header.
    case pdu([UInt8])
    /// A presentation data value. `bytes` is `nil` where only the length was recorded.
    case value(contextID: UInt8, isCommand: Bool, isLast: Bool, length: Int, bytes: [UInt8]?)
    /// Bytes that are no PDU: how many there were.
    case noise(length: Int)
    case closed
  }

  /// Since the recording of the connection began.
  public var microseconds: Int64
  public var isFromRequestor: Bool
  public var event: Event

  public init(microseconds: Int64, isFromRequestor: Bool, event: Event) {
    self.microseconds = microseconds
    self.isFromRequestor = isFromRequestor
    self.event = event
  }
}

// One line of text: `1042 > value 1 command last 68 00000000…`, `1100 < pdu 0600…`, `1200 < closed`.
extension TraceEntry {
  /// The longest line that is read.
  public static let maximumLine = 64 * 1024 * 1024

  public var line: String {
    let head = "\(microseconds) \(isFromRequestor ? ">" : "<") "
    return switch event {
    case .pdu(let bytes): head + "pdu \(Hexadecimal.text(bytes))"
    case .value(let context, let isCommand, let isLast, let length, let bytes):
      head + "value \(context) \(isCommand ? "command" : "data") \(isLast ? "last" : "more") \(length)"
        + (bytes.map { " " + Hexadecimal.text($0) } ?? "")
    case .noise(let length): head + "noise \(length)"
    case .closed: head + "closed"
    }
  }

  /// `nil` for a line that is none.
  public init?(line: some StringProtocol) {
    let words = line.split(separator: " ")
    guard words.count >= 3, let microseconds = Int64(words[0]), words[1] == ">" || words[1] == "<" else { return nil }
    self.microseconds = microseconds
    isFromRequestor = words[1] == ">"
    switch (words[2], words.count) {
    case ("closed", 3): event = .closed
    case ("noise", 4):
      guard let length = Int(words[3]), length >= 0 else { return nil }
      event = .noise(length: length)
    case ("pdu", 4):
      guard let bytes = Hexadecimal.bytes(words[3]), bytes.count >= 6 else { return nil }
      event = .pdu(bytes)
    case ("value", 7), ("value", 8):
      guard let context = UInt8(words[3]), ["command", "data"].contains(words[4]), ["last", "more"].contains(words[5]),
        let length = Int(words[6]), (0...Self.maximumLine).contains(length)
      else { return nil }
      var bytes: [UInt8]?
      if words.count == 8 {
        guard let content = Hexadecimal.bytes(words[7]), content.count == length else { return nil }
        bytes = content
      } else if length == 0 {
        bytes = []
      }
      event = .value(
        contextID: context, isCommand: words[4] == "command", isLast: words[5] == "last", length: length, bytes: bytes)
    default: return nil
    }
  }

  /// The PDU to send for it again; data that was not recorded is so many zeros.
  public var encoded: ByteBuffer? {
    switch event {
    case .pdu(let bytes): ByteBuffer(bytes: bytes)
    case .value(let context, let isCommand, let isLast, let length, let bytes):
      PDU.dataTransfer([
        PresentationDataValue(
          contextID: context, isCommand: isCommand, isLast: isLast,
          fragment: bytes.map { ByteBuffer(bytes: $0) } ?? ByteBuffer(repeating: 0, count: length))
      ]).encoded
    case .noise, .closed: nil
    }
  }

  /// The PDU it is, when it is one that can be read.
  public var pdu: PDU? {
    guard case .pdu(let bytes) = event, let type = bytes.first.flatMap(PDUType.init) else { return nil }
    return try? PDU(type: type, body: ByteBuffer(bytes: bytes.dropFirst(6)))
  }
}

enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text.utf8 {
      let digit: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? bytes : nil
  }
}
