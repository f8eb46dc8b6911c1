import ArchiveCore
import Testing

@Suite("A view of the archive")
struct ArchiveViewTests {
  private static let north = SiteID("north")
  private static let south = SiteID("south")

  private func principal(_ sites: Principal.Sites, _ roles: Set<Role> = [.technologist]) -> Principal {
    Principal(kind: .node, name: "NODE", roles: roles, sites: sites)
  }

  @Test("shows its sites, as far as the caller may see them")
  func sites() {
    let view = ArchiveView(aeTitle: "NORTH", sites: [Self.north])
    #expect(view.narrowed(principal(.all)).sites == .only([Self.north]))
    #expect(view.narrowed(principal(.only([Self.north, Self.south]))).sites == .only([Self.north]))
    #expect(view.narrowed(principal(.only([Self.south]))).sites == .only([]))
    #expect(ArchiveView(aeTitle: "ALL").narrowed(principal(.only([Self.south]))).sites == .only([Self.south]))
  }

  @Test("never opens an operation that the caller has not", arguments: Role.allCases, Role.allCases)
  func roles(own: Role, shown: Role) {
    let policy = AccessPolicy()
    let narrowed = ArchiveView(aeTitle: "VIEW", roles: [shown]).narrowed(principal(.all, [own]))
    for operation in Operation.allCases {
      let isOpen = policy.permits(operation, to: narrowed)
      #expect(!isOpen || policy.operations(of: own).contains(operation))
      #expect(!isOpen || policy.operations(of: shown).contains(operation))
    }
    if policy.operations(of: shown).isSubset(of: policy.operations(of: own)) {
      #expect(narrowed.roles.contains(shown))
    }
  }
}
