public import HTTPTypes

/// The scheme and authority by which the client addressed us, and the path a proxy took away.
public struct RequestOrigin: Hashable, Sendable {
  /// Longest authority or prefix that is believed.
  public static let maximumLength = 512

  /// `http` or `https`.
  public var scheme: String
  /// Host and port.
  public var authority: String
  /// Path before ours, empty or beginning with a slash and not ending with one.
  public var prefix: String

  public init(scheme: String, authority: String, prefix: String = "") {
    self.scheme = scheme
    self.authority = authority
    self.prefix = prefix
  }

  /// What the request says of its origin.
  ///
  /// - Parameters:
  ///   - isSecure: whether the request came to us over TLS.
  ///   - trustingProxy: whether the request came through a proxy that was declared to us. Only then `Forwarded`
  ///     (RFC 7239) and the `X-Forwarded-` fields count; anybody else could point a client elsewhere.
  ///   - listeningPort: where we listen. A client that came without a proxy and names no port has forgotten it, as
  ///     dicomweb-client does; the addresses it is told must have it all the same.
  /// - Returns: `nil` when no usable authority is named.
  public init?(_ request: HTTPRequest, isSecure: Bool, trustingProxy: Bool, listeningPort: Int? = nil) {
    var scheme = isSecure ? "https" : "http"
    var authority = request.authority ?? request.headerFields[Self.host]
    var prefix = ""
    if trustingProxy {
      let forwarded = Self.forwarded(request.headerFields)
      let fields = request.headerFields
      if let told = forwarded["proto"] ?? Self.first(fields[Self.forwardedProtocol]) { scheme = told.lowercased() }
      if let told = forwarded["host"] ?? Self.first(fields[Self.forwardedHost]) {
        authority = told
        if let port = Self.first(fields[Self.forwardedPort]), UInt16(port) != nil, forwarded["host"] == nil,
          !Self.namesPort(told), !Self.isDefault(port, for: scheme)
        {
          authority = "\(told):\(port)"
        }
      }
      if let told = Self.first(fields[Self.forwardedPrefix]) { prefix = told }
    }
    if !trustingProxy, let port = listeningPort, let named = authority, !named.isEmpty, !Self.namesPort(named),
      !Self.isDefault("\(port)", for: scheme)
    {
      authority = "\(named):\(port)"
    }
    while prefix.hasSuffix("/") { prefix.removeLast() }
    guard scheme == "http" || scheme == "https", let authority, Self.isAuthority(authority), Self.isPrefix(prefix)
    else { return nil }
    self.init(scheme: scheme, authority: authority, prefix: prefix)
  }

  private static let host = name("Host")
  private static let forwardedField = name("Forwarded")
  private static let forwardedProtocol = name("X-Forwarded-Proto")
  private static let forwardedHost = name("X-Forwarded-Host")
  private static let forwardedPort = name("X-Forwarded-Port")
  private static let forwardedPrefix = name("X-Forwarded-Prefix")

  private static func name(_ text: String) -> HTTPField.Name? { HTTPField.Name(text) }

  /// The parameters of the first element of `Forwarded`: the proxy next to the client.
  private static func forwarded(_ fields: HTTPFields) -> [String: String] {
    guard let name = forwardedField, let value = fields[values: name].first else { return [:] }
    let element = HeaderText.split(value, at: ",").first ?? ""
    var parameters: [String: String] = [:]
    for pair in HeaderText.split(element, at: ";") {
      let (name, value) = HeaderText.parameter(pair)
      parameters[name] = value
    }
    return parameters
  }

  /// The first of a comma-separated list: the proxy next to the client.
  private static func first(_ value: String?) -> String? {
    guard let value, let item = HeaderText.split(value, at: ",").first, !item.isEmpty else { return nil }
    return String(item)
  }

  private static func namesPort(_ authority: String) -> Bool {
    guard let colon = authority.lastIndex(of: ":") else { return false }
    return !authority[colon...].contains("]")
  }

  private static func isDefault(_ port: String, for scheme: String) -> Bool {
    (scheme == "http" && port == "80") || (scheme == "https" && port == "443")
  }

  private static func isAuthority(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= maximumLength
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"): true
        case UInt8(ascii: "["), UInt8(ascii: "]"): true
        default: false
        }
      }
  }

  private static func isPrefix(_ text: String) -> Bool {
    text.isEmpty
      || (text.hasPrefix("/") && !text.hasPrefix("//") && text.utf8.count <= maximumLength
        && text.utf8.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
          case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"): true
          default: false
          }
        })
  }
}

extension HTTPFields {
  fileprivate subscript(name: HTTPField.Name?) -> String? { name.flatMap { self[$0] } }
}
