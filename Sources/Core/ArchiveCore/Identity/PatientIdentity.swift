/// Patient ID (0010,0020) with the authority that issued it (0010,0021).
///
/// The issuer is never absent: an object that names none gets its source's default issuer, so that the same number
/// from two hospitals stays two people.
public struct PatientIdentity: Hashable, Sendable {
  public var issuer: String
  public var id: String

  public init(issuer: String, id: String) {
    self.issuer = issuer
    self.id = id
  }
}

/// Where objects come from: a node, a STOW client, an import; what it is called and what it stands for.
public struct Source: Hashable, Sendable {
  /// How the bytes reached us. Reactors look at it so that a migration does not page a radiologist.
  public enum Channel: String, Hashable, Sendable, Codable {
    case association
    case stow
    case importing
    case demo
  }

  public var channel: Channel
  /// AE title, account or token name.
  public var name: String
  public var site: SiteID
  /// Issuer of Patient ID when the object names none.
  public var defaultIssuer: String

  public init(channel: Channel, name: String, site: SiteID, defaultIssuer: String? = nil) {
    self.channel = channel
    self.name = name
    self.site = site
    self.defaultIssuer = defaultIssuer ?? site.value
  }
}
