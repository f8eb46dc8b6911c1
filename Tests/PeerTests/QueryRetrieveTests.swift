import TestKit
import Testing

@Suite(
  "Queries and retrievals of pynetdicom", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server")
)
struct QueryRetrieveTests {
  private static func nodes(receiver: Int) -> String {
    """
    sites:
      - {id: main, timeZone: Europe/Berlin}
    nodes:
      - {aeTitle: RECEIVER, host: 127.0.0.1, port: \(receiver), associations: 2}
      - {aeTitle: OTHER, host: 127.0.0.1, port: \(receiver)}
      - {aeTitle: STRICT, host: 127.0.0.1, port: 11113, queries: strict}
      - {aeTitle: LIMITED, host: 127.0.0.1, port: 11113, moveDestinations: [RECEIVER]}
      - {aeTitle: CHOOSY, host: 127.0.0.1, port: 11113, acceptedTransferSyntaxes: [jpeg-ls, implicit]}

    """
  }

  @Test(
    "get everything that PS3.4 Annex C offers",
    arguments: [
      (section: "negotiation", what: "extended negotiation says what we can"),
      ("matching", "names by sound, spans, time zones and empty values, when that was agreed"),
      ("statuses", "keys and levels that are not supported are said"),
      ("patients_and_studies", "the retired information model of patients and studies only"),
      ("strict", "hierarchical queries and retrievals where relational ones were not agreed"),
      ("cancelled", "a query ends when it is cancelled"),
      ("lanes", "a large move takes two associations, with counts, order and cancel right"),
      ("destinations", "images go only where the caller may have them sent"),
      ("preference", "the transfer syntax that is preferred of a node is chosen"),
      ("pdus", "PDUs of any length, and roles"),
    ])
  func open(section: String, what: String) async throws {
    let receiver = try ServerProcess.freePorts(1)[0]
    let server = try await ServerProcess.startPatiently(configuration: Self.nodes(receiver: receiver))
    try await Script(name: "query_retrieve").run(
      section, against: server, environment: ["PEER_RECEIVER_PORT": "\(receiver)"])
    try await server.expectSound()
  }

  @Test("see what the called AE title shows and the caller may see, and no more")
  func views() async throws {
    let server = try await ServerProcess.startPatiently(
      .guarded,
      configuration: """
        nodes:
          - {aeTitle: NORTH, host: 127.0.0.1, port: 11113, site: north}
          - {aeTitle: SOUTH, host: 127.0.0.1, port: 11113, site: south}
          - {aeTitle: BOTH, host: 127.0.0.1, port: 11113, site: north, sites: [north, south]}
        aeTitles:
          - {aeTitle: NORTHVIEW, sites: [north]}
          - {aeTitle: LOOKONLY, roles: [radiologist]}
        """)
    try await Script(name: "query_retrieve").run("views", against: server, atLeast: 10)
    try await server.expectSound()
  }
}
