public import ArchiveCore
public import DICOM
public import DIMSE

/// A service class of the application entity beside Verification, Storage and Query/Retrieve (PS3.4): worklist,
/// performed steps, unified steps, commitment. The door decodes and encodes; a provider translates between the
/// standard and what `Workflow` does.
public protocol ServiceClassProvider: Sendable {
  /// SOP classes that presentation contexts are accepted for.
  var sopClasses: Set<UID> { get }
  /// Those in which a caller may be SCP, to tell us the outcome of what we asked it for (PS3.7 §D.3.3.4).
  var reportedClasses: Set<UID> { get }

  /// Performs an operation or takes a notification (PS3.7 §10.1).
  ///
  /// - Throws: `ServiceRefusal`, or what `DIMSEStatus(performing:)` knows.
  func perform(_ request: ServiceRequest) async throws -> ServiceAnswer

  /// Answers a C-FIND, match by match, until `answer` says `false` (PS3.4 §K.4.1.2).
  func find(
    _ identifier: DataSet, in sopClass: UID, as caller: ServiceCaller, answer: (DataSet) async throws -> Bool
  ) async throws
}

extension ServiceClassProvider {
  public var reportedClasses: Set<UID> { [] }

  public func perform(_ request: ServiceRequest) async throws -> ServiceAnswer {
    throw ServiceRefusal(.unrecognizedOperation)
  }

  public func find(
    _ identifier: DataSet, in sopClass: UID, as caller: ServiceCaller, answer: (DataSet) async throws -> Bool
  ) async throws {
    throw ServiceRefusal(.sopClassNotSupported)
  }
}

/// Who is on the association.
public struct ServiceCaller: Hashable, Sendable {
  public var principal: Principal
  public var site: SiteID
  public var aeTitle: String

  public init(principal: Principal, site: SiteID, aeTitle: String) {
    self.principal = principal
    self.site = site
    self.aeTitle = aeTitle
  }
}

/// An operation or notification with its attributes.
public struct ServiceRequest: Sendable {
  public var command: NormalizedCommand
  /// The class that was negotiated; the one of the command may be another (PS3.4 §CC.3.1).
  public var abstractSyntax: UID
  /// Empty when the message has no data set.
  public var attributes: DataSet
  public var caller: ServiceCaller

  public init(
    command: NormalizedCommand, abstractSyntax: UID? = nil, attributes: DataSet, caller: ServiceCaller
  ) {
    self.command = command
    self.abstractSyntax = abstractSyntax ?? command.sopClass
    self.attributes = attributes
    self.caller = caller
  }
}

/// The answer to a request.
public struct ServiceAnswer: Sendable {
  public var status = DIMSEStatus.success
  /// Attribute list, or reply to an action.
  public var attributes: DataSet?
  /// Of an object that was made without saying its UID.
  public var sopInstance: UID?
  public var comment: String?
  /// What is told over the same association once the answer is sent, and what to do when that did not work.
  public var report: ServiceReport?

  public init(
    _ status: DIMSEStatus = .success, attributes: DataSet? = nil, sopInstance: UID? = nil, comment: String? = nil,
    report: ServiceReport? = nil
  ) {
    self.status = status
    self.attributes = attributes
    self.sopInstance = sopInstance
    self.comment = comment
    self.report = report
  }
}

/// An event that is reported to whoever is on the association (N-EVENT-REPORT).
public struct ServiceReport: Sendable {
  public var command: NormalizedCommand
  public var information: DataSet
  /// Called when it was taken.
  public var taken: @Sendable () async throws -> Void
  /// Called when nobody took it.
  public var otherwise: @Sendable () async throws -> Void

  public init(
    _ command: NormalizedCommand, information: DataSet, taken: @escaping @Sendable () async throws -> Void,
    otherwise: @escaping @Sendable () async throws -> Void
  ) {
    self.command = command
    self.information = information
    self.taken = taken
    self.otherwise = otherwise
  }
}

/// A status other than success, and why.
public struct ServiceRefusal: Error, Hashable, Sendable {
  public var status: DIMSEStatus
  /// Our own words, which hold no patient data.
  public var comment: String?
  public var offending: [Tag]
  /// Error ID (0000,0903), where a service class has one for the failure.
  public var errorID: UInt16?

  public init(_ status: DIMSEStatus, _ comment: String? = nil, offending: [Tag] = []) {
    self.status = status
    self.comment = comment
    self.offending = offending
  }
}
