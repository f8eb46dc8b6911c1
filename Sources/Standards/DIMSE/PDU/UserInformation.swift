public import DICOM

/// The user information item of an A-ASSOCIATE-RQ or -AC, sub-item by sub-item (PS3.8 §9.3.2.3, PS3.7 §D.3.3).
public struct UserInformation: Hashable, Sendable {
  /// The longest P-DATA-TF body the sender will receive; 0 is no limit (PS3.8 §D.1). `nil` when the item is missing.
  public var maximumLength: UInt32?
  public var implementationClassUID: UID?
  public var implementationVersionName: String?
  public var asynchronousOperationsWindow: AsynchronousOperationsWindow?
  public var roleSelections: [RoleSelection] = []
  public var extendedNegotiations: [ExtendedNegotiation] = []
  public var commonExtendedNegotiations: [CommonExtendedNegotiation] = []
  /// In a request.
  public var userIdentity: UserIdentity?
  /// In an acceptance, the server response (PS3.7 §D.3.3.7.2); empty for identities that need none.
  public var userIdentityResponse: [UInt8]?

  public init(
    maximumLength: UInt32? = PDULimits.defaultMaximumLength, implementationClassUID: UID? = nil,
    implementationVersionName: String? = nil
  ) {
    self.maximumLength = maximumLength
    self.implementationClassUID = implementationClassUID
    self.implementationVersionName = implementationVersionName
  }
}

/// How many operations may be outstanding; 0 is no limit (PS3.7 §D.3.3.3).
public struct AsynchronousOperationsWindow: Hashable, Sendable {
  public var maximumInvoked: UInt16
  public var maximumPerformed: UInt16

  public init(maximumInvoked: UInt16, maximumPerformed: UInt16) {
    self.maximumInvoked = maximumInvoked
    self.maximumPerformed = maximumPerformed
  }
}

/// The requestor's roles for one SOP class (PS3.7 §D.3.3.4).
public struct RoleSelection: Hashable, Sendable {
  public var sopClass: UID
  public var isSCU: Bool
  public var isSCP: Bool

  public init(sopClass: UID, isSCU: Bool, isSCP: Bool) {
    self.sopClass = sopClass
    self.isSCU = isSCU
    self.isSCP = isSCP
  }
}

/// SOP class extended negotiation; the bytes belong to the service class (PS3.7 §D.3.3.5).
public struct ExtendedNegotiation: Hashable, Sendable {
  public var sopClass: UID
  public var applicationInformation: [UInt8]

  public init(sopClass: UID, applicationInformation: [UInt8]) {
    self.sopClass = sopClass
    self.applicationInformation = applicationInformation
  }
}

/// SOP class common extended negotiation (PS3.7 §D.3.3.6).
public struct CommonExtendedNegotiation: Hashable, Sendable {
  public var version: UInt8
  public var sopClass: UID
  public var serviceClass: UID
  public var relatedGeneralSOPClasses: [UID]

  public init(version: UInt8 = 0, sopClass: UID, serviceClass: UID, relatedGeneralSOPClasses: [UID]) {
    self.version = version
    self.sopClass = sopClass
    self.serviceClass = serviceClass
    self.relatedGeneralSOPClasses = relatedGeneralSOPClasses
  }
}

/// User identity negotiation (PS3.7 §D.3.3.7). Whoever prints a value of this type prints no secret.
public struct UserIdentity: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  public enum Kind: Hashable, Sendable {
    case username
    case usernameAndPasscode
    case kerberosServiceTicket
    case samlAssertion
    case jsonWebToken
    case reserved(UInt8)
  }

  public var kind: Kind
  public var wantsResponse: Bool
  /// The user name (UTF-8), ticket, assertion or token.
  public var primary: [UInt8]
  /// The passcode (UTF-8), empty otherwise.
  public var secondary: [UInt8]

  public init(kind: Kind, wantsResponse: Bool, primary: [UInt8], secondary: [UInt8] = []) {
    self.kind = kind
    self.wantsResponse = wantsResponse
    self.primary = primary
    self.secondary = secondary
  }

  public var description: String { "UserIdentity(\(kind), \(primary.count) + \(secondary.count) bytes)" }
  public var debugDescription: String { description }
}

extension UserIdentity.Kind {
  public var rawValue: UInt8 {
    switch self {
    case .username: 1
    case .usernameAndPasscode: 2
    case .kerberosServiceTicket: 3
    case .samlAssertion: 4
    case .jsonWebToken: 5
    case .reserved(let value): value
    }
  }
  public init(rawValue: UInt8) {
    switch rawValue {
    case 1: self = .username
    case 2: self = .usernameAndPasscode
    case 3: self = .kerberosServiceTicket
    case 4: self = .samlAssertion
    case 5: self = .jsonWebToken
    default: self = .reserved(rawValue)
    }
  }
}
