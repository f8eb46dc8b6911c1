import ArchiveCore
import DIMSE
import Logging
import NIOCore

/// What came of the user identity of an association request (PS3.7 §D.3.3.7).
enum UserIdentityDecision {
  /// None was given, none is looked at, or a name that nothing proves: the caller is the node.
  case node
  /// The caller is a person.
  case verified(wantsResponse: Bool)
  case refuse(AssociateReject)
}

extension DIMSEDoor {
  /// Examines a user identity as sign-in does: guessing is slowed and audited.
  ///
  /// A name without a passcode proves nothing and changes nothing: the answer has no server response, by which the
  /// requestor knows that nobody was verified. Tickets, assertions and tokens cannot be verified here, so they are refused
  /// rather than passed over.
  ///
  /// - Throws: `ArchiveError` when there is too much to do.
  func examine(_ identity: UserIdentity?, from peer: SocketAddress?) async throws -> UserIdentityDecision {
    guard let identity, let signIn else { return .node }
    switch identity.kind {
    case .username: return .node
    case .usernameAndPasscode: break
    case .kerberosServiceTicket, .samlAssertion, .jsonWebToken, .reserved:
      logger.notice("a user identity that cannot be verified", metadata: ["kind": "\(identity.kind)"])
      return .refuse(AssociateReject(.permanent, .acseNoReasonGiven))
    }
    do {
      _ = try await signIn.identify(
        name: identity.name, password: String(decoding: identity.secondary, as: UTF8.self),
        from: peer?.ipAddress ?? "an unknown address")
      return .verified(wantsResponse: identity.wantsResponse)
    } catch SignInRefusal.tooManyAttempts {
      return .refuse(AssociateReject(.transient, .acseNoReasonGiven))
    } catch is SignInRefusal {
      return .refuse(AssociateReject(.permanent, .acseNoReasonGiven))
    }
  }

  /// The person of an association that was accepted, which means that the passcode was right.
  ///
  /// - Returns: `nil` when the association is the node's; an inner `nil` when the account is gone by now.
  func person(of identity: UserIdentity?) async throws -> Principal?? {
    guard let identity, identity.kind == .usernameAndPasscode, let signIn else { return nil }
    return .some(try await signIn.principal(ofAccount: identity.name))
  }
}

extension UserIdentity {
  fileprivate var name: String { String(decoding: primary, as: UTF8.self) }
}
