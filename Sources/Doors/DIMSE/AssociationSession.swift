import ArchiveCore
import DIMSE

/// Who is on an association, and the delivery it has begun by sending something.
actor AssociationSession {
  nonisolated let caller: NodeDirectory.Caller
  nonisolated let callingAETitle: String
  /// The title of ours that was called.
  nonisolated let ownAETitle: String
  private var delivery: Delivery?

  init(caller: NodeDirectory.Caller, callingAETitle: String, ownAETitle: String) {
    self.ownAETitle = ownAETitle
    self.caller = caller
    self.callingAETitle = callingAETitle
  }

  nonisolated var principal: Principal { caller.principal }

  /// The association's delivery, begun with its first object.
  func delivery(into archive: Archive, issuer: (SiteID) -> String) async throws -> Delivery {
    if let delivery { return delivery }
    let begun = try await archive.openDelivery(
      from: Source(
        channel: .association, name: callingAETitle, site: caller.site, defaultIssuer: issuer(caller.site)),
      by: caller.principal)
    delivery = begun
    return begun
  }

  func end() async {
    await delivery?.close()
    delivery = nil
  }
}

/// The sessions of the associations that are open now.
actor AssociationTable {
  private var sessions: [ServerAssociation.ID: AssociationSession] = [:]

  /// The session of an association, made at its first request; `nil` when the caller is not known (any more).
  func session(
    of association: ServerAssociation, making make: () async throws -> AssociationSession?
  ) async throws -> AssociationSession? {
    // Requests of one association come one after another: nobody else can be making the same session.
    if let known = sessions[association.id] { return known }
    guard let made = try await make() else { return nil }
    sessions[association.id] = made
    return made
  }

  func end(_ association: ServerAssociation) async {
    await sessions.removeValue(forKey: association.id)?.end()
  }
}
