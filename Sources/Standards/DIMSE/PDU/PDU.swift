public import NIOCore

/// A protocol data unit of the DICOM upper layer, one of seven (PS3.8 §9.3.1).
public enum PDU: Hashable, Sendable {
  case associateRequest(AssociateRequest)
  case associateAccept(AssociateAccept)
  case associateReject(AssociateReject)
  case dataTransfer([PresentationDataValue])
  case releaseRequest
  case releaseResponse
  case abort(Abort)

  /// The type byte.
  public var type: PDUType {
    switch self {
    case .associateRequest: .associateRequest
    case .associateAccept: .associateAccept
    case .associateReject: .associateReject
    case .dataTransfer: .dataTransfer
    case .releaseRequest: .releaseRequest
    case .releaseResponse: .releaseResponse
    case .abort: .abort
    }
  }
}

/// The type byte of a PDU.
public enum PDUType: UInt8, Hashable, Sendable, CaseIterable {
  case associateRequest = 0x01
  case associateAccept = 0x02
  case associateReject = 0x03
  case dataTransfer = 0x04
  case releaseRequest = 0x05
  case releaseResponse = 0x06
  case abort = 0x07
}

/// A presentation data value: a fragment of a command set or data set in one presentation context (PS3.8 §9.3.5.1,
/// message control header PS3.8 §E.2).
public struct PresentationDataValue: Hashable, Sendable {
  public var contextID: UInt8
  public var isCommand: Bool
  public var isLast: Bool
  public var fragment: ByteBuffer

  public init(contextID: UInt8, isCommand: Bool, isLast: Bool, fragment: ByteBuffer) {
    self.contextID = contextID
    self.isCommand = isCommand
    self.isLast = isLast
    self.fragment = fragment
  }

  /// The message control header byte.
  var controlHeader: UInt8 { (isCommand ? 1 : 0) | (isLast ? 2 : 0) }
  /// Length, context and control header in front of every fragment.
  static let headerLength = 6
}

/// A-ASSOCIATE-RJ (PS3.8 §9.3.4).
public struct AssociateReject: Hashable, Sendable {
  public enum Result: UInt8, Hashable, Sendable { case permanent = 1, transient = 2 }

  /// Source and reason together, since a reason's number means something else for each source.
  public enum Reason: Hashable, Sendable {
    case noReasonGiven
    case applicationContextNameNotSupported
    case callingAETitleNotRecognized
    case calledAETitleNotRecognized
    case acseNoReasonGiven
    case protocolVersionNotSupported
    case temporaryCongestion
    case localLimitExceeded
    /// A combination the standard reserves.
    case reserved(source: UInt8, reason: UInt8)
  }

  public var result: Result
  public var reason: Reason

  public init(_ result: Result, _ reason: Reason) {
    self.result = result
    self.reason = reason
  }
}

extension AssociateReject.Reason {
  /// Source and reason as the PDU carries them (PS3.8 Table 9-21).
  public var codes: (source: UInt8, reason: UInt8) {
    switch self {
    case .noReasonGiven: (1, 1)
    case .applicationContextNameNotSupported: (1, 2)
    case .callingAETitleNotRecognized: (1, 3)
    case .calledAETitleNotRecognized: (1, 7)
    case .acseNoReasonGiven: (2, 1)
    case .protocolVersionNotSupported: (2, 2)
    case .temporaryCongestion: (3, 1)
    case .localLimitExceeded: (3, 2)
    case .reserved(let source, let reason): (source, reason)
    }
  }

  public init(source: UInt8, reason: UInt8) {
    switch (source, reason) {
    case (1, 1): self = .noReasonGiven
    case (1, 2): self = .applicationContextNameNotSupported
    case (1, 3): self = .callingAETitleNotRecognized
    case (1, 7): self = .calledAETitleNotRecognized
    case (2, 1): self = .acseNoReasonGiven
    case (2, 2): self = .protocolVersionNotSupported
    case (3, 1): self = .temporaryCongestion
    case (3, 2): self = .localLimitExceeded
    default: self = .reserved(source: source, reason: reason)
    }
  }
}

/// A-ABORT (PS3.8 §9.3.8).
public struct Abort: Hashable, Sendable {
  public enum Source: Hashable, Sendable {
    /// The application aborted; the reason is not significant.
    case serviceUser
    /// The upper layer aborted.
    case serviceProvider
    case reserved(UInt8)
  }

  public enum Reason: Hashable, Sendable {
    case notSpecified
    case unrecognizedPDU
    case unexpectedPDU
    case unrecognizedPDUParameter
    case unexpectedPDUParameter
    case invalidPDUParameterValue
    case reserved(UInt8)
  }

  public var source: Source
  public var reason: Reason

  public init(_ source: Source, _ reason: Reason = .notSpecified) {
    self.source = source
    self.reason = reason
  }
}

extension Abort.Source {
  public var rawValue: UInt8 {
    switch self {
    case .serviceUser: 0
    case .serviceProvider: 2
    case .reserved(let value): value
    }
  }
  public init(rawValue: UInt8) {
    switch rawValue {
    case 0: self = .serviceUser
    case 2: self = .serviceProvider
    default: self = .reserved(rawValue)
    }
  }
}

extension Abort.Reason {
  public var rawValue: UInt8 {
    switch self {
    case .notSpecified: 0
    case .unrecognizedPDU: 1
    case .unexpectedPDU: 2
    case .unrecognizedPDUParameter: 4
    case .unexpectedPDUParameter: 5
    case .invalidPDUParameterValue: 6
    case .reserved(let value): value
    }
  }
  public init(rawValue: UInt8) {
    switch rawValue {
    case 0: self = .notSpecified
    case 1: self = .unrecognizedPDU
    case 2: self = .unexpectedPDU
    case 4: self = .unrecognizedPDUParameter
    case 5: self = .unexpectedPDUParameter
    case 6: self = .invalidPDUParameterValue
    default: self = .reserved(rawValue)
    }
  }
}
