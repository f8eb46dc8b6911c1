import ArchiveCore
import TestKit
import Testing

@testable import isocenter

@Suite("The names of hosts", .enabled(if: Peer.has("getent") && Peer.has("hostname"), "needs getent and hostname"))
struct HostNamesTests {
  @Test("stand for the addresses that the system's own tool finds, and for no other")
  func system() async throws {
    let name = try await Peer.run("hostname", []).output.split(whereSeparator: \.isWhitespace).first.map(String.init)
    let host = try #require(name)
    let found = try await Peer.run("getent", ["ahosts", host]).output.split(separator: "\n")
    let addresses = Set(found.compactMap { $0.split(separator: " ").first.map(String.init) })
    let directory = NodeDirectory(
      accounts: InMemoryAccounts(),
      configured: [
        Node(aeTitle: "HERE", host: host, port: 104, site: .main),
        Node(aeTitle: "NOWHERE", host: "no-such-host.invalid", port: 104, site: .main),
      ], names: .system(.system))
    for address in addresses {
      #expect(try await directory.caller(aeTitle: "HERE", host: address) != nil, "\(address)")
      #expect(try await directory.caller(aeTitle: "NOWHERE", host: address) == nil)
    }
    // An address for examples (RFC 5737).
    #expect(try await directory.caller(aeTitle: "HERE", host: "192.0.2.77") == nil)
  }
}
