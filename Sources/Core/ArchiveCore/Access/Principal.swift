/// Who asks: a person, a machine that speaks DICOM, a service with a token, or the system itself for a named cause.
///
/// Every call of the core carries one (`DESIGN` §4). A door makes it from what the caller proved; the core decides.
public struct Principal: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case person
    /// A configured DICOM peer, by its AE title.
    case node
    case token
    /// The program itself, acting for a job or rule.
    case system
  }

  /// Which sites' data the caller may know of.
  public enum Sites: Hashable, Sendable {
    case all
    case only(Set<SiteID>)

    public func includes(_ site: SiteID) -> Bool {
      switch self {
      case .all: true
      case .only(let sites): sites.contains(site)
      }
    }
  }

  public var kind: Kind
  /// Account name, AE title, token name or cause. Goes into journal and audit, so it never names a patient.
  public var name: String
  public var roles: Set<Role>
  public var sites: Sites

  public init(kind: Kind, name: String, roles: Set<Role>, sites: Sites) {
    self.kind = kind
    self.name = name
    self.roles = roles
    self.sites = sites
  }

  /// The program acting for itself, with a cause for the record ("recovery", "compactor").
  public static func system(_ cause: String) -> Principal {
    Principal(kind: .system, name: cause, roles: [.administrator], sites: .all)
  }
}

/// What a principal is for. Roles add up.
public enum Role: String, CaseIterable, Hashable, Sendable, Codable {
  /// Runs the system: nodes, accounts, deletion, everything.
  case administrator
  /// Reads images: search and retrieve.
  case radiologist
  /// Makes and corrects images, and keeps the worklist: search, retrieve, store.
  case technologist
  /// Sends images, sees nothing.
  case sender
  /// Looks at what the server does (metrics, audit), not at patients.
  case auditor
}
