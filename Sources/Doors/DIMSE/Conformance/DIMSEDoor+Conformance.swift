import ArchiveCore
import DICOM
public import DIMSE

extension DIMSEDoor {
  /// The conformance of this door: not written down but asked for. Each SOP class of the registry is proposed in each
  /// transfer syntax to the negotiation that callers meet, and what it accepts is what is stated.
  public func conformance(
    product: String, listeners: [ConformanceStatement.Listener], configuration: DIMSEServerConfiguration
  ) -> ConformanceStatement {
    ConformanceStatement(
      product: product, implementationClassUID: configuration.implementation.classUID.rawValue,
      implementationVersionName: configuration.implementation.versionName,
      aeTitles: [aeTitle.rawValue] + settings.views.map(\.aeTitle), checksTitles: checksCalledTitle,
      listeners: listeners, maximumAssociations: configuration.maximumAssociations,
      maximumPDULength: Int(configuration.maximumLength),
      idleSeconds: Int(configuration.idleTimeout.components.seconds),
      accepted: UIDRegistry.all.filter { $0.kind == .sopClass || $0.kind == .metaSOPClass }.compactMap(accepted),
      initiated: InitiatedServices.all)
  }

  private func accepted(_ entry: UIDRegistry.Entry) -> ConformanceStatement.Accepted? {
    let identifiers = stride(from: UInt8(1), through: 253, by: 2)
    var taken: [UID] = []
    var takesReversedRole = false
    for batch in TransferSyntax.all.map(\.uid).chunked(by: identifiers.underestimatedCount) {
      let proposals = zip(identifiers, batch).map {
        PresentationContextProposal(id: $0, abstractSyntax: entry.uid, transferSyntaxes: [$1])
      }
      let acceptance = acceptance(of: question(proposals, about: entry.uid))
      let accepted = Set(acceptance.presentationContexts.filter { $0.result == .acceptance }.map(\.id))
      taken += proposals.filter { accepted.contains($0.id) }.flatMap(\.transferSyntaxes)
      takesReversedRole = takesReversedRole || acceptance.roleSelections.contains { $0.isSCP }
    }
    guard !taken.isEmpty else { return nil }
    return ConformanceStatement.Accepted(
      sopClass: .init(entry.uid), isRetired: entry.isRetired, takesReversedRole: takesReversedRole,
      transferSyntaxes: taken.map { .init($0) }, extendedNegotiation: extendedNegotiation(of: entry.uid))
  }

  /// The bytes that are answered with 1.
  private func extendedNegotiation(of sopClass: UID) -> [Int] {
    let proposal = PresentationContextProposal(
      id: 1, abstractSyntax: sopClass, transferSyntaxes: [TransferSyntax.explicitVRLittleEndian.uid])
    var question = question([proposal], about: sopClass)
    question.userInformation.extendedNegotiations = [
      ExtendedNegotiation(sopClass: sopClass, applicationInformation: [UInt8](repeating: 1, count: Self.mostBytes))
    ]
    let answer = acceptance(of: question).extendedNegotiations.first { $0.sopClass == sopClass }
    return answer?.applicationInformation.enumerated().filter { $0.element == 1 }.map { $0.offset + 1 } ?? []
  }

  /// Bytes of application information that any service class defines.
  private static let mostBytes = 8

  private func question(_ proposals: [PresentationContextProposal], about sopClass: UID) -> AssociateRequest {
    var information = UserInformation()
    information.roleSelections = [RoleSelection(sopClass: sopClass, isSCU: true, isSCP: true)]
    return AssociateRequest(
      calledAETitle: aeTitle, callingAETitle: aeTitle, presentationContexts: proposals, userInformation: information)
  }

}

extension Array {
  fileprivate func chunked(by size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: Swift.max(1, size)).map { self[$0..<Swift.min($0 + Swift.max(1, size), count)] }
  }
}
