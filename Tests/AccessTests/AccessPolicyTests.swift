import ArchiveCore
import Testing

@Suite("The access policy")
struct AccessPolicyTests {
  /// Role by role, what it opens. Everything that is not here is denied.
  static let table: [Role: Set<ArchiveCore.Operation>] = [
    .administrator: [.search, .retrieve, .store, .delete, .correct, .schedule, .administer, .readAudit, .readMetrics],
    .radiologist: [.search, .retrieve],
    .technologist: [.search, .retrieve, .store, .correct, .schedule],
    .sender: [.store],
    .auditor: [.readAudit, .readMetrics],
  ]

  static let scopes: [Principal.Sites] = [.all, .only([SiteID("north")]), .only([])]
  static let sites = [SiteID("north"), SiteID("south")]

  @Test("opens what the table says and nothing else, whatever the sites", arguments: Role.allCases, scopes)
  func cells(role: Role, scope: Principal.Sites) throws {
    let policy = AccessPolicy()
    let principal = Principal(kind: .person, name: "ada", roles: [role], sites: scope)
    let opened = try #require(Self.table[role])
    for operation in ArchiveCore.Operation.allCases {
      #expect(policy.permits(operation, to: principal) == opened.contains(operation))
      if opened.contains(operation) {
        try policy.require(operation, of: principal)
      } else {
        #expect(throws: ArchiveError(.forbidden, "ada may not \(operation.rawValue)")) {
          try policy.require(operation, of: principal)
        }
      }
    }
  }

  @Test("narrows to the principal's sites, whatever the role", arguments: Role.allCases, sites)
  func scope(role: Role, site: SiteID) {
    let policy = AccessPolicy()
    let visible = Self.scopes.map { scope in
      policy.scope(of: Principal(kind: .token, name: "t", roles: [role], sites: scope)).includes(site)
    }
    #expect(visible == [true, site == SiteID("north"), false])
  }

  @Test("adds roles up", arguments: Role.allCases, Role.allCases)
  func union(left: Role, right: Role) {
    let policy = AccessPolicy()
    let principal = Principal(kind: .person, name: "ada", roles: [left, right], sites: .all)
    let opened = Set(ArchiveCore.Operation.allCases.filter { policy.permits($0, to: principal) })
    #expect(opened == policy.operations(of: left).union(policy.operations(of: right)))
  }

  @Test("denies everything to a principal without a role")
  func nobody() {
    let principal = Principal(kind: .person, name: "ada", roles: [], sites: .all)
    #expect(ArchiveCore.Operation.allCases.allSatisfy { !AccessPolicy().permits($0, to: principal) })
  }
}
