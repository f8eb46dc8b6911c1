import DICOM
import DIMSE
import NIOCore

/// One of each kind, with everything a peer can put in.
enum SamplePDUs {
  static let request: AssociateRequest = {
    var information = UserInformation(
      maximumLength: 16384, implementationClassUID: "1.2.276.0.7230010.3.0.3.6.7",
      implementationVersionName: "OFFIS_DCMTK_367")
    information.asynchronousOperationsWindow = AsynchronousOperationsWindow(maximumInvoked: 5, maximumPerformed: 0)
    information.roleSelections = [
      RoleSelection(sopClass: "1.2.840.10008.5.1.4.1.1.2", isSCU: true, isSCP: true),
      RoleSelection(sopClass: "1.2.840.10008.5.1.4.1.1.4", isSCU: false, isSCP: true),
    ]
    information.extendedNegotiations = [
      ExtendedNegotiation(sopClass: "1.2.840.10008.5.1.4.1.2.2.1", applicationInformation: [1, 1, 0, 1])
    ]
    information.commonExtendedNegotiations = [
      CommonExtendedNegotiation(
        sopClass: "1.2.840.10008.5.1.4.1.1.88.22", serviceClass: "1.2.840.10008.4.2",
        relatedGeneralSOPClasses: ["1.2.840.10008.5.1.4.1.1.88.11", "1.2.3"])
    ]
    information.userIdentity = UserIdentity(
      kind: .usernameAndPasscode, wantsResponse: true, primary: Array("reader".utf8), secondary: Array("secret".utf8))
    return AssociateRequest(
      calledAETitle: "ISOCENTER", callingAETitle: "MODALITY 1",
      presentationContexts: [
        PresentationContextProposal(
          id: 1, abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: ["1.2.840.10008.1.2"]),
        PresentationContextProposal(
          id: 255, abstractSyntax: "1.2.840.10008.5.1.4.1.1.2",
          transferSyntaxes: ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.4.90"]),
      ], userInformation: information)
  }()

  static let accept: AssociateAccept = {
    var information = UserInformation(implementationClassUID: "1.2.3", implementationVersionName: "X")
    information.userIdentityResponse = []
    return AssociateAccept(
      calledAETitle: "ISOCENTER", callingAETitle: "MODALITY 1",
      presentationContexts: [
        PresentationContextResult(id: 1, result: .acceptance, transferSyntax: "1.2.840.10008.1.2"),
        PresentationContextResult(id: 255, result: .abstractSyntaxNotSupported, transferSyntax: nil),
      ], userInformation: information)
  }()

  static let all: [PDU] = [
    .associateRequest(request), .associateAccept(accept),
    .associateReject(AssociateReject(.permanent, .calledAETitleNotRecognized)),
    .associateReject(AssociateReject(.transient, .reserved(source: 3, reason: 9))),
    .dataTransfer([
      PresentationDataValue(contextID: 1, isCommand: true, isLast: true, fragment: ByteBuffer(bytes: 0..<70)),
      PresentationDataValue(contextID: 1, isCommand: false, isLast: false, fragment: ByteBuffer(bytes: 7..<99)),
      PresentationDataValue(contextID: 1, isCommand: false, isLast: true, fragment: ByteBuffer()),
    ]),
    .releaseRequest, .releaseResponse, .abort(Abort(.serviceProvider, .invalidPDUParameterValue)),
    .abort(Abort(.reserved(1), .reserved(3))),
  ]

  /// What a decoder says about a whole stream, fragments put together to presentation data values.
  static func decode(_ pieces: [ByteBuffer], maximumLength: UInt32 = 1 << 20) throws(PDUError) -> [PDU] {
    var decoder = PDUStreamDecoder(maximumLength: maximumLength)
    var pdus: [PDU] = []
    var values: [PresentationDataValue] = []
    var open: PresentationDataValue?
    var remaining = 0
    for piece in pieces {
      decoder.feed(piece)
      while let output = try decoder.next() {
        switch output {
        case .pdu(let pdu): pdus.append(pdu)
        case .dataTransferBegan(let length): remaining = Int(length)
        case .fragment(let piece):
          var value =
            open
            ?? PresentationDataValue(
              contextID: piece.contextID, isCommand: piece.isCommand, isLast: piece.isLast, fragment: ByteBuffer())
          value.fragment.writeImmutableBuffer(piece.bytes)
          open = value
          guard piece.endsValue else { continue }
          remaining -= 6 + value.fragment.readableBytes
          values.append(value)
          open = nil
          guard remaining == 0 else { continue }
          pdus.append(.dataTransfer(values))
          values = []
        }
      }
    }
    return pdus
  }
}
