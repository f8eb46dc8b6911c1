import ArchiveCore
import DICOM

/// A Modality Performed Procedure Step (PS3.4 §F.7): what a modality does and has done. A pure state machine.
struct PerformedStep: Hashable, Sendable {
  private(set) var attributes: DataSet
  private(set) var state: WorkState

  /// - Parameter attributes: of an N-CREATE, in any character set.
  init(creating attributes: DataSet) throws(PerformedStepRefusal) {
    self.attributes = attributes.asContent
    state = .inProgress
    try PerformedStepRequirement.check(self.attributes, PerformedStepRequirement.creation)
    guard Self.text(.performedProcedureStepStatus, in: self.attributes) == WorkState.inProgress.description else {
      throw .invalidValue([.performedProcedureStepStatus])
    }
    try Self.checkValues(self.attributes)
  }

  /// As it is kept.
  init(_ record: WorkRecord) {
    attributes = record.attributes
    state = record.state
  }

  /// - Parameter modification: of an N-SET, in any character set.
  mutating func change(by modification: DataSet) throws(PerformedStepRefusal) {
    guard state == .inProgress else { throw .noLongerInProgress }
    let modification = modification.asContent
    // Whoever says again what was said before changes nothing.
    let changed = modification.filter { element in
      PerformedStepRequirement.fixed.contains(element.tag)
        && !DataSet([element]).canonicallyEqual(to: DataSet(attributes[element.tag].map { [$0] } ?? []))
    }
    guard changed.isEmpty else { throw .invalidValue(changed.map(\.tag)) }
    var next = attributes
    for element in modification { next.set(element) }
    try Self.checkValues(next)
    let wanted: WorkState
    switch Self.text(.performedProcedureStepStatus, in: next).flatMap({ WorkState($0) }) {
    case .inProgress?: wanted = .inProgress
    case .completed?:
      wanted = .completed
      try PerformedStepRequirement.check(next, PerformedStepRequirement.completion)
    case .discontinued?:
      wanted = .discontinued
      try PerformedStepRequirement.check(next, PerformedStepRequirement.discontinuation)
    default: throw .invalidValue([.performedProcedureStepStatus])
    }
    attributes = next
    state = wanted
  }

  // MARK: What it says

  /// A scheduled step that is performed (Scheduled Step Attributes Sequence).
  struct Reference: Hashable, Sendable {
    var study: String
    /// `nil` for work that nobody has scheduled.
    var stepID: String?
    var accessionNumber: String?
  }

  var references: [Reference] {
    attributes.items(.scheduledStepAttributesSequence).compactMap { item in
      Self.text(.studyInstanceUID, in: item).map {
        Reference(
          study: $0, stepID: Self.text(.scheduledProcedureStepID, in: item),
          accessionNumber: Self.text(.accessionNumber, in: item))
      }
    }
  }

  var studies: Set<StudyUID> { Set(references.compactMap { StudyUID($0.study) }) }

  /// The instances it names, in every series.
  var instances: Set<InstanceUID> {
    var found: Set<InstanceUID> = []
    for series in attributes.items(.performedSeriesSequence) {
      for tag in [Tag.referencedImageSequence, .referencedNonImageCompositeSOPInstanceSequence] {
        for item in series.items(tag) {
          if let uid = Self.text(.referencedSOPInstanceUID, in: item).flatMap({ InstanceUID($0) }) { found.insert(uid) }
        }
      }
    }
    return found
  }

  static func text(_ tag: Tag, in dataSet: DataSet) -> String? {
    dataSet.string(tag).map(MatchingText.normalised).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Dates, times and UIDs, which others rely upon; and the lengths that a store needs.
  private static func checkValues(_ attributes: DataSet) throws(PerformedStepRefusal) {
    var invalid: [Tag] = []
    func check(_ tag: Tag, in part: DataSet, _ isValid: (String) -> Bool) {
      if let text = text(tag, in: part), !isValid(text) { invalid.append(tag) }
    }
    for tag in [Tag.performedProcedureStepStartDate, .performedProcedureStepEndDate] {
      check(tag, in: attributes) { TemporalSpan(date: $0) != nil }
    }
    for tag in [Tag.performedProcedureStepStartTime, .performedProcedureStepEndTime] {
      check(tag, in: attributes) { TemporalSpan(time: $0) != nil }
    }
    check(.performedStationAETitle, in: attributes) { ApplicationEntityTitle.normalized($0) != nil }
    for item in attributes.items(.scheduledStepAttributesSequence) {
      check(.studyInstanceUID, in: item) { StudyUID($0) != nil }
    }
    for series in attributes.items(.performedSeriesSequence) {
      check(.seriesInstanceUID, in: series) { SeriesUID($0) != nil }
      for tag in [Tag.referencedImageSequence, .referencedNonImageCompositeSOPInstanceSequence] {
        for item in series.items(tag) { check(.referencedSOPInstanceUID, in: item) { InstanceUID($0) != nil } }
      }
    }
    guard invalid.isEmpty else { throw .invalidValue(Array(Set(invalid)).sorted()) }
  }
}

extension DataSet {
  /// In UTF-8, without what belongs to the message rather than the object.
  fileprivate var asContent: DataSet {
    var content = self
    content.transcodeToUTF8()
    content.removeAll { $0.tag.isGroupLength || $0.tag.group <= 0x0002 }
    content[.sopClassUID] = nil
    content[.sopInstanceUID] = nil
    return content
  }
}
