public import ArchiveCore
import AsyncHTTPClient
import DICOM
import DICOMweb
import NIOCore
import NIOHTTP1
public import Workflow

/// A DICOMweb service that studies are forwarded to: STOW-RS as user agent (PS3.18 §10.5), streamed from the archive.
public struct STOWDestination: Destination {
  /// Payload of one request, unless a single instance is larger.
  static let requestBytes: UInt64 = 64 * 1024 * 1024
  /// Instances of one request.
  static let requestInstances = 50
  /// The largest answer that is read.
  static let largestAnswer = 4 * 1024 * 1024
  /// The least speed that is waited for, in bytes a second, beside the time any request may take.
  static let leastSpeed: UInt64 = 64 * 1024
  static let patience: Int64 = 60
  static let media = "application/dicom+json"

  let archive: Archive
  /// The service's base address, without a slash at its end.
  let base: String
  let token: BearerToken?
  let environment: Environment

  public init(archive: Archive, url: String, token: BearerToken?, environment: Environment) {
    self.archive = archive
    base = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.token = token
    self.environment = environment
  }

  public func echo() async throws {
    // DICOMweb has no echo; a search for one study is what everybody answers.
    var request = request("/studies?limit=1")
    request.headers.add(name: "Accept", value: Self.media)
    let (status, _) = try await execute(request, seconds: 15)
    guard (200..<300).contains(status) else { throw DestinationFailure("HTTP status \(status)") }
  }

  public func send(
    _ instances: [InstanceReference], report: @Sendable (InstanceReference, SendResult) async -> Bool
  ) async throws {
    var rest = instances[...]
    while !rest.isEmpty {
      let group = Array(rest.prefix(rest.requestCount))
      rest = rest.dropFirst(group.count)
      guard try await store(group, report: report) else { return }
    }
  }

  /// - Returns: whether to go on.
  private func store(
    _ group: [InstanceReference], report: @Sendable (InstanceReference, SendResult) async -> Bool
  ) async throws -> Bool {
    var parts: [STOWBody.Part] = []
    for reference in group {
      parts.append(STOWBody.Part(reference: reference, file: try await archive.file(of: reference)))
    }
    let body = STOWBody(archive: archive, parts: parts, framing: MultipartFraming(random: environment.random()))
    var request = request("/studies")
    request.method = .POST
    request.headers.add(name: "Content-Type", value: body.framing.contentType(of: STOWBody.partType))
    request.headers.add(name: "Accept", value: Self.media)
    request.body = .stream(body, length: body.length.map { .known(Int64($0)) } ?? .unknown)
    let bytes = group.reduce(UInt64(0)) { $0 &+ $1.location.length }
    let seconds = Self.patience + Int64(clamping: bytes / Self.leastSpeed)
    let status: Int
    let content: [UInt8]
    do {
      (status, content) = try await execute(request, seconds: seconds)
    } catch let failure as DestinationFailure {
      throw DestinationFailure(failure.reason, during: failure.during == nil ? nil : group.first?.instance)
    }
    switch status {
    case 200..<300, 409:
      return try await conclude(group, status, STOWAnswer(json: content), report: report)
    case 400, 413, 415, 422, 500:
      guard group.count > 1 else {
        let reason = "HTTP status \(status)"
        guard let only = group.first else { return true }
        return await report(only, status == 500 ? .deferred(reason: reason) : .refused(reason: reason))
      }
      // One of them is not wanted: which one is found out by sending each by itself.
      for reference in group { guard try await store([reference], report: report) else { return false } }
      return true
    default:
      throw DestinationFailure("HTTP status \(status)")
    }
  }

  private func conclude(
    _ group: [InstanceReference], _ status: Int, _ answer: STOWAnswer?,
    report: @Sendable (InstanceReference, SendResult) async -> Bool
  ) async throws -> Bool {
    // A status says nothing of an instance: Orthanc answers 200 to a request of which it has kept nothing.
    guard let answer else {
      throw DestinationFailure("HTTP status \(status) without a statement", during: group.first?.instance)
    }
    var goesOn = true
    for reference in group {
      let result =
        answer.result(of: reference.instance) ?? .deferred(reason: "HTTP status \(status) does not speak of it")
      // All have been sent: each outcome counts, also those behind one that failed.
      if await !report(reference, result) { goesOn = false }
    }
    return goesOn
  }

  private func request(_ path: String) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: base + path)
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token.text)") }
    return request
  }

  private func execute(_ request: HTTPClientRequest, seconds: Int64) async throws -> (Int, [UInt8]) {
    do {
      let response = try await HTTPClient.shared.execute(request, timeout: .seconds(seconds))
      let body = try await response.body.collect(upTo: Self.largestAnswer)
      return (Int(response.status.code), Array(body.readableBytesView))
    } catch let error as ArchiveError {
      throw error
    } catch {
      if error is CancellationError || Task.isCancelled { throw CancellationError() }
      throw DestinationFailure(Self.reason(error))
    }
  }

  /// Kinds only: an error's text may quote addresses and answers.
  private static func reason(_ error: any Error) -> String {
    guard let error = error as? HTTPClientError else { return "cannot be reached" }
    switch error {
    case .connectTimeout, .deadlineExceeded, .readTimeout, .writeTimeout: return "did not answer in time"
    case .remoteConnectionClosed: return "the connection was closed"
    default: return "the HTTP exchange failed"
    }
  }
}

extension ArraySlice<InstanceReference> {
  /// How many go into one request.
  fileprivate var requestCount: Int {
    var bytes: UInt64 = 0
    var count = 0
    for reference in prefix(STOWDestination.requestInstances) {
      bytes &+= reference.location.length
      guard count == 0 || bytes <= STOWDestination.requestBytes else { break }
      count += 1
    }
    return count
  }
}
