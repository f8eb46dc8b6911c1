/// Where studies can be sent, as it is kept.
public struct DestinationRecord: Hashable, Sendable {
  public enum Address: Hashable, Sendable {
    /// An application entity that takes C-STORE (PS3.4 Annex B).
    case dimse(aeTitle: String, host: String, port: Int)
    /// The same, wherever the node of that title is.
    case node(aeTitle: String)
    /// A DICOMweb service that takes STOW-RS below this address (PS3.18 §10.5).
    case dicomweb(url: String)
  }

  public var name: String
  public var address: Address
  /// What we show a DICOMweb service to be let in.
  public var token: BearerToken?

  public init(name: String, address: Address, token: BearerToken? = nil) {
    self.name = name
    self.address = address
    self.token = token
  }

  /// Destinations that there may be.
  public static let maximumCount = 100
}

/// A secret that is given to one destination and shown to nobody, not even in a log.
public struct BearerToken: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  public let text: String

  /// Printable ASCII without spaces, at most so many characters (RFC 6750 §2.1).
  public static let maximumLength = 8192

  public init?(_ text: String) {
    guard (1...Self.maximumLength).contains(text.utf8.count),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    self.text = text
  }

  public var description: String { "(secret)" }
  public var debugDescription: String { description }
}
