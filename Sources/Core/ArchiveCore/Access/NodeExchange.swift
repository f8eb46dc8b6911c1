/// How images and answers are exchanged with a node, beyond where it is and what it may do. Of the configuration only.
public struct NodeExchange: Hashable, Sendable, Codable {
  /// Whose images it may see; its own site's when left out.
  public var sites: [SiteID]?
  /// AE titles that it may have images sent to; any that is known when left out.
  public var moveDestinations: [String]?
  /// Whether its queries and retrievals must be hierarchical unless it negotiates relational ones (PS3.4 §C.4.1.2);
  /// relational ones are answered from everybody else.
  public var isStrict = false
  /// Transfer Syntax UIDs that we choose among what it proposes, best first; the usual choice among others.
  public var acceptedTransferSyntaxes: [String] = []
  /// Associations that images of one retrieval are sent to it on, at the same time.
  public var associations = 1
  /// Whether it is an archive that is asked too: its answers are among ours, and what we have not is retrieved from it.
  public var isAskedToo = false

  /// Where it is told whether what it sent is kept (PS3.4 §J.3.3): over an association of our own when left out.
  public var commitmentReports: CommitmentReports?
  /// Whether it is told when the images of a study are there (PS3.4 Annex R).
  public var announcesAvailability = false

  /// Over which association the outcome of a storage commitment is reported.
  public enum CommitmentReports: String, CaseIterable, Hashable, Sendable, Codable {
    /// The one on which it was asked for; when it has ended, one of our own.
    case same
    case separate
  }

  /// Associations at most.
  public static let maximumAssociations = 16

  public init() {}
}

/// Another AE title of ours that shows less (PS3.8 §7.1.1: Called AE Title).
public struct ArchiveView: Hashable, Sendable {
  public var aeTitle: String
  /// Whose images are there; everybody's when left out. Never more than the caller may see.
  public var sites: Set<SiteID>?
  /// What can be done here; everything when left out. Never more than the caller may do.
  public var roles: Set<Role>?

  public init(aeTitle: String, sites: Set<SiteID>? = nil, roles: Set<Role>? = nil) {
    self.aeTitle = aeTitle
    self.sites = sites
    self.roles = roles
  }

  /// A caller as this view has them: the roles are those of the view whose every operation a role of theirs opens too.
  public func narrowed(_ principal: Principal, by policy: AccessPolicy = AccessPolicy()) -> Principal {
    var principal = principal
    if let sites {
      switch principal.sites {
      case .all: principal.sites = .only(sites)
      case .only(let own): principal.sites = .only(own.intersection(sites))
      }
    }
    if let roles {
      let open = principal.roles.reduce(into: Set<Operation>()) { $0.formUnion(policy.operations(of: $1)) }
      let kept = principal.roles.intersection(roles)
      principal.roles = kept.union(roles.filter { policy.operations(of: $0).isSubset(of: open) })
    }
    return principal
  }
}
