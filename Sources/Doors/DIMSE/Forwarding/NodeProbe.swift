public import ArchiveCore
import DICOM
public import DIMSE
import NIOCore
import Workflow

/// Tries the way to a node: C-ECHO (PS3.7 §9.1.5), and an image that is no patient's (PS3.4 Annex B).
public struct NodeProbe: Sendable {
  /// - Throws: `DestinationFailure` that says why not.
  let echo: @Sendable (Node) async throws -> Void
  /// Sends an image and gives its SOP Instance UID.
  ///
  /// - Throws: `DestinationFailure` that says why not.
  let sendTestImage: @Sendable (Node) async throws -> String

  /// A probe that goes other ways, as tests do.
  public init(
    echo: @escaping @Sendable (Node) async throws -> Void,
    sendTestImage: @escaping @Sendable (Node) async throws -> String
  ) {
    self.echo = echo
    self.sendTestImage = sendTestImage
  }

  /// - Parameter security: how nodes are called over TLS.
  public init(calling: AETitle, environment: ArchiveCore.Environment, security: NodeSecurity = .none) {
    echo = { node in
      try await Self.talk(to: node, with: security, as: calling, about: ServiceContexts.verification) {
        association, _ in
        try await association.cEcho()
      }
    }
    sendTestImage = { node in
      let image = TestImage(environment)
      try await Self.talk(to: node, with: security, as: calling, about: TestImage.sopClass) { association, context in
        let syntax = context.transferSyntax
        let bytes = ByteBuffer(bytes: try DataSetWriter.encode(image.dataSet, in: syntax))
        return try await association.cStore(
          CStoreCommand(sopClass: TestImage.sopClass, sopInstance: image.instance), in: context,
          dataSet: AsyncStream { stream in
            stream.yield(bytes)
            stream.finish()
          }
        ).status
      }
      return image.instance.rawValue
    }
  }

  private static func talk(
    to node: Node, with security: NodeSecurity, as calling: AETitle, about abstractSyntax: UID,
    _ body: (ClientAssociation, PresentationContext) async throws -> DIMSEStatus
  ) async throws {
    guard let called = AETitle(node.aeTitle) else { throw DestinationFailure("this is no AE title") }
    let association: ClientAssociation
    do {
      var configuration = DIMSEClient.Configuration(
        host: node.host, port: node.port, callingAETitle: calling, calledAETitle: called,
        presentationContexts: DIMSEClient.proposals([(abstractSyntax, OutgoingInstance.native.map(\.uid))]))
      configuration.security = try security.security(for: node)
      association = try await DIMSEClient.connect(configuration)
    } catch {
      throw DestinationFailure(association: error)
    }
    do {
      let context = OutgoingInstance.native.lazy.compactMap {
        association.presentationContext(for: abstractSyntax, in: [$0])
      }.first
      guard let context else { throw AssociationError.noPresentationContext }
      let status = try await body(association, context)
      try await association.release()
      guard status.category == .success || status.category == .warning else {
        throw DestinationFailure("the node answered with status \(status)")
      }
    } catch {
      association.abort()
      throw DestinationFailure(association: error)
    }
  }
}
