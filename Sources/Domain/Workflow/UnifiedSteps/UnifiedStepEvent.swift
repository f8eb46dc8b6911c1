import ArchiveCore
import DICOM

/// What nodes are told of a Unified Procedure Step (PS3.4 §CC.2.4). Whom it is owed to is filled in by the store.
enum UnifiedStepEvent {
  static let stateReport: UInt16 = 1
  static let cancelRequested: UInt16 = 2
  static let progressReport: UInt16 = 3
  static let statusChange: UInt16 = 4
  static let assigned: UInt16 = 5

  /// Its state, whether its inputs are there, and of a canceled one why.
  static func stateReport(of record: WorkRecord, at now: Instant) -> Notice {
    var information = UnifiedStep.extract([.procedureStepState, .inputReadinessState], from: record.attributes)
    if record.state == .canceled,
      let progress = record.attributes.items(.procedureStepProgressInformationSequence).first
    {
      for tag in [Tag.reasonForCancellation, .procedureStepDiscontinuationReasonCodeSequence] {
        if let element = progress[tag] { information[tag] = element }
      }
    }
    return notice(stateReport, record.item, information, at: now)
  }

  /// Somebody would like it to be canceled.
  static func cancelRequested(
    _ item: WorkUID, by requestor: String, reasons: DataSet, at now: Instant
  ) -> Notice {
    var information = UnifiedStep.extract(
      [
        .reasonForCancellation, .procedureStepDiscontinuationReasonCodeSequence, .contactURI, .contactDisplayName,
      ], from: reasons)
    information.set(.requestingAE, .ae, requestor)
    return notice(cancelRequested, item, information, at: now)
  }

  static func progressReport(of record: WorkRecord, at now: Instant) -> Notice {
    notice(
      progressReport, record.item,
      UnifiedStep.extract([.procedureStepProgressInformationSequence], from: record.attributes), at: now)
  }

  /// Who is to do it: one event for each person, or one for the stations when no person is named.
  static func assigned(of record: WorkRecord, at now: Instant) -> [Notice] {
    let stations = UnifiedStep.extract([.scheduledStationNameCodeSequence], from: record.attributes)
    let people = record.attributes.items(.scheduledHumanPerformersSequence)
    guard !people.isEmpty else {
      return stations.isEmpty ? [] : [notice(assigned, record.item, stations, at: now)]
    }
    return people.map { person in
      var information = stations
      information[.specificCharacterSet] = record.attributes[.specificCharacterSet]
      for tag in [Tag.humanPerformerCodeSequence, .humanPerformerOrganization] {
        if let element = person[tag] { information[tag] = element }
      }
      return notice(assigned, record.item, information, at: now)
    }
  }

  /// We were started again and know everything we knew (PS3.4 §CC.2.4.3).
  static func restarted(to node: String, at now: Instant) -> Notice {
    var information = DataSet()
    information.set(.scpStatus, .cs, "RESTARTED")
    information.set(.subscriptionListStatus, .cs, "WARM START")
    information.set(.unifiedProcedureStepListStatus, .cs, "WARM START")
    return Notice(
      to: node, .eventReport(statusChange), sopClass: UnifiedStep.sopClass.rawValue,
      sopInstance: UnifiedStep.everyStep, attributes: information, queuedAt: now)
  }

  private static func notice(_ type: UInt16, _ item: WorkUID, _ information: DataSet, at now: Instant) -> Notice {
    Notice(
      to: "", .eventReport(type), sopClass: UnifiedStep.sopClass.rawValue, sopInstance: item.value,
      attributes: information, queuedAt: now)
  }
}
