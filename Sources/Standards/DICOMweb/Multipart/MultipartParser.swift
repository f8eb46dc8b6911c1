public import HTTPTypes
public import NIOCore

/// Takes a `multipart/related` payload (RFC 2046 §5.1.1, RFC 2387) apart as its bytes arrive.
///
/// Give it bytes with `append`, then ask `next` until it wants more. Part contents come out as slices of what went in;
/// of a content no more is held back than could be the beginning of a delimiter.
///
/// Forgiven: a preamble, white space after a delimiter, parts without header fields, and bare LF for CRLF if the first
/// delimiter line ends so. A boundary within a content counts only when the whole delimiter line is there, so that
/// pixels that resemble it, or a boundary that begins like ours, stay content.
public struct MultipartParser: Sendable {
  /// Longest header of one part in bytes.
  public static let maximumHeaderLength = 16_384
  /// Most header fields of one part.
  public static let maximumHeaderFields = 64
  /// Longest preamble in bytes.
  public static let maximumPreambleLength = 65_536
  /// Longest boundary taken. RFC 2046 §5.1.1 allows 70 bytes; Orthanc sends 73.
  public static let maximumBoundaryLength = 256
  /// Most white space after a delimiter.
  static let maximumPadding = 64

  public enum Event: Hashable, Sendable {
    /// A part begins; its header fields.
    case part(HTTPFields)
    /// The next bytes of the part's content.
    case content(ByteBuffer)
    /// The part is whole.
    case partEnd
    /// The closing delimiter was read; anything behind it is ignored.
    case end
  }

  private enum State {
    case preamble
    case header
    case content
    case end
  }

  private let boundary: BytePattern
  /// What stands before the boundary within a content: CRLF or LF, then two hyphens, then the boundary.
  private var delimiter: BytePattern
  private var usesBareLineFeeds = false
  private var state = State.preamble
  private var input = ByteBuffer()
  private var preambleLength = 0
  private var pending: [Event] = []
  /// Where in `input` the next search may begin, counted from the reader index: what lies before was searched.
  private var searched = 0

  /// - Throws: `.badRequest` for a boundary that RFC 2046 does not allow.
  public init(boundary: String) throws(DICOMwebError) {
    let bytes = Array(boundary.utf8)
    guard !bytes.isEmpty, bytes.count <= Self.maximumBoundaryLength, bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }),
      bytes.last != 0x20
    else { throw DICOMwebError(.badRequest, "the multipart boundary is empty, too long or not printable ASCII") }
    self.boundary = BytePattern([0x2D, 0x2D] + bytes)
    delimiter = BytePattern([0x0D, 0x0A, 0x2D, 0x2D] + bytes)
  }

  /// Whether the closing delimiter has been read.
  public var isAtEnd: Bool { state == .end }

  /// Takes the next bytes of the payload.
  public mutating func append(_ bytes: ByteBuffer) {
    guard state != .end else { return }
    if input.readableBytes == 0 {
      input = bytes
    } else {
      var joined = ByteBufferAllocator().buffer(capacity: input.readableBytes + bytes.readableBytes)
      joined.writeImmutableBuffer(input)
      joined.writeImmutableBuffer(bytes)
      input = joined
    }
  }

  /// What comes next; `nil` when more bytes are needed.
  ///
  /// - Throws: `.badRequest` for a header that is none, `.tooLarge` beyond the bounds.
  public mutating func next() throws(DICOMwebError) -> Event? {
    if !pending.isEmpty { return pending.removeFirst() }
    while true {
      switch state {
      case .preamble:
        guard try skipPreamble() else { return nil }
      case .header:
        guard let fields = try readHeader() else { return nil }
        state = .content
        return .part(fields)
      case .content:
        return readContent()
      case .end:
        return nil
      }
      if !pending.isEmpty { return pending.removeFirst() }
    }
  }

  /// - Throws: `.badRequest` when the payload ended before its closing delimiter.
  public func finish() throws(DICOMwebError) {
    guard state == .end, pending.isEmpty else {
      throw DICOMwebError(.badRequest, "the multipart payload ends without its closing delimiter")
    }
  }

  // MARK: Preamble

  /// Finds the first delimiter line; what stands before it means nothing.
  private mutating func skipPreamble() throws(DICOMwebError) -> Bool {
    while true {
      let atStart = preambleLength == 0 && searched == 0
      guard let found = find(boundary, from: searched) else {
        // A line feed and the beginning of a boundary may be at the very end.
        let kept = min(input.readableBytes, boundary.count)
        try discardPreamble(input.readableBytes - kept)
        searched = 0
        return false
      }
      try checkPreamble(preambleLength + found)
      let startsLine = (atStart && found == 0) || (found > 0 && byte(found - 1) == 0x0A)
      switch startsLine ? delimiterEnd(at: found + boundary.count, lineFeedEnds: true) : .noDelimiter {
      case .incomplete:
        return false
      case .noDelimiter:
        try discardPreamble(found)
        // The byte before the next search is part of this false delimiter, never a line feed.
        searched = 1
      case .next(let end, let bare):
        if bare {
          usesBareLineFeeds = true
          delimiter = BytePattern([0x0A] + boundary.bytes)
        }
        consume(end)
        state = .header
        return true
      case .last(let end):
        consume(end)
        close()
        return true
      }
    }
  }

  private mutating func discardPreamble(_ count: Int) throws(DICOMwebError) {
    preambleLength += count
    try checkPreamble(preambleLength)
    consume(count)
  }

  private func checkPreamble(_ length: Int) throws(DICOMwebError) {
    guard length <= Self.maximumPreambleLength else {
      throw DICOMwebError(
        .badRequest, "no multipart boundary in the first \(Self.maximumPreambleLength) bytes of the payload")
    }
  }

  // MARK: Header

  private mutating func readHeader() throws(DICOMwebError) -> HTTPFields? {
    let view = input.readableBytesView
    var fields = HTTPFields()
    var lineStart = view.startIndex
    var pendingLine: [UInt8] = []
    var count = 0
    let limit = min(view.count, Self.maximumHeaderLength)
    let end = view.startIndex + limit
    while lineStart < end, let lineFeed = view[lineStart..<end].firstIndex(of: 0x0A) {
      var line = view[lineStart..<lineFeed]
      if line.last == 0x0D { line = line.dropLast() }
      lineStart = lineFeed + 1
      if let first = line.first, first == 0x20 || first == 0x09, !pendingLine.isEmpty {
        pendingLine.append(contentsOf: line)
        continue
      }
      if !pendingLine.isEmpty {
        count += 1
        guard count <= Self.maximumHeaderFields else {
          throw DICOMwebError(.tooLarge, "a part has more than \(Self.maximumHeaderFields) header fields")
        }
        try Self.add(pendingLine, to: &fields)
      }
      pendingLine = Array(line)
      if line.isEmpty {
        consume(lineStart - view.startIndex)
        return fields
      }
    }
    if view.count >= Self.maximumHeaderLength {
      throw DICOMwebError(.tooLarge, "the header of a part is longer than \(Self.maximumHeaderLength) bytes")
    }
    return nil
  }

  private static func add(_ line: [UInt8], to fields: inout HTTPFields) throws(DICOMwebError) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw DICOMwebError(.badRequest, "a line in the header of a part is no header field")
    }
    let text = HeaderText.trimmed(Substring(String(decoding: line[..<colon], as: UTF8.self)))
    guard let name = HTTPField.Name(String(text)) else {
      throw DICOMwebError(.badRequest, "the header of a part has a field with an impossible name")
    }
    let value = HeaderText.trimmed(Substring(String(decoding: line[(colon + 1)...], as: UTF8.self)))
    fields.append(HTTPField(name: name, value: String(value)))
  }

  // MARK: Content

  private mutating func readContent() -> Event? {
    while true {
      guard let found = find(delimiter, from: searched) else {
        // Whatever can begin a delimiter stays.
        let kept = lengthOfDelimiterPrefixAtEnd()
        searched = 0
        return take(input.readableBytes - kept).map { .content($0) }
      }
      switch delimiterEnd(at: found + delimiter.count, lineFeedEnds: usesBareLineFeeds) {
      case .incomplete:
        searched = 0
        return take(found).map { .content($0) }
      case .noDelimiter:
        searched = found + delimiter.count
      case .next(let end, _):
        return closePart(contentLength: found, end: end, isLast: false)
      case .last(let end):
        return closePart(contentLength: found, end: end, isLast: true)
      }
    }
  }

  private mutating func closePart(contentLength: Int, end: Int, isLast: Bool) -> Event {
    let content = take(contentLength)
    consume(end - contentLength)
    state = .header
    if isLast { close() }
    guard let content else { return .partEnd }
    pending.insert(.partEnd, at: 0)
    return .content(content)
  }

  private mutating func close() {
    state = .end
    input = ByteBuffer()
    pending.append(.end)
  }

  /// How many of the last bytes could be the beginning of a delimiter.
  private func lengthOfDelimiterPrefixAtEnd() -> Int {
    input.withUnsafeReadableBytes { bytes in
      var length = min(bytes.count, delimiter.count - 1)
      while length > 0 {
        let tail = bytes[(bytes.count - length)...]
        if tail.first == delimiter.bytes[0], tail.elementsEqual(delimiter.bytes.prefix(length)) { return length }
        length -= 1
      }
      return 0
    }
  }

  // MARK: Delimiter lines

  private enum DelimiterEnd {
    case incomplete
    case noDelimiter
    /// A part follows at this offset; whether the line ended in a bare line feed.
    case next(Int, bareLineFeed: Bool)
    case last(Int)
  }

  /// What follows a boundary at an offset from the reader index: `--`, or white space and the end of the line.
  private func delimiterEnd(at offset: Int, lineFeedEnds: Bool) -> DelimiterEnd {
    var position = offset
    guard let first = byte(position) else { return .incomplete }
    if first == 0x2D {
      guard let second = byte(position + 1) else { return .incomplete }
      return second == 0x2D ? .last(position + 2) : .noDelimiter
    }
    while let blank = byte(position), blank == 0x20 || blank == 0x09 {
      position += 1
      guard position - offset <= Self.maximumPadding else { return .noDelimiter }
    }
    guard let ending = byte(position) else { return .incomplete }
    if ending == 0x0A, lineFeedEnds { return .next(position + 1, bareLineFeed: true) }
    guard ending == 0x0D else { return .noDelimiter }
    guard let lineFeed = byte(position + 1) else { return .incomplete }
    return lineFeed == 0x0A ? .next(position + 2, bareLineFeed: false) : .noDelimiter
  }

  // MARK: Input

  private func byte(_ offset: Int) -> UInt8? {
    input.getInteger(at: input.readerIndex + offset)
  }

  private func find(_ pattern: BytePattern, from start: Int) -> Int? {
    input.withUnsafeReadableBytes { pattern.find(in: $0, from: start) }
  }

  private mutating func take(_ count: Int) -> ByteBuffer? {
    guard count > 0 else { return nil }
    searched = 0
    return input.readSlice(length: count)
  }

  private mutating func consume(_ count: Int) {
    input.moveReaderIndex(forwardBy: min(count, input.readableBytes))
    searched = 0
  }
}
