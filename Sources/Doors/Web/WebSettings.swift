/// How a web listener is reached, and what follows from that for trust.
public struct WebSettings: Sendable, Hashable {
  public enum Listener: Sendable, Hashable {
    case network
    /// The socket in the data directory: whoever can open it is the administrator.
    case localSocket
  }

  public var listener: Listener
  /// Nobody signs in (`--open`): whoever has proved nothing is the principal "open" with every role.
  public var isOpen: Bool
  /// Callers reach us by TLS, ours or a declared proxy's: cookies are for secure connections only.
  public var isSecure: Bool
  /// A reverse proxy stands before us and its X-Forwarded-For is believed.
  public var trustsProxy: Bool

  public init(
    listener: Listener = .network, isOpen: Bool = false, isSecure: Bool = false, trustsProxy: Bool = false
  ) {
    self.listener = listener
    self.isOpen = isOpen
    self.isSecure = isSecure
    self.trustsProxy = trustsProxy
  }
}
