import DICOM
public import NIOCore

extension PDU {
  /// Appends the PDU, header included (PS3.8 §9.3). Items must fit their 16-bit length fields, as those of a decoded
  /// PDU do; client and server check theirs before they send.
  public func write(into buffer: inout ByteBuffer) {
    buffer.writeInteger(type.rawValue)
    buffer.writeInteger(UInt8(0))
    buffer.writeLengthPrefixed(as: UInt32.self) { body in
      switch self {
      case .associateRequest(let request): body.write(request)
      case .associateAccept(let accept): body.write(accept)
      case .associateReject(let reject):
        let codes = reject.reason.codes
        body.writeMultipleIntegers(UInt8(0), reject.result.rawValue, codes.source, codes.reason)
      case .dataTransfer(let values):
        for value in values { body.write(value) }
      case .releaseRequest, .releaseResponse: body.writeInteger(UInt32(0))
      case .abort(let abort):
        body.writeMultipleIntegers(UInt8(0), UInt8(0), abort.source.rawValue, abort.reason.rawValue)
      }
    }
  }

  /// The PDU in a buffer of its own.
  public var encoded: ByteBuffer {
    var buffer = ByteBuffer()
    write(into: &buffer)
    return buffer
  }
}

extension ByteBuffer {
  /// Writes an integer length, then what `body` writes, and corrects the length.
  fileprivate mutating func writeLengthPrefixed<Length: FixedWidthInteger>(
    as: Length.Type, _ body: (inout ByteBuffer) -> Void
  ) {
    let position = writerIndex
    writeInteger(Length(0))
    let start = writerIndex
    body(&self)
    setInteger(Length(truncatingIfNeeded: writerIndex - start), at: position)
  }

  /// An item: type, reserved byte, 16-bit length, content.
  fileprivate mutating func writeItem(_ type: ItemType, _ body: (inout ByteBuffer) -> Void) {
    writeInteger(type.rawValue)
    writeInteger(UInt8(0))
    writeLengthPrefixed(as: UInt16.self, body)
  }

  fileprivate mutating func writeItem(_ type: ItemType, _ uid: UID) {
    writeItem(type) { $0.writeString(uid.rawValue) }
  }

  fileprivate mutating func writePrefixed(_ uid: UID) {
    writeLengthPrefixed(as: UInt16.self) { $0.writeString(uid.rawValue) }
  }

  fileprivate mutating func write(_ value: PresentationDataValue) {
    writeInteger(UInt32(truncatingIfNeeded: value.fragment.readableBytes + 2))
    writeInteger(value.contextID)
    writeInteger(value.controlHeader)
    writeImmutableBuffer(value.fragment)
  }

  fileprivate mutating func writeAssociateHeader(version: UInt16, called: AETitle, calling: AETitle) {
    writeInteger(version)
    writeInteger(UInt16(0))
    writeBytes(called.paddedBytes)
    writeBytes(calling.paddedBytes)
    writeRepeatingByte(0, count: 32)
  }

  fileprivate mutating func write(_ request: AssociateRequest) {
    writeAssociateHeader(
      version: request.protocolVersion, called: request.calledAETitle, calling: request.callingAETitle)
    writeItem(.applicationContext, request.applicationContext)
    for context in request.presentationContexts {
      writeItem(.proposedPresentationContext) { item in
        item.writeMultipleIntegers(context.id, UInt8(0), UInt8(0), UInt8(0))
        item.writeItem(.abstractSyntax, context.abstractSyntax)
        for syntax in context.transferSyntaxes { item.writeItem(.transferSyntax, syntax) }
      }
    }
    write(request.userInformation)
  }

  fileprivate mutating func write(_ accept: AssociateAccept) {
    writeAssociateHeader(version: accept.protocolVersion, called: accept.calledAETitle, calling: accept.callingAETitle)
    writeItem(.applicationContext, accept.applicationContext)
    for context in accept.presentationContexts {
      writeItem(.acceptedPresentationContext) { item in
        item.writeMultipleIntegers(context.id, UInt8(0), context.result.rawValue, UInt8(0))
        if let syntax = context.transferSyntax { item.writeItem(.transferSyntax, syntax) }
      }
    }
    write(accept.userInformation)
  }

  fileprivate mutating func write(_ information: UserInformation) {
    writeItem(.userInformation) { item in
      if let length = information.maximumLength {
        item.writeItem(.maximumLength) { $0.writeInteger(length) }
      }
      if let uid = information.implementationClassUID { item.writeItem(.implementationClassUID, uid) }
      if let window = information.asynchronousOperationsWindow {
        item.writeItem(.asynchronousOperationsWindow) {
          $0.writeMultipleIntegers(window.maximumInvoked, window.maximumPerformed)
        }
      }
      for role in information.roleSelections {
        item.writeItem(.roleSelection) {
          $0.writePrefixed(role.sopClass)
          $0.writeMultipleIntegers(role.isSCU ? UInt8(1) : 0, role.isSCP ? UInt8(1) : 0)
        }
      }
      if let name = information.implementationVersionName {
        item.writeItem(.implementationVersionName) { $0.writeString(name) }
      }
      for negotiation in information.extendedNegotiations {
        item.writeItem(.extendedNegotiation) {
          $0.writePrefixed(negotiation.sopClass)
          $0.writeBytes(negotiation.applicationInformation)
        }
      }
      for negotiation in information.commonExtendedNegotiations { item.write(negotiation) }
      if let identity = information.userIdentity {
        item.writeItem(.userIdentity) { content in
          content.writeMultipleIntegers(identity.kind.rawValue, identity.wantsResponse ? UInt8(1) : 0)
          content.writeLengthPrefixed(as: UInt16.self) { $0.writeBytes(identity.primary) }
          content.writeLengthPrefixed(as: UInt16.self) { $0.writeBytes(identity.secondary) }
        }
      }
      if let response = information.userIdentityResponse {
        item.writeItem(.userIdentityResponse) { content in
          content.writeLengthPrefixed(as: UInt16.self) { $0.writeBytes(response) }
        }
      }
    }
  }

  /// The one item whose second byte is not reserved: it is the item's version (PS3.7 Table D.3-12).
  fileprivate mutating func write(_ negotiation: CommonExtendedNegotiation) {
    writeInteger(ItemType.commonExtendedNegotiation.rawValue)
    writeInteger(negotiation.version)
    writeLengthPrefixed(as: UInt16.self) { content in
      content.writePrefixed(negotiation.sopClass)
      content.writePrefixed(negotiation.serviceClass)
      content.writeLengthPrefixed(as: UInt16.self) { list in
        for uid in negotiation.relatedGeneralSOPClasses { list.writePrefixed(uid) }
      }
    }
  }
}
