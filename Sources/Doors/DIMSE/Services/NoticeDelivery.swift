public import ArchiveCore
import DICOM
public import DIMSE
public import Workflow

/// Delivers notices to nodes, over an association of our own (PS3.4 §J.3.3): as SCP of what is reported, which the other
/// side must agree to (PS3.7 §D.3.3.4), as SCU of what we ask for.
public struct NoticeDelivery: Sendable {
  /// How long a node may take to answer.
  static let patience = Duration.seconds(30)

  /// Error ID of a performed step that has its final state already (PS3.4 Table F.7.2-2).
  static let mayNotBeUpdated: UInt16 = 0xA710

  let nodes: NodeDirectory
  let calling: AETitle
  let security: NodeSecurity

  public init(nodes: NodeDirectory, calling: AETitle, security: NodeSecurity = .none) {
    self.nodes = nodes
    self.calling = calling
    self.security = security
  }

  /// - Throws: `DestinationFailure` when the node cannot be spoken to.
  public func deliver(
    _ notices: [Notice], to title: String, told: @Sendable (Notice, NoticeResult) async throws -> Void
  ) async throws {
    guard let node = try await nodes.node(aeTitle: title), let called = AETitle(node.aeTitle) else {
      // Whoever gets the title later is somebody else.
      for notice in notices { try await told(notice, .refused(reason: "there is no node of that title")) }
      return
    }
    var configuration = DIMSEClient.Configuration(
      host: node.host, port: node.port, callingAETitle: calling, calledAETitle: called,
      presentationContexts: DIMSEClient.proposals(Self.contexts(of: notices)))
    configuration.roleSelections = Self.roles(of: notices)
    configuration.idleTimeout = Self.patience
    let association: ClientAssociation
    do {
      configuration.security = try security.security(for: node)
      association = try await DIMSEClient.connect(configuration)
    } catch {
      throw DestinationFailure(association: error)
    }
    for notice in notices {
      let result = await deliver(notice, over: association)
      do {
        try await told(notice, result)
      } catch {
        association.abort()
        throw error
      }
      if case .failed = result { return association.abort() }
    }
    try? await association.release()
  }

  private func deliver(_ notice: Notice, over association: ClientAssociation) async -> NoticeResult {
    guard let context = association.presentationContext(for: UID(rawValue: notice.abstractSyntax)) else {
      return .refused(reason: "the node does not take this service")
    }
    do {
      let answer = try await association.perform(
        NormalizedCommand(notice), in: context, attributes: try notice.attributes.encoded(in: context.transferSyntax))
      switch answer.status.category {
      case .success, .warning: return .taken
      // What is there already was taken before its answer was lost.
      case .failure where answer.status == .duplicateSOPInstance: return .taken
      case .failure where notice.operation == .set && answer.commandSet.integer(.errorID) == Self.mayNotBeUpdated:
        return .taken
      case .failure where [.outOfResources, .resourceLimitation, .processingFailure].contains(answer.status):
        return .failed("the node answered \(answer.status)")
      case .failure, .cancel, .pending: return .refused(reason: "the node answered \(answer.status)")
      }
    } catch {
      return .failed(DestinationFailure(association: error).reason)
    }
  }

  private static func contexts(of notices: [Notice]) -> [(abstractSyntax: UID, transferSyntaxes: [UID])] {
    Set(notices.map(\.abstractSyntax)).sorted().map {
      (UID(rawValue: $0), [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid])
    }
  }

  private static func roles(of notices: [Notice]) -> [RoleSelection] {
    let reported = notices.filter { if case .eventReport = $0.operation { true } else { false } }
    let asked = Set(notices.map(\.abstractSyntax)).subtracting(reported.map(\.abstractSyntax))
    return Set(reported.map(\.abstractSyntax)).sorted().map {
      RoleSelection(sopClass: UID(rawValue: $0), isSCU: asked.contains($0), isSCP: true)
    }
  }
}

extension NormalizedCommand {
  init(_ notice: Notice) {
    let (field, type): (CommandField, UInt16?) =
      switch notice.operation {
      case .eventReport(let type): (.nEventReport, type)
      case .action(let type): (.nAction, type)
      case .create: (.nCreate, nil)
      case .set: (.nSet, nil)
      }
    self.init(
      field: field, sopClass: UID(rawValue: notice.sopClass), sopInstance: notice.sopInstance.map { UID(rawValue: $0) },
      typeID: type)
  }
}
