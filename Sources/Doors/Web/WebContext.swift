public import ArchiveCore
public import Foundation
public import Hummingbird
import NIOCore

/// What travels with one HTTP request: who asks, what they proved it with, and from where.
public struct WebContext: RequestContext, AuthenticatedContext {
  /// Bytes of a JSON body; images do not come this way.
  public static let bodyLimit = 65_536

  /// What the caller is believed for.
  public enum Credential: Hashable, Sendable {
    /// A session's cookie: a browser sends it whoever wrote the page that makes the request.
    case session(String)
    /// A token in the Authorization header: only somebody who has it can send it.
    case token
    /// The socket in the data directory: only whoever may open the files can.
    case localSocket
    /// Nothing: the server is open.
    case open
  }

  public var coreContext: CoreRequestContextStorage
  public var principal: Principal?
  /// Why there is no principal, when what was presented is wrong and not just absent.
  var refusal: ProblemDetails?
  public var credential: Credential?
  /// When the caller's session ends however much it is used.
  public var sessionEnds: Instant?
  /// The address of the connection's other end, without port; `nil` when there is none (a socket in the file system).
  public var peerAddress: String?
  /// Where the request comes from for the one who counts: the peer, or what a trusted proxy says of its own peer.
  public var remoteAddress: String
  /// Ends the connection, whatever is under way on it.
  let closeConnection: @Sendable () -> Void

  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    peerAddress = source.channel.remoteAddress?.ipAddress
    remoteAddress = peerAddress ?? "local"
    let channel = source.channel
    closeConnection = { channel.close(promise: nil) }
  }

  public var maxUploadSize: Int { Self.bodyLimit }

  public var responseEncoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

extension WebContext {
  /// The study that the address names.
  ///
  /// - Throws: `ArchiveError` `.notFound`: a UID that cannot be one is of nothing that exists.
  func study() throws(ArchiveError) -> StudyUID { try uid("study") }

  /// The UID at a place of the address.
  func uid<UID: ModelUID>(_ place: String) throws(ArchiveError) -> UID {
    guard let uid = parameters.get(place).flatMap({ UID(inAddress: $0) }) else {
      throw ArchiveError(.notFound, "this is not a UID (PS3.5 §9.1)")
    }
    return uid
  }

  /// Who asks.
  ///
  /// - Throws: `ProblemDetails` 401 when nobody has said, or not with the truth.
  public func signedIn() throws(ProblemDetails) -> Principal {
    guard let principal else { throw refusal ?? .unauthenticated }
    return principal
  }
}
