import ArchiveCore
import DICOM

/// A scheduled procedure step: a worklist item with exactly one item in Scheduled Procedure Step Sequence (0040,0100)
/// (PS3.4 §K.6.1.2). What makes one, and what makes it another state.
struct ScheduledStep: Hashable, Sendable {
  private(set) var attributes: DataSet

  /// The states of a step, as texts of Scheduled Procedure Step Status (0040,0020): the defined terms of PS3.3 §C.4.10,
  /// and those by which work is known to be over.
  static let states: Set<WorkState> = [
    .scheduled, .arrived, .ready, .started, .departed, .completed, .discontinued, .canceled,
  ]
  /// What a modality is shown unless it asks for others: the step can still be performed, or goes on.
  static let shown: Set<WorkState> = [.scheduled, .arrived, .ready, .started]
  /// Nobody has begun yet.
  static let open: Set<WorkState> = [.scheduled, .arrived, .ready]

  /// - Parameter attributes: in any character set.
  /// - Throws: `ArchiveError` `.badRequest` unless there is one item in the sequence.
  init(_ attributes: DataSet) throws(ArchiveError) {
    self.attributes = attributes
    self.attributes.transcodeToUTF8()
    // What belongs to a message or a file is no part of the item.
    for tag in [Tag.sopClassUID, .sopInstanceUID, .queryRetrieveLevel] { self.attributes[tag] = nil }
    self.attributes.removeAll { $0.tag.isGroupLength || $0.tag.group <= 0x0002 }
    guard self.attributes.items(.scheduledProcedureStepSequence).count == 1 else {
      throw ArchiveError(.badRequest, "Scheduled Procedure Step Sequence (0040,0100) must have one item")
    }
  }

  var step: DataSet { attributes.items(.scheduledProcedureStepSequence).first ?? DataSet() }

  func text(_ tag: Tag, inStep: Bool = false) -> String? {
    let text = (inStep ? step : attributes).string(tag).map(MatchingText.normalised)
    return text.flatMap { $0.isEmpty ? nil : $0 }
  }

  mutating func set(_ tag: Tag, _ text: String) { attributes.set(tag, text) }

  mutating func setInStep(_ tag: Tag, _ text: String) {
    var step = step
    step.set(tag, text)
    attributes.set(.scheduledProcedureStepSequence, items: [step])
    // The item may have needed another character set than the rest.
    attributes.transcodeToUTF8()
  }

  /// - Throws: `ArchiveError` `.badRequest` for a status that no step has.
  func state() throws(ArchiveError) -> WorkState {
    guard let text = text(.scheduledProcedureStepStatus, inStep: true) else { return .scheduled }
    guard let state = WorkState(text), Self.states.contains(state) else {
      let known = Self.states.map(\.description).sorted().joined(separator: ", ")
      throw ArchiveError(.badRequest, "Scheduled Procedure Step Status (0040,0020) is one of \(known)")
    }
    return state
  }

  mutating func set(_ state: WorkState) { setInStep(.scheduledProcedureStepStatus, state.description) }

  /// What makes it the step it is: whoever says the same names the same step.
  ///
  /// - Throws: `ArchiveError` `.badRequest` without Study Instance UID or Scheduled Procedure Step ID.
  func identity() throws(ArchiveError) -> WorkUID {
    guard let study = text(.studyInstanceUID), let id = text(.scheduledProcedureStepID, inStep: true) else {
      throw ArchiveError(.badRequest, "a step needs Study Instance UID (0020,000D) and its ID (0040,0009)")
    }
    return WorkUID(naming: Self.names(study: study, stepID: id))
  }

  static func names(study: String, stepID: String) -> [String] { ["scheduled step", study, stepID] }

  /// Makes up what may be made up: Study Instance UID, Scheduled Procedure Step ID, Requested Procedure ID, and either
  /// description where only the other is there.
  mutating func complete(in environment: ArchiveCore.Environment) {
    if text(.studyInstanceUID) == nil { set(.studyInstanceUID, environment.makeUID()) }
    if text(.scheduledProcedureStepID, inStep: true) == nil {
      // 62 random bits, 13 characters at most: an SH has 16.
      setInStep(
        .scheduledProcedureStepID,
        "SPS" + String(UInt64(truncatingIfNeeded: environment.random()) >> 2, radix: 36).uppercased())
    }
    if text(.requestedProcedureID) == nil,
      let id = text(.accessionNumber) ?? text(.scheduledProcedureStepID, inStep: true)
    {
      set(.requestedProcedureID, id)
    }
    let hasRequest =
      text(.requestedProcedureDescription) != nil || !attributes.items(.requestedProcedureCodeSequence).isEmpty
    let hasStep =
      text(.scheduledProcedureStepDescription, inStep: true) != nil
      || !step.items(.scheduledProtocolCodeSequence).isEmpty
    if !hasStep, let request = text(.requestedProcedureDescription) {
      setInStep(.scheduledProcedureStepDescription, request)
    }
    if !hasRequest, let step = text(.scheduledProcedureStepDescription, inStep: true) {
      set(.requestedProcedureDescription, step)
    }
  }
}
