import DICOM
public import NIOCore

extension PDU {
  /// Reads one whole PDU body; the header has been read and its length is `body.readableBytes`.
  ///
  /// Items with unknown types are skipped, as PS3.8 §9.3.1 asks. P-DATA-TF values are slices of `body`.
  public init(type: PDUType, body: ByteBuffer) throws(PDUError) {
    var reader = PDUBodyReader(pduType: type.rawValue, buffer: body)
    switch type {
    case .associateRequest: self = .associateRequest(try AssociateRequest(&reader))
    case .associateAccept: self = .associateAccept(try AssociateAccept(&reader))
    case .dataTransfer: self = .dataTransfer(try reader.presentationDataValues())
    case .associateReject:
      let (_, result, source, reason) = try reader.fourBytes()
      guard let result = AssociateReject.Result(rawValue: result) else {
        throw reader.error(.invalidField, "result \(result)")
      }
      self = .associateReject(AssociateReject(result, .init(source: source, reason: reason)))
    case .releaseRequest:
      _ = try reader.fourBytes()
      self = .releaseRequest
    case .releaseResponse:
      _ = try reader.fourBytes()
      self = .releaseResponse
    case .abort:
      let (_, _, source, reason) = try reader.fourBytes()
      self = .abort(Abort(.init(rawValue: source), .init(rawValue: reason)))
    }
  }
}

extension AssociateRequest {
  fileprivate init(_ reader: inout PDUBodyReader) throws(PDUError) {
    let header = try reader.associateHeader()
    protocolVersion = header.version
    calledAETitle = header.called
    callingAETitle = header.calling
    presentationContexts = []
    var applicationContext: UID?
    var userInformation: UserInformation?
    var usedIDs = Set<UInt8>()
    while var item = try reader.nextItem() {
      switch ItemType(rawValue: item.type) {
      case .applicationContext:
        guard applicationContext == nil else { throw reader.error(.tooManyItems, "application context") }
        applicationContext = try item.content.restAsUID()
      case .proposedPresentationContext:
        guard presentationContexts.count < PDULimits.maximumPresentationContexts else {
          throw reader.error(.tooManyItems, "presentation contexts")
        }
        let context = try PresentationContextProposal(&item.content)
        guard context.id % 2 == 1, usedIDs.insert(context.id).inserted else {
          throw reader.error(.invalidPresentationContextID, "\(context.id)")
        }
        presentationContexts.append(context)
      case .userInformation:
        guard userInformation == nil else { throw reader.error(.tooManyItems, "user information") }
        userInformation = try UserInformation(&item.content)
      default: break
      }
    }
    guard let applicationContext else { throw reader.error(.missingItem, "application context") }
    guard !presentationContexts.isEmpty else { throw reader.error(.missingItem, "presentation context") }
    guard let userInformation else { throw reader.error(.missingItem, "user information") }
    self.applicationContext = applicationContext
    self.userInformation = userInformation
  }
}

extension AssociateAccept {
  fileprivate init(_ reader: inout PDUBodyReader) throws(PDUError) {
    let header = try reader.associateHeader()
    protocolVersion = header.version
    calledAETitle = header.called
    callingAETitle = header.calling
    presentationContexts = []
    var applicationContext: UID?
    var userInformation: UserInformation?
    var usedIDs = Set<UInt8>()
    while var item = try reader.nextItem() {
      switch ItemType(rawValue: item.type) {
      case .applicationContext:
        guard applicationContext == nil else { throw reader.error(.tooManyItems, "application context") }
        applicationContext = try item.content.restAsUID()
      case .acceptedPresentationContext:
        guard presentationContexts.count < PDULimits.maximumPresentationContexts else {
          throw reader.error(.tooManyItems, "presentation contexts")
        }
        let context = try PresentationContextResult(&item.content)
        guard context.id % 2 == 1, usedIDs.insert(context.id).inserted else {
          throw reader.error(.invalidPresentationContextID, "\(context.id)")
        }
        presentationContexts.append(context)
      case .userInformation:
        guard userInformation == nil else { throw reader.error(.tooManyItems, "user information") }
        userInformation = try UserInformation(&item.content)
      default: break
      }
    }
    guard let applicationContext else { throw reader.error(.missingItem, "application context") }
    guard let userInformation else { throw reader.error(.missingItem, "user information") }
    self.applicationContext = applicationContext
    self.userInformation = userInformation
  }
}

extension PresentationContextProposal {
  fileprivate init(_ reader: inout PDUBodyReader) throws(PDUError) {
    (id, _, _, _) = try reader.leadingFourBytes()
    transferSyntaxes = []
    var abstractSyntax: UID?
    while var item = try reader.nextItem() {
      switch ItemType(rawValue: item.type) {
      case .abstractSyntax:
        guard abstractSyntax == nil else { throw reader.error(.tooManyItems, "abstract syntaxes in context \(id)") }
        abstractSyntax = try item.content.restAsUID()
      case .transferSyntax:
        guard transferSyntaxes.count < PDULimits.maximumTransferSyntaxes else {
          throw reader.error(.tooManyItems, "transfer syntaxes in context \(id)")
        }
        transferSyntaxes.append(try item.content.restAsUID())
      default: break
      }
    }
    guard let abstractSyntax else { throw reader.error(.missingItem, "abstract syntax of context \(id)") }
    guard !transferSyntaxes.isEmpty else { throw reader.error(.missingItem, "transfer syntax of context \(id)") }
    self.abstractSyntax = abstractSyntax
  }
}

extension PresentationContextResult {
  fileprivate init(_ reader: inout PDUBodyReader) throws(PDUError) {
    let (id, _, result, _) = try reader.leadingFourBytes()
    self.id = id
    self.result = Result(rawValue: result)
    while var item = try reader.nextItem() {
      guard ItemType(rawValue: item.type) == .transferSyntax else { continue }
      guard transferSyntax == nil else { throw reader.error(.tooManyItems, "transfer syntaxes in context \(id)") }
      let uid = try item.content.restAsUID()
      transferSyntax = uid.rawValue.isEmpty ? nil : uid
    }
    guard self.result != .acceptance || transferSyntax != nil else {
      throw reader.error(.missingItem, "transfer syntax of accepted context \(id)")
    }
  }
}

extension UserInformation {
  fileprivate init(_ reader: inout PDUBodyReader) throws(PDUError) {
    self.init(maximumLength: nil)
    var count = 0
    while var item = try reader.nextItem() {
      count += 1
      guard count <= PDULimits.maximumUserInformationItems else {
        throw reader.error(.tooManyItems, "user information sub-items")
      }
      switch ItemType(rawValue: item.type) {
      case .maximumLength: maximumLength = try item.content.integer(as: UInt32.self)
      case .implementationClassUID: implementationClassUID = try item.content.restAsUID()
      case .implementationVersionName: implementationVersionName = item.content.restAsText()
      case .asynchronousOperationsWindow:
        asynchronousOperationsWindow = AsynchronousOperationsWindow(
          maximumInvoked: try item.content.integer(), maximumPerformed: try item.content.integer())
      case .roleSelection:
        let uid = try item.content.prefixedUID()
        let scu = try item.content.integer(as: UInt8.self)
        let scp = try item.content.integer(as: UInt8.self)
        roleSelections.append(RoleSelection(sopClass: uid, isSCU: scu == 1, isSCP: scp == 1))
      case .extendedNegotiation:
        let uid = try item.content.prefixedUID()
        extendedNegotiations.append(
          ExtendedNegotiation(sopClass: uid, applicationInformation: item.content.restAsBytes()))
      case .commonExtendedNegotiation:
        commonExtendedNegotiations.append(try CommonExtendedNegotiation(version: item.second, &item.content))
      case .userIdentity:
        let kind = try item.content.integer(as: UInt8.self)
        let wantsResponse = try item.content.integer(as: UInt8.self)
        let primary = try item.content.prefixedBytes()
        // The secondary field is there in every form, yet some peers leave it out when it is empty.
        let secondary = item.content.isAtEnd ? [] : try item.content.prefixedBytes()
        userIdentity = UserIdentity(
          kind: .init(rawValue: kind), wantsResponse: wantsResponse == 1, primary: primary, secondary: secondary)
      case .userIdentityResponse: userIdentityResponse = try item.content.prefixedBytes()
      default: break
      }
    }
  }
}

extension CommonExtendedNegotiation {
  fileprivate init(version: UInt8, _ reader: inout PDUBodyReader) throws(PDUError) {
    self.version = version
    sopClass = try reader.prefixedUID()
    serviceClass = try reader.prefixedUID()
    relatedGeneralSOPClasses = []
    // Version 0 of the item may end before the list (PS3.7 Table D.3-12).
    guard !reader.isAtEnd else { return }
    var list = try reader.prefixedReader()
    while !list.isAtEnd { relatedGeneralSOPClasses.append(try list.prefixedUID()) }
  }
}
