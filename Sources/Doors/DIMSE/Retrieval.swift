import ArchiveCore
import DICOM
import DIMSE
import NIOCore

/// The sub-operations of one C-MOVE or C-GET: how far they are and how they ended (PS3.4 §C.4.2.1.6).
struct Retrieval {
  private(set) var counts: SubOperationCounts
  private(set) var failed: [InstanceUID] = []

  init(instances: Int) {
    counts = SubOperationCounts(remaining: UInt16(clamping: instances))
  }

  mutating func note(_ category: DIMSEStatus.Category, of instance: InstanceUID) {
    counts.remaining = counts.remaining > 0 ? counts.remaining - 1 : 0
    switch category {
    case .success: counts.completed = counts.completed == .max ? .max : counts.completed + 1
    case .warning: counts.warning = counts.warning == .max ? .max : counts.warning + 1
    case .failure, .cancel, .pending:
      counts.failed = counts.failed == .max ? .max : counts.failed + 1
      failed.append(instance)
    }
  }

  /// The final response, with Failed SOP Instance UID List (0008,0058) when something failed.
  func finalResponse(to request: DIMSERequest, cancelled: Bool) throws -> DIMSEResponse {
    let status: DIMSEStatus =
      if cancelled {
        .cancelled
      } else if counts.failed == 0, counts.warning == 0 {
        .success
      } else if counts.completed == 0, counts.warning == 0 {
        .unableToPerformSubOperations
      } else {
        .subOperationsCompleteWithFailures
      }
    guard !failed.isEmpty else { return request.response(status, subOperations: counts) }
    var list = DataSet()
    list.set(.failedSOPInstanceUIDList, .ui, strings: failed.map(\.value))
    let bytes = try DataSetWriter.encode(list, in: request.presentationContext.transferSyntax)
    return request.response(status, dataSet: ByteBuffer(bytes: bytes), subOperations: counts)
  }
}

extension DIMSEDoor {
  /// The instances a retrieval is about; none is a retrieval that succeeds with nothing to do.
  func instances(
    of identifier: RetrieveIdentifier, as principal: Principal
  ) async throws -> [InstanceReference] {
    var found: [InstanceReference] = []
    for selection in try await identifier.selections(in: archive, as: principal) {
      do {
        found.append(contentsOf: try await archive.instances(selection, as: principal))
      } catch let error as ArchiveError where error.code == .notFound {
        continue
      }
    }
    metrics.retrieved(found)
    return found
  }
}
