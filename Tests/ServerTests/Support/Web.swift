import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestKit

/// A caller of a server's HTTP door.
struct Web: Sendable {
  /// The longest an answer may take.
  static let timeout = TimeAmount.seconds(120)
  /// The largest answer that is kept.
  static let largestAnswer = 64 * 1024 * 1024
  static let boundary = "part-of-a-test"
  static let multipart = "multipart/related; type=\"application/dicom\"; boundary=\(boundary)"

  let base: String
  var token: String?

  init(_ server: ServerProcess, token: String? = nil) {
    base = server.web
    self.token = token
  }

  struct Answer: Sendable {
    var status: UInt
    fileprivate var headers: HTTPHeaders
    var body: [UInt8]

    func header(_ name: String) -> String? { headers.first(name: name) }
    var text: String { String(decoding: body, as: UTF8.self) }
    /// The objects of a DICOM JSON answer; none when there is no content.
    var objects: [[String: Any]] {
      (try? JSONSerialization.jsonObject(with: Data(body))) as? [[String: Any]] ?? []
    }
  }

  enum Method: String {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  func get(_ path: String, accept: String? = nil) async throws -> Answer {
    try await send(.get, path, accept: accept)
  }

  func send(
    _ method: Method, _ path: String, contentType: String? = nil, accept: String? = nil,
    headers: [(String, String)] = [], body: [UInt8]? = nil, timeout: TimeAmount = Web.timeout
  ) async throws -> Answer {
    try await send(
      method, path, contentType: contentType, accept: accept, headers: headers,
      content: body.map { .bytes(ByteBuffer(bytes: $0)) }, timeout: timeout)
  }

  /// A POST whose body is made while it is sent.
  func post<Body: AsyncSequence & Sendable>(
    _ path: String, contentType: String, body: Body, length: Int
  ) async throws -> Answer where Body.Element == ByteBuffer {
    try await send(
      .post, path, contentType: contentType, accept: nil, headers: [],
      content: .stream(body, length: .known(Int64(length))), timeout: .minutes(10))
  }

  private func send(
    _ method: Method, _ path: String, contentType: String?, accept: String?, headers: [(String, String)],
    content: HTTPClientRequest.Body?, timeout: TimeAmount
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: base + path)
    request.method = HTTPMethod(rawValue: method.rawValue)
    if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
    if let accept { request.headers.add(name: "Accept", value: accept) }
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    request.body = content
    let response = try await HTTPClient.shared.execute(request, timeout: timeout)
    let bytes = try await response.body.collect(upTo: Self.largestAnswer)
    return Answer(status: response.status.code, headers: response.headers, body: Array(bytes.readableBytesView))
  }

  /// STOW-RS of Part 10 files.
  func store(_ files: [[UInt8]], timeout: TimeAmount = Web.timeout) async throws -> Answer {
    var body: [UInt8] = []
    for file in files { body += Self.partHead + file + Array("\r\n".utf8) }
    body += Array("--\(Self.boundary)--\r\n".utf8)
    return try await send(
      .post, "/dicom-web/studies", contentType: Self.multipart, accept: "application/dicom+json", body: body,
      timeout: timeout)
  }

  /// What stands before each file of a multipart payload.
  static let partHead = Array("--\(boundary)\r\nContent-Type: application/dicom\r\n\r\n".utf8)

  /// One instance as a Part 10 file, as it is stored.
  func instance(_ object: SmallObject) async throws -> Answer {
    try await get(
      "/dicom-web/studies/\(object.study)/series/\(object.series)/instances/\(object.instance)",
      accept: "application/dicom; transfer-syntax=*")
  }

  /// The SOP Instance UIDs that a search of a study finds, in order.
  func instances(of study: String) async throws -> [String] {
    try await get("/dicom-web/studies/\(study)/instances?limit=1000", accept: "application/dicom+json").objects
      .compactMap { Self.text($0, "00080018") }.sorted()
  }

  /// The first value of an attribute in DICOM JSON.
  static func text(_ object: [String: Any], _ tag: String) -> String? {
    ((object[tag] as? [String: Any])?["Value"] as? [Any])?.first.map { "\($0)" }
  }
}
