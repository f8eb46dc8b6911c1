import ArchiveCore
import DICOM
import DIMSE
import NIOCore

/// The sub-operations of one C-MOVE or C-GET: how far they are and how they ended (PS3.4 §C.4.2.1.6).
///
/// Responses count to 65,535 at most, which is all their elements can hold; a greater number is said as that one.
struct Retrieval {
  private(set) var remaining: Int
  private(set) var completed = 0
  private(set) var failures = 0
  private(set) var warnings = 0
  private(set) var failed: [InstanceUID] = []
  /// What another archive said last of its own sub-operations for the same retrieval.
  var elsewhere: SubOperationCounts?
  /// Whether another archive that was to give the rest did not.
  var lacksAnother = false

  init(instances: Int) {
    remaining = instances
  }

  var counts: SubOperationCounts {
    SubOperationCounts(
      remaining: UInt16(clamping: remaining + Int(elsewhere?.remaining ?? 0)),
      completed: UInt16(clamping: completed + Int(elsewhere?.completed ?? 0)),
      failed: UInt16(clamping: failures + Int(elsewhere?.failed ?? 0)),
      warning: UInt16(clamping: warnings + Int(elsewhere?.warning ?? 0)))
  }

  mutating func note(_ category: DIMSEStatus.Category, of instance: InstanceUID) {
    remaining -= remaining > 0 ? 1 : 0
    switch category {
    case .success: completed += 1
    case .warning: warnings += 1
    case .failure, .cancel, .pending:
      failures += 1
      failed.append(instance)
    }
  }

  /// Another archive has ended its part.
  mutating func settle(elsewhere counts: SubOperationCounts, failed instances: [InstanceUID]) {
    completed += Int(counts.completed)
    warnings += Int(counts.warning)
    failures += Int(counts.failed)
    remaining += Int(counts.remaining)
    failed += instances
    elsewhere = nil
  }

  /// How it ended (PS3.4 Tables C.4-2 and C.4-3).
  func finalStatus(cancelled: Bool) -> DIMSEStatus {
    if cancelled { return .cancelled }
    if failures == 0, warnings == 0, !lacksAnother { return .success }
    return completed == 0 && warnings == 0 && (failures > 0 || lacksAnother)
      ? .unableToPerformSubOperations : .subOperationsCompleteWithFailures
  }

  /// The identifier of the final response: Failed SOP Instance UID List (0008,0058); `nil` when nothing failed.
  func failedList(in syntax: TransferSyntax) throws -> ByteBuffer? {
    guard !failed.isEmpty else { return nil }
    var list = DataSet()
    list.set(.failedSOPInstanceUIDList, .ui, strings: Self.listed(failed, explicit: syntax != .implicitVRLittleEndian))
    return ByteBuffer(bytes: try DataSetWriter.encode(list, in: syntax))
  }

  func finalResponse(to request: DIMSERequest, cancelled: Bool) throws -> DIMSEResponse {
    request.response(
      finalStatus(cancelled: cancelled), dataSet: try failedList(in: request.presentationContext.transferSyntax),
      subOperations: counts,
      errorComment: lacksAnother ? "an archive that is asked too did not give its part" : nil)
  }

  /// Longest value of an element with explicit VR UI, whose length has 16 bits (PS3.5 §7.1.2).
  private static let longestExplicitValue = 65_534

  /// As many as an element can hold.
  private static func listed(_ failed: [InstanceUID], explicit: Bool) -> [String] {
    guard explicit else { return failed.map(\.value) }
    var length = 0
    return failed.map(\.value).prefix { uid in
      length += uid.utf8.count + 1
      return length <= longestExplicitValue
    }
  }
}

/// What a retrieval is about.
struct RetrievedInstances {
  var instances: [InstanceReference] = []
  /// What nothing was found of, as an identifier of its own; `nil` when all was found.
  var missing: DataSet?
}

extension DIMSEDoor {
  /// The instances a retrieval is about; none is a retrieval that succeeds with nothing to do.
  func instances(
    of identifier: RetrieveIdentifier, isRelational: Bool, as principal: Principal
  ) async throws -> RetrievedInstances {
    if !isRelational { try identifier.requireUniqueKeysAbove() }
    var found = RetrievedInstances()
    var lacking: [String] = []
    let selections = try await identifier.selections(in: archive, as: principal)
    for selection in selections {
      do {
        let instances = try await archive.instances(selection, as: principal).filter(identifier.admits)
        found.instances.append(contentsOf: instances)
        if case .instances(let wanted) = selection {
          let known = Set(instances.map(\.instance))
          lacking += wanted.filter { !known.contains($0) }.map(\.value)
        }
      } catch let error as ArchiveError where error.code == .notFound {
        switch selection {
        case .study(let study): lacking.append(study.value)
        case .series(_, let series): lacking.append(series.value)
        case .instance(_, _, let instance): lacking.append(instance.value)
        case .instances(let wanted): lacking += wanted.map(\.value)
        }
      }
    }
    if identifier.level == .series {
      // Without a study, only series that are here were selected.
      let known = Set(found.instances.map(\.series.value))
      lacking = identifier.dataSet.strings(.seriesInstanceUID).filter { !$0.isEmpty && !known.contains($0) }
    }
    found.missing = identifier.missing(lacking, isNothingFound: found.instances.isEmpty)
    metrics.retrieved(found.instances)
    return found
  }
}

extension RetrieveIdentifier {
  /// The same identifier of those UIDs only; of a patient, the whole of it when nothing was found.
  fileprivate func missing(_ lacking: [String], isNothingFound: Bool) -> DataSet? {
    guard level > .patient else { return isNothingFound ? dataSet : nil }
    guard !lacking.isEmpty || isNothingFound else { return nil }
    let tags: [Query.Level: Tag] = [.study: .studyInstanceUID, .series: .seriesInstanceUID, .instance: .sopInstanceUID]
    guard let tag = tags[level], !lacking.isEmpty else { return dataSet }
    var missing = dataSet
    missing.set(tag, .ui, strings: lacking)
    return missing
  }
}
