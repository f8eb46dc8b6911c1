import ArchiveCore
import DICOMweb
import HTTPTypes
import Hummingbird
import NIOCore

/// STOW-RS (PS3.18 §10.5): Part 10 files, streamed to the archive as they arrive.
extension DICOMwebDoor {
  func store(_ request: DICOMwebRequest, into study: StudyUID?) async throws -> Response {
    let content = try StoreContent(contentType: request.request.headers[.contentType])
    let contentType = try request.accept.negotiateJSON()
    let principal = request.principal
    let site = configuration.site(principal)
    let usual = Source(
      channel: .stow, name: principal.name, site: site, defaultIssuer: configuration.issuer(site))
    let source = StatedSource.source(
      request.request.headers, of: principal, usual: usual, issuer: configuration.issuer)
    let delivery = try await archive.openDelivery(from: source, by: principal)
    var transaction = StoreTransaction(delivery, study: study, root: request.root, configuration)
    do {
      switch content {
      case .single:
        await transaction.take(request.request.body)
      case .multipart(let boundary):
        try await takeParts(of: MultipartReader(request.request.body, boundary: boundary), into: &transaction)
      }
    } catch {
      await delivery.close()
      throw error
    }
    await transaction.settle()
    await delivery.close()
    return try transaction.answer(contentType)
  }

  /// - Throws: when the payload is no multipart and nothing of it was stored.
  private func takeParts<Payload: AsyncSequence & Sendable>(
    of reader: MultipartReader<Payload>, into transaction: inout StoreTransaction
  ) async throws where Payload.Element == ByteBuffer {
    do {
      while let part = try await reader.nextPart() {
        guard StoreContent.isInstance(part.fields[.contentType]) else {
          transaction.refuse(ArchiveError(.notUnderstood, "a part is no application/dicom"))
          continue
        }
        await transaction.take(part.content)
        if let failure = await reader.failure { throw failure }
      }
    } catch {
      // What arrived whole before the payload broke is kept and acknowledged.
      guard transaction.hasTakenAny else { throw error }
      transaction.refuse(ArchiveError(.notUnderstood, "the payload breaks off"))
    }
  }
}
