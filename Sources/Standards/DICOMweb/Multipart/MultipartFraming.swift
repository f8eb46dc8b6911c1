/// Writes the framing of a `multipart/related` answer (RFC 2387, PS3.18 §8.6.1.2): heads of parts, contents by the
/// caller, and the end.
///
/// The boundary is made from 128 random bits per answer, so that no stored pixels can contain it by design.
public struct MultipartFraming: Hashable, Sendable {
  public let boundary: String

  public init(random: UInt128) {
    let digits = String(random, radix: 16)
    boundary = "isocenter-" + String(repeating: "0", count: 32 - digits.count) + digits
  }

  /// The answer's Content-Type.
  ///
  /// - Parameter type: media type of the root part, without parameters.
  public func contentType(of type: String) -> String {
    "multipart/related; type=\"\(type)\"; boundary=\"\(boundary)\""
  }

  /// What stands before the content of a part: delimiter and header.
  ///
  /// - Parameters:
  ///   - contentType: with parameters.
  ///   - length: bytes of content, if known.
  ///   - location: address of the resource the part represents.
  public func head(contentType: String, length: UInt64?, location: String?) -> String {
    var head = "--\(boundary)\r\nContent-Type: \(contentType)\r\n"
    if let length { head += "Content-Length: \(length)\r\n" }
    if let location { head += "Content-Location: \(location)\r\n" }
    return head + "\r\n"
  }

  /// What stands behind the content of every part.
  public static let partEnd = "\r\n"

  /// What stands behind the last part.
  public var end: String { "--\(boundary)--\r\n" }

  /// Bytes of the whole answer.
  ///
  /// - Returns: `nil` when the sum exceeds 63 bits.
  public func length(of parts: some Sequence<(head: String, content: UInt64)>) -> Int? {
    var sum = UInt64(end.utf8.count)
    for part in parts {
      let framing = UInt64(part.head.utf8.count + Self.partEnd.utf8.count)
      let (inner, first) = sum.addingReportingOverflow(framing)
      let (outer, second) = inner.addingReportingOverflow(part.content)
      guard !first, !second else { return nil }
      sum = outer
    }
    return Int(exactly: sum)
  }
}
