import DIMSE
import Workflow

// Of Unified Procedure Steps (PS3.4 Tables CC.2.1-2, CC.2.2-2, CC.2.3-3, CC.2.5-4, CC.2.6-1, CC.2.7-1).
extension DIMSEStatus {
  static let optionalAttributesNotSupported = DIMSEStatus(rawValue: 0x0001)
  static let createdWithModifications = DIMSEStatus(rawValue: 0xB300)
  static let alreadyCanceled = DIMSEStatus(rawValue: 0xB304)
  static let alreadyInStateCompleted = DIMSEStatus(rawValue: 0xB306)

  init(_ code: UnifiedStepRefusal.Code) {
    switch code {
    case .mayNoLongerBeUpdated: self.init(rawValue: 0xC300)
    case .wrongTransaction: self.init(rawValue: 0xC301)
    case .alreadyInProgress: self.init(rawValue: 0xC302)
    case .cannotBecomeScheduled: self.init(rawValue: 0xC303)
    case .finalStateNotMet: self.init(rawValue: 0xC304)
    case .noSuchStep: self.init(rawValue: 0xC307)
    case .unknownReceiver: self.init(rawValue: 0xC308)
    case .notScheduled: self.init(rawValue: 0xC309)
    case .notInProgress: self.init(rawValue: 0xC310)
    case .alreadyCompleted: self.init(rawValue: 0xC311)
    case .performerUnreachable: self.init(rawValue: 0xC312)
    case .actionNotAppropriate: self.init(rawValue: 0xC314)
    case .exists: self = .duplicateSOPInstance
    case .invalidInstance: self = .invalidObjectInstance
    case .attributeNotAllowed: self = .noSuchAttribute
    case .invalidValue: self = .invalidAttributeValue
    case .invalidArgument: self = .invalidArgumentValue
    case .missingAttribute: self = .missingAttribute
    case .missingValue: self = .missingAttributeValue
    }
  }
}

extension ServiceRefusal {
  init(_ refusal: UnifiedStepRefusal) {
    self.init(DIMSEStatus(refusal.code), "\(refusal.code)", offending: refusal.tags)
  }
}
