import ArchiveCore
import AsyncHTTPClient
import DICOM
import DICOMweb
import Doors
import NIOCore
import NIOHTTP1

/// Imports through the running server's STOW-RS (PS3.18 §10.5): one request per object, so that what became of each is
/// told apart however little can be read of it.
actor SocketReceiver: ObjectReceiver {
  private let server: ControlClient
  private let boundary: String
  private let source: Source

  /// - Parameter source: of objects that name none of their own.
  init(_ server: ControlClient, boundary: String, source: Source) {
    self.server = server
    self.boundary = boundary
    self.source = source
  }

  func receive(_ object: ImportObject) async throws -> Reception {
    let body = MultipartOfOne(boundary: boundary, object: object.bytes)
    let answer = try await server.request(
      .POST, "/dicom-web/studies",
      contentType: "multipart/related; type=\"application/dicom\"; boundary=\(boundary)",
      accept: "application/dicom+json", fields: StatedSource.fields(of: object.source ?? source),
      body: .stream(body, length: .unknown))
    switch answer.status.code {
    case 200, 202, 409: return .settled(try outcome(of: answer))
    case 400, 413, 415: return .settled(.refused(answer.text))
    default: throw CommandFailure("the server answered \(answer.status.code): \(answer.text)")
    }
  }

  func settle() async throws -> [ObjectOutcome] { [] }

  func finish() async {}

  /// Reads the Store Instances Response Module (PS3.18 §I.2).
  private func outcome(of answer: ControlClient.Answer) throws -> ObjectOutcome {
    let response = try DICOMJSON.decode(Array(answer.body.readableBytesView))
    if let failed = (response.items(.failedSOPSequence) + response.items(.otherFailuresSequence)).first {
      return .refused(FailureReason.words(failed.int(.failureReason) ?? 0))
    }
    guard let stored = response.items(.referencedSOPSequence).first else {
      return .refused("the server does not say what became of it")
    }
    guard let warning = stored.int(.warningReason) else {
      return answer.headers.first(name: DICOMwebDoor.alreadyStoredField) == "1" ? .alreadyThere : .stored
    }
    return warning == Int(WarningReason.conflictingContent.rawValue) ? .quarantined : .stored
  }
}

extension FailureReason {
  /// What a code of Failure Reason (0008,1197) means, for a person.
  fileprivate static func words(_ code: Int) -> String {
    switch UInt16(exactly: code).flatMap(FailureReason.init(rawValue:)) {
    case .processingFailure: "the server failed to process it"
    case .invalidObjectInstance: "not a valid object"
    case .sopClassNotSupported: "its SOP Class is not taken"
    case .notAuthorized: "not authorized"
    case .outOfResources: "the server is out of resources"
    case .dataSetDoesNotMatchSOPClass: "it does not say which study, series and instance it is"
    case .dataSetDoesNotMatchStudy: "it belongs to another study"
    case .cannotUnderstand: "it cannot be understood: damaged, cut short, or no DICOM object"
    case .limitExceeded: "it exceeds a bound of the archive"
    case nil: "failure reason \(code)"
    }
  }
}

/// A multipart/related body with one part (RFC 2387).
private struct MultipartOfOne: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  let boundary: String
  let object: ObjectBytes

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(boundary: boundary, bytes: object.makeAsyncIterator())
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    private enum Stage { case head, bytes, done }
    let boundary: String
    var bytes: ObjectBytes.AsyncIterator
    private var stage = Stage.head

    init(boundary: String, bytes: ObjectBytes.AsyncIterator) {
      self.boundary = boundary
      self.bytes = bytes
    }

    mutating func next() async throws -> ByteBuffer? {
      switch stage {
      case .head:
        stage = .bytes
        return ByteBuffer(string: "--\(boundary)\r\nContent-Type: application/dicom\r\n\r\n")
      case .bytes:
        if let piece = try await bytes.next() { return piece }
        stage = .done
        return ByteBuffer(string: "\r\n--\(boundary)--\r\n")
      case .done:
        return nil
      }
    }
  }
}
