public import DICOM

/// Why something was not done with a Unified Procedure Step. Doors have their own words for it (PS3.4 Tables CC.2.1-2
/// to CC.2.7-1, PS3.18 §11).
public struct UnifiedStepRefusal: Error, Hashable, Sendable {
  public enum Code: CaseIterable, Hashable, Sendable {
    /// It is COMPLETED or CANCELED.
    case mayNoLongerBeUpdated
    case wrongTransaction
    case alreadyInProgress
    /// A step becomes SCHEDULED by being made, and in no other way.
    case cannotBecomeScheduled
    /// Attributes that a step must have before it is COMPLETED or CANCELED are missing (PS3.4 §CC.2.5.1.1).
    case finalStateNotMet
    /// It is not there, or not for this caller.
    case noSuchStep
    case unknownReceiver
    /// It was to be made in another state.
    case notScheduled
    case notInProgress
    case alreadyCompleted
    case performerUnreachable
    case actionNotAppropriate
    case exists
    case invalidInstance
    case attributeNotAllowed
    case invalidValue
    /// Of an action's information.
    case invalidArgument
    case missingAttribute
    case missingValue
  }

  public var code: Code
  /// The attributes concerned.
  public var tags: [Tag]

  public init(_ code: Code, _ tags: [Tag] = []) {
    self.code = code
    self.tags = tags
  }
}
