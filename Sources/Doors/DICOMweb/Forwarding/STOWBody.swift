import ArchiveCore
import DICOM
import DICOMweb
import NIOCore

/// The payload of a store request, made while it is sent: Part 10 files as parts of one multipart payload
/// (PS3.18 §10.5.2).
struct STOWBody: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  static let partType = "application/dicom"

  /// An instance as it is given back.
  struct Part: Sendable {
    var reference: InstanceReference
    var file: [DataSetSegment]
  }

  let archive: Archive
  let parts: [Part]
  let framing: MultipartFraming

  /// Bytes of the whole payload.
  var length: Int? {
    framing.length(of: parts.map { (head: head($0), content: $0.file.length) })
  }

  fileprivate func head(_ part: Part) -> String {
    // Without the transfer syntax, which the file says itself: Orthanc takes no part whose type has a parameter.
    framing.head(contentType: Self.partType, length: part.file.length, location: nil)
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

  struct AsyncIterator: AsyncIteratorProtocol {
    private enum Step { case head(Int), content(Int, RecordBytes.AsyncIterator), end, done }

    private let body: STOWBody
    private var step: Step

    init(body: STOWBody) {
      self.body = body
      step = body.parts.isEmpty ? .end : .head(0)
    }

    mutating func next() async throws -> ByteBuffer? {
      switch step {
      case .head(let index):
        let part = body.parts[index]
        step = .content(index, try await body.archive.bytes(of: part.reference, part.file).makeAsyncIterator())
        return ByteBuffer(string: body.head(part))
      case .content(let index, var bytes):
        if let chunk = try await bytes.next() {
          step = .content(index, bytes)
          return chunk
        }
        step = index + 1 < body.parts.count ? .head(index + 1) : .end
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
