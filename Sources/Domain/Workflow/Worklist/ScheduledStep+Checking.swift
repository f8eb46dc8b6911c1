import ArchiveCore
import DICOM

extension ScheduledStep {
  /// Attributes of type 1 among the return keys (PS3.4 Table K.6-1).
  private static let required: [(tag: Tag, inStep: Bool)] = [
    (.scheduledStationAETitle, true), (.scheduledProcedureStepStartDate, true),
    (.scheduledProcedureStepStartTime, true), (.modality, true), (.scheduledProcedureStepID, true),
    (.requestedProcedureID, false), (.studyInstanceUID, false), (.patientName, false), (.patientID, false),
  ]

  /// Of each pair one is there: type 1C (PS3.4 Table K.6-1).
  private static let alternatives: [(text: Tag, codes: Tag, inStep: Bool)] = [
    (.scheduledProcedureStepDescription, .scheduledProtocolCodeSequence, true),
    (.requestedProcedureDescription, .requestedProcedureCodeSequence, false),
  ]

  /// Bytes of an item as it is kept.
  static let maximumLength = 256 * 1024

  /// Refuses what no modality could work by, naming the attributes and no values.
  ///
  /// - Throws: `ArchiveError` `.badRequest`, `.limitExceeded`.
  func check() throws(ArchiveError) {
    let missing = Self.required.filter { text($0.tag, inStep: $0.inStep) == nil }
    guard missing.isEmpty else {
      let names = missing.map { name($0.tag, inStep: $0.inStep) }.joined(separator: ", ")
      throw ArchiveError(.badRequest, "a worklist item needs \(names) (PS3.4 Table K.6-1)")
    }
    for (text, codes, inStep) in Self.alternatives
    where self.text(text, inStep: inStep) == nil && (inStep ? step : attributes).items(codes).isEmpty {
      throw ArchiveError(
        .badRequest, "a worklist item needs \(name(text, inStep: inStep)) or a code for it (PS3.4 Table K.6-1)")
    }
    for finding in DataSetValidator.findings(in: attributes)
    where finding.severity == .error && Self.valueRules.contains(finding.rule) {
      throw ArchiveError(.badRequest, "\(finding.path): \(finding.detail)")
    }
    if let uid = text(.studyInstanceUID), StudyUID(uid) == nil {
      throw ArchiveError(.badRequest, "Study Instance UID (0020,000D) is no UID (PS3.5 §9.1)")
    }
    let encoded = try? DataSetWriter.encode(attributes, in: .explicitVRLittleEndian)
    guard let length = encoded?.count else { throw ArchiveError(.badRequest, "the item cannot be written") }
    guard length <= Self.maximumLength else {
      throw ArchiveError(.limitExceeded, "a worklist item has at most \(Self.maximumLength) bytes")
    }
  }

  /// What a value must be like to be matched and shown.
  private static let valueRules: Set<ValidationFinding.Rule> = [
    .valueMultiplicity, .valueLength, .valueForm, .valueRepresentation, .characterSet,
  ]

  private func name(_ tag: Tag, inStep: Bool) -> String {
    "\(DataDictionary.entry(tag)?.name ?? tag.hex) \(tag)" + (inStep ? " of the step" : "")
  }
}
