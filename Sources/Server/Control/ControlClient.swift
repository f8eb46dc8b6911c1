import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Talks to the server that has a data directory open, through the socket there.
///
/// Who can open the socket may administer the archive: the file belongs to the server's user alone.
struct ControlClient {
  /// The longest a tool waits for the headers of an answer: a large import settles before it answers.
  static let answerTimeout: TimeAmount = .hours(1)
  /// The largest answer a tool keeps in memory.
  static let largestAnswer = 256 * 1024 * 1024

  let socket: String
  private let client = ControlClient.client

  /// A killed server leaves its socket behind, on which nobody will ever answer: to try again would only keep people
  /// waiting.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration.singletonConfiguration
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  /// Where the socket of a data directory is.
  static func socketPath(in data: String) -> String { data + "/isocenter.sock" }

  /// The running server of a data directory, or `nil` when there is none.
  static func connect(to data: String) async -> ControlClient? {
    let path = socketPath(in: data)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let client = ControlClient(socket: path)
    guard let answer = try? await client.request(.GET, "/healthz"), answer.status == .ok else { return nil }
    return client
  }

  struct Answer {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: ByteBuffer

    /// The body as text: what a server says about a refusal.
    var text: String { String(buffer: body) }
  }

  func request(
    _ method: HTTPMethod, _ path: String, contentType: String? = nil, accept: String? = nil,
    fields: [(name: String, value: String)] = [], body: HTTPClientRequest.Body? = nil
  ) async throws -> Answer {
    let response = try await open(
      method, path, contentType: contentType, accept: accept, fields: fields, body: body)
    return Answer(
      status: response.status, headers: response.headers,
      body: try await response.body.collect(upTo: Self.largestAnswer))
  }

  /// Sends a request and leaves the body of the answer to be read as it comes.
  func open(
    _ method: HTTPMethod, _ path: String, contentType: String? = nil, accept: String? = nil,
    fields: [(name: String, value: String)] = [], body: HTTPClientRequest.Body? = nil
  ) async throws -> HTTPClientResponse {
    guard let url = URL(httpURLWithSocketPath: socket, uri: path) else {
      throw CommandFailure("the path of the socket cannot be used: \(socket)")
    }
    var request = HTTPClientRequest(url: url.absoluteString)
    request.method = method
    if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
    if let accept { request.headers.add(name: "Accept", value: accept) }
    for field in fields { request.headers.add(name: field.name, value: field.value) }
    request.body = body
    return try await client.execute(request, timeout: Self.answerTimeout)
  }

  /// Sends JSON and reads JSON.
  func json<Reply: Decodable>(
    _ method: HTTPMethod, _ path: String, _ payload: (some Encodable & Sendable)? = String?.none,
    as type: Reply.Type
  ) async throws -> Reply {
    let body = try payload.map { HTTPClientRequest.Body.bytes(try JSONEncoder().encode($0)) }
    let answer = try await request(
      method, path, contentType: body == nil ? nil : "application/json", accept: "application/json", body: body)
    guard (200..<300).contains(answer.status.code) else {
      throw CommandFailure("the server answered \(answer.status.code): \(answer.text)")
    }
    return try JSONDecoder().decode(Reply.self, from: Data(answer.body.readableBytesView))
  }
}
