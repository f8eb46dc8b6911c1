import ArchiveCore
import DICOMweb
import NIOCore

/// The payload of a store request, made while it is sent: Part 10 files as they are stored, as parts of one multipart
/// payload (PS3.18 §10.5.2).
struct STOWBody: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  static let partType = "application/dicom"

  let archive: Archive
  let instances: [InstanceReference]
  let framing: MultipartFraming

  /// Bytes of the whole payload.
  var length: Int? {
    framing.length(of: instances.map { (head: head($0), content: $0.location.length) })
  }

  fileprivate func head(_ reference: InstanceReference) -> String {
    // Without the transfer syntax, which the file says itself: Orthanc takes no part whose type has a parameter.
    framing.head(contentType: Self.partType, length: reference.location.length, location: nil)
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

  struct AsyncIterator: AsyncIteratorProtocol {
    private enum Step { case head(Int), content(Int, RecordBytes.AsyncIterator), end, done }

    private let body: STOWBody
    private var step: Step

    init(body: STOWBody) {
      self.body = body
      step = body.instances.isEmpty ? .end : .head(0)
    }

    mutating func next() async throws -> ByteBuffer? {
      switch step {
      case .head(let index):
        let reference = body.instances[index]
        step = .content(index, try await body.archive.bytes(of: reference).makeAsyncIterator())
        return ByteBuffer(string: body.head(reference))
      case .content(let index, var bytes):
        if let chunk = try await bytes.next() {
          step = .content(index, bytes)
          return chunk
        }
        step = index + 1 < body.instances.count ? .head(index + 1) : .end
        return ByteBuffer(string: MultipartFraming.partEnd)
      case .end:
        step = .done
        return ByteBuffer(string: body.framing.end)
      case .done:
        return nil
      }
    }
  }
}
