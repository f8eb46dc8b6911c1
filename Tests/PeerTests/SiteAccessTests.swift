import Foundation
import TestKit
import Testing

@Suite("Two sites", .enabled(if: Script.hasPython, "needs a Python and the built server"))
struct SiteAccessTests {
  static let configuration = """
    nodes:
      - {aeTitle: NORTH, host: 127.0.0.1, port: 11113, site: north}
      - {aeTitle: SOUTH, host: 127.0.0.1, port: 11113, site: south}
      - {aeTitle: WATCHER, host: 127.0.0.1, port: 11113, site: north, roles: [auditor]}
      - {aeTitle: SENDER, host: 127.0.0.1, port: 11113, site: north, roles: [sender]}

    """

  @Test(
    "who know different people by one number never meet",
    arguments: [
      (section: "race", what: "sixteen associations storing at once"), ("issuers", "a site's own issuer"),
      ("everywhere", "what is of all sites"),
    ])
  func onePatientID(section: String, what: String) async throws {
    let server = try await ServerProcess.startPatiently(
      .guarded, configuration: Self.configuration + "sites:\n  - {id: north, issuer: CITY}\n")
    let folder = try TemporaryFolder()
    for number in 0..<64 {
      var object = SmallObject(study: 100 + number)
      object.patientID = "SAME"
      try folder.write(try object.file(), as: "race-\(number).dcm")
    }
    let holders = [
      ("north", "administrator", "north"), ("south", "administrator", "south"), ("everywhere", "administrator", nil),
      ("auditor", "auditor", nil), ("north-auditor", "auditor", "north"), ("radiologist", "radiologist", nil),
    ]
    var tokens: [String] = []
    for (name, role, site) in holders {
      let made = try await server.run(
        "token", "create", arguments: ["--role", role] + (site.map { ["--site", $0] } ?? []) + [name])
      try #require(made.status == 0, "\(made.errors)")
      tokens.append("\(name)=\(made.output.trimmingCharacters(in: .whitespacesAndNewlines))")
    }
    try await Script(name: "sites", interpreter: .plain).run(
      section, against: server, work: folder, environment: ["PEER_TOKENS": tokens.joined(separator: ",")], atLeast: 5)
    try await server.expectSound()
  }

  @Test(
    "see nothing of each other, not even counts, whatever the role",
    arguments: [
      (section: "web", what: "over DICOMweb and the product's own interface"), ("dimse", "over DICOM"),
    ])
  func sites(section: String, what: String) async throws {
    let server = try await ServerProcess.startPatiently(.guarded, configuration: Self.configuration)
    let folder = try TemporaryFolder()
    try folder.write(try SmallObject(study: 1).file(), as: "one.dcm")
    try folder.write(try SmallObject(study: 2).file(), as: "third.dcm")
    var tokens: [String] = []
    for site in ["north", "south"] where section == "web" {
      for role in ["administrator", "radiologist", "technologist", "sender", "auditor"] {
        let made = try await server.run(
          "token", "create", arguments: ["--role", role, "--site", site, "\(site)-\(role)"])
        try #require(made.status == 0, "\(made.errors)")
        tokens.append("\(site):\(role)=\(made.output.trimmingCharacters(in: .whitespacesAndNewlines))")
      }
    }
    try await Script(name: "access", interpreter: .plain).run(
      section, against: server, work: folder,
      environment: ["PEER_TOKENS": tokens.isEmpty ? "none=none" : tokens.joined(separator: ",")])
    try await server.expectSound()
  }
}
