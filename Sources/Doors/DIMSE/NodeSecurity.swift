public import ArchiveCore
public import DIMSE
import Workflow

/// How nodes are called over TLS: the credentials of the configuration, by the names that nodes refer to them with. They
/// are asked for at each call, so that new certificates hold from the next one on.
public struct NodeSecurity: Sendable {
  private let find: @Sendable (String) -> TransportSecurity?

  public init(_ find: @escaping @Sendable (String) -> TransportSecurity?) { self.find = find }

  /// No credentials: nodes that are to be called over TLS are not called.
  public static let none = NodeSecurity { _ in nil }

  /// `nil` for a node that is called without TLS.
  ///
  /// - Throws: `DestinationFailure` when there is no credential of that name: never without TLS instead.
  public func security(for node: Node) throws -> TransportSecurity? {
    guard let name = node.tls else { return nil }
    guard let security = find(name) else { throw DestinationFailure("there is no TLS credential “\(name)”") }
    return security
  }
}
