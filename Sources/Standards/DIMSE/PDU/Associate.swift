public import DICOM

/// A-ASSOCIATE-RQ: who calls whom, and what is proposed (PS3.8 §9.3.2).
public struct AssociateRequest: Hashable, Sendable {
  /// Bit 0 is version 1, the only one there is.
  public var protocolVersion: UInt16 = 1
  public var calledAETitle: AETitle
  public var callingAETitle: AETitle
  public var applicationContext: UID = .dicomApplicationContext
  public var presentationContexts: [PresentationContextProposal]
  public var userInformation: UserInformation

  public init(
    calledAETitle: AETitle, callingAETitle: AETitle, presentationContexts: [PresentationContextProposal],
    userInformation: UserInformation = UserInformation()
  ) {
    self.calledAETitle = calledAETitle
    self.callingAETitle = callingAETitle
    self.presentationContexts = presentationContexts
    self.userInformation = userInformation
  }
}

/// One presentation context of a request (PS3.8 §9.3.2.2).
public struct PresentationContextProposal: Hashable, Sendable {
  /// Odd, 1 to 255.
  public var id: UInt8
  public var abstractSyntax: UID
  /// In the requestor's order; the standard gives the order no meaning.
  public var transferSyntaxes: [UID]

  public init(id: UInt8, abstractSyntax: UID, transferSyntaxes: [UID]) {
    self.id = id
    self.abstractSyntax = abstractSyntax
    self.transferSyntaxes = transferSyntaxes
  }
}

/// A-ASSOCIATE-AC (PS3.8 §9.3.3).
public struct AssociateAccept: Hashable, Sendable {
  public var protocolVersion: UInt16 = 1
  /// The fields of the request, sent back (PS3.8 Table 9-17).
  public var calledAETitle: AETitle
  public var callingAETitle: AETitle
  public var applicationContext: UID = .dicomApplicationContext
  public var presentationContexts: [PresentationContextResult]
  public var userInformation: UserInformation

  public init(
    calledAETitle: AETitle, callingAETitle: AETitle, presentationContexts: [PresentationContextResult],
    userInformation: UserInformation = UserInformation()
  ) {
    self.calledAETitle = calledAETitle
    self.callingAETitle = callingAETitle
    self.presentationContexts = presentationContexts
    self.userInformation = userInformation
  }
}

/// The answer to one proposed presentation context (PS3.8 §9.3.3.2).
public struct PresentationContextResult: Hashable, Sendable {
  public enum Result: Hashable, Sendable {
    case acceptance
    case userRejection
    case noReason
    case abstractSyntaxNotSupported
    case transferSyntaxesNotSupported
    case reserved(UInt8)
  }

  public var id: UInt8
  public var result: Result
  /// Significant only with `.acceptance`; an item that carries none is read as `nil`.
  public var transferSyntax: UID?

  public init(id: UInt8, result: Result, transferSyntax: UID?) {
    self.id = id
    self.result = result
    self.transferSyntax = transferSyntax
  }
}

extension PresentationContextResult.Result {
  public var rawValue: UInt8 {
    switch self {
    case .acceptance: 0
    case .userRejection: 1
    case .noReason: 2
    case .abstractSyntaxNotSupported: 3
    case .transferSyntaxesNotSupported: 4
    case .reserved(let value): value
    }
  }
  public init(rawValue: UInt8) {
    switch rawValue {
    case 0: self = .acceptance
    case 1: self = .userRejection
    case 2: self = .noReason
    case 3: self = .abstractSyntaxNotSupported
    case 4: self = .transferSyntaxesNotSupported
    default: self = .reserved(rawValue)
    }
  }
}

/// A presentation context both sides agreed on.
public struct PresentationContext: Hashable, Sendable {
  public var id: UInt8
  public var abstractSyntax: UID
  public var transferSyntax: TransferSyntax

  public init(id: UInt8, abstractSyntax: UID, transferSyntax: TransferSyntax) {
    self.id = id
    self.abstractSyntax = abstractSyntax
    self.transferSyntax = transferSyntax
  }
}

extension UID {
  /// The DICOM application context name (PS3.7 §A.2.1).
  static var dicomApplicationContext: UID { UID(rawValue: "1.2.840.10008.3.1.1.1") }
}

extension PresentationContextResult {
  /// An acceptor's choice for one proposed context.
  public enum Choice: Hashable, Sendable {
    /// With one of the proposed transfer syntaxes.
    case accept(UID)
    case refuse(Result)
  }
}
