import ArchiveCore
import DICOM

/// What a Unified Procedure Step must have before it is COMPLETED or CANCELED (PS3.4 §CC.2.5.1.1).
enum UnifiedStepFinalState {
  /// Final State code P of the item of Unified Procedure Step Performed Procedure Sequence. Output Information
  /// Sequence, which has the code too, may have no items; left out it says the same.
  static let performed: [Tag] = [
    .performedStationNameCodeSequence, .performedProcedureStepStartDateTime, .performedWorkitemCodeSequence,
    .performedProcedureStepEndDateTime,
  ]

  /// The attributes that are missing. What a CANCELED step needs, we can say ourselves (`supplementCancellation`).
  static func unmet(_ attributes: DataSet, for state: WorkState) -> [Tag] {
    guard state == .completed else { return [] }
    let items = attributes.items(.unifiedProcedureStepPerformedProcedureSequence)
    guard !items.isEmpty else { return [.unifiedProcedureStepPerformedProcedureSequence] }
    return performed.filter { tag in items.contains { $0[tag]?.value.isEmpty ?? true } }
  }

  /// Gives a step that is canceled what it must have then (Final State code X): when, and why.
  ///
  /// - Parameter reasons: of a request to cancel (PS3.4 Table CC.2.2-1).
  static func supplementCancellation(
    _ attributes: inout DataSet, at moment: String, reasons: DataSet = DataSet()
  ) {
    var progress = attributes.items(.procedureStepProgressInformationSequence).first ?? DataSet()
    for tag in [Tag.procedureStepDiscontinuationReasonCodeSequence, .reasonForCancellation] {
      if reasons[tag]?.value.isEmpty == false { progress[tag] = reasons[tag] }
    }
    var contact = DataSet()
    for tag in [Tag.contactURI, .contactDisplayName] where reasons[tag]?.value.isEmpty == false {
      contact[tag] = reasons[tag]
    }
    if !contact.isEmpty { progress.set(.procedureStepCommunicationsURISequence, items: [contact]) }
    if progress.string(.procedureStepCancellationDateTime) == nil {
      progress.set(.procedureStepCancellationDateTime, .dt, moment)
    }
    if progress.items(.procedureStepDiscontinuationReasonCodeSequence).isEmpty {
      progress.set(.procedureStepDiscontinuationReasonCodeSequence, items: [unspecified])
    }
    attributes.set(.procedureStepProgressInformationSequence, items: [progress])
  }

  /// PS3.16 CID 9300.
  private static let unspecified: DataSet = {
    var code = DataSet()
    code.set(.codeValue, .sh, "110513")
    code.set(.codingSchemeDesignator, .sh, "DCM")
    code.set(.codeMeaning, .lo, "Discontinued for unspecified reason")
    return code
  }()
}
