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
