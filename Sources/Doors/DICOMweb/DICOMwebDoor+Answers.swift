import ArchiveCore
import Crypto
import DICOMweb
import HTTPTypes
import Hummingbird
import NIOCore

extension DICOMwebDoor {
  /// A `multipart/related` answer, streamed; of a length known beforehand unless something has to be transcoded for it.
  ///
  /// - Parameters:
  ///   - type: media type of the parts, without parameters.
  ///   - status: 206 when not everything asked for is among the parts.
  func multipart(_ parts: [AnswerPart], of type: String, status: HTTPResponse.Status = .ok) -> Response {
    let framing = MultipartFraming(random: environment.random())
    let isKnown = parts.allSatisfy { $0.knownLength != nil }
    let length = isKnown ? framing.length(of: parts.map { (framing.head(of: $0), $0.length) }) : nil
    let body = ResponseBody(contentLength: length) { [archive] writer in
      var output = GatheredOutput()
      for window in parts.windows {
        // Decoded at the same time, written one after the other.
        for part in try await window.prepared(from: archive) {
          try await output.write(ByteBuffer(string: framing.head(of: part)), to: &writer)
          try await output.write(part.content, from: archive, to: &writer)
          try await output.write(ByteBuffer(string: MultipartFraming.partEnd), to: &writer)
        }
      }
      try await output.write(ByteBuffer(string: framing.end), to: &writer)
      try await output.flush(to: &writer)
      try await writer.finish(nil)
    }
    return Response(status: status, headers: [.contentType: framing.contentType(of: type)], body: body)
  }

  /// An answer of one representation, whole or the range of it that the client asks for (RFC 9110 §14).
  func single(_ part: AnswerPart, for request: DICOMwebRequest, entityTag: String) async throws -> Response {
    if request.hasCurrent(entityTag) { return .notModified(entityTag) }
    var headers: HTTPFields = [
      .contentType: part.contentType, .acceptRanges: "bytes", .eTag: entityTag, .xContentTypeOptions: "nosniff",
    ]
    if let location = part.location { headers[.contentLocation] = location }
    var part = part
    var status = HTTPResponse.Status.ok
    let length = part.length
    let range: Range<UInt64>?
    do {
      range = try ByteRange.resolve(request.wantedRange(of: entityTag), length: length)
    } catch {
      throw ProblemDetails(
        .rangeNotSatisfiable, code: "\(error.code)", detail: error.message,
        headers: [.contentRange: "bytes */\(length)", .acceptRanges: "bytes"])
    }
    if let range {
      part.content = try await part.slice(range, from: archive)
      status = .partialContent
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
    }
    let content = part.content
    let body = ResponseBody(contentLength: Int(exactly: part.length)) { [archive] writer in
      var output = GatheredOutput()
      try await output.write(content, from: archive, to: &writer)
      try await output.flush(to: &writer)
      try await writer.finish(nil)
    }
    return Response(status: status, headers: headers, body: body)
  }
}

extension MultipartFraming {
  fileprivate func head(of part: AnswerPart) -> String {
    head(contentType: part.contentType, length: part.length, location: part.location)
  }
}

extension [AnswerPart] {
  /// Parts that are made ready at the same time, at most.
  private static var widestWindow: Int { 8 }
  /// Bytes of decoded frames that are.
  private static var longestWindow: UInt64 { 64 * 1024 * 1024 }

  /// Runs of parts that may be made ready together.
  fileprivate var windows: [ArraySlice<AnswerPart>] {
    var windows: [ArraySlice<AnswerPart>] = []
    var start = 0
    var bytes: UInt64 = 0
    for index in indices {
      let isReady = self[index].isReady
      if index > start, isReady || index - start >= Self.widestWindow || bytes + self[index].length > Self.longestWindow
      {
        windows.append(self[start..<index])
        start = index
        bytes = 0
      }
      bytes += self[index].length
    }
    if start < count { windows.append(self[start...]) }
    return windows
  }
}

extension ArraySlice<AnswerPart> {
  /// All of them, made ready at the same time.
  fileprivate func prepared(from archive: Archive) async throws -> [AnswerPart] {
    if count == 1, let first { return [try await first.prepared(from: archive)] }
    return try await withThrowingTaskGroup(of: (Int, AnswerPart).self) { group in
      for (index, part) in zip(indices, self) { group.addTask { (index, try await part.prepared(from: archive)) } }
      var made: [Int: AnswerPart] = [:]
      for try await (index, part) in group { made[index] = part }
      return indices.compactMap { made[$0] }
    }
  }
}

/// Sends small pieces together and large ones as they are.
struct GatheredOutput {
  /// Bytes after which gathered pieces are sent.
  static let gatheredLength = 64 * 1024

  private var gathered = ByteBuffer()

  @concurrent mutating func write(_ bytes: ByteBuffer, to writer: inout any ResponseBodyWriter) async throws {
    if bytes.readableBytes >= Self.gatheredLength / 2 {
      try await flush(to: &writer)
      try await writer.write(bytes)
    } else {
      gathered.writeImmutableBuffer(bytes)
      if gathered.readableBytes >= Self.gatheredLength { try await flush(to: &writer) }
    }
  }

  @concurrent mutating func write(
    _ content: AnswerPart.Content, from archive: Archive, to writer: inout any ResponseBodyWriter
  ) async throws {
    switch content {
    case .stored(let reference, let segments):
      for try await chunk in try await archive.bytes(of: reference, segments) { try await write(chunk, to: &writer) }
    case .bits(let reference, let bits):
      try await write(try await archive.shiftedBits(of: reference, bits), to: &writer)
    case .held(let bytes):
      try await write(bytes, to: &writer)
    case .decoded(let frame):
      try await write(try await frame.samples(from: archive), to: &writer)
    case .toTranscode: break
    case .transcoded(let instance, let range):
      for try await chunk in instance.bytes(range, from: archive) { try await write(chunk, to: &writer) }
    }
  }

  @concurrent mutating func flush(to writer: inout any ResponseBodyWriter) async throws {
    guard gathered.readableBytes > 0 else { return }
    try await writer.write(gathered)
    gathered = ByteBuffer()
  }
}

/// Validators of answers (RFC 9110 §8.8.3).
enum EntityTag {
  /// The tag of an answer that these texts determine.
  static func make(_ texts: some Sequence<String>) -> String {
    var hash = SHA256()
    for text in texts {
      hash.update(data: Array(text.utf8))
      hash.update(data: [0])
    }
    return "\""
      + hash.finalize().prefix(16).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined() + "\""
  }
}

extension DICOMwebRequest {
  /// Whether the client has the representation already (RFC 9110 §13.1.2).
  func hasCurrent(_ entityTag: String) -> Bool {
    request.headers[values: .ifNoneMatch].contains { field in
      field.split(separator: ",").contains { candidate in
        let candidate = candidate.trimmingPrefix { $0 == " " }
        return candidate == "*" || candidate == entityTag || candidate == "W/\(entityTag)"
      }
    }
  }

  /// The Range field, unless it belongs to an older representation (RFC 9110 §13.1.5).
  func wantedRange(of entityTag: String) -> String? {
    if let condition = request.headers[.ifRange], condition != entityTag { return nil }
    return request.headers[.range]
  }
}

extension Response {
  static func notModified(_ entityTag: String) -> Response {
    var response = Response(status: .notModified, headers: [.eTag: entityTag])
    response.headers[.contentLength] = nil
    return response
  }
}

extension HTTPFields {
  /// Adds a Warning field (PS3.18 §8.3.4).
  mutating func append(warning: String, from root: ServiceRoot) {
    guard let name = HTTPField.Name("Warning") else { return }
    append(HTTPField(name: name, value: ServiceWarning.field(warning, from: root)))
  }
}
