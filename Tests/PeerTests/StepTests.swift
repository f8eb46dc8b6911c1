import Foundation
import TestKit
import Testing

/// Worklist and performed steps, with pynetdicom on both sides and DCMTK's `wlmscpfs` as the one who knows the answers.
@Suite(
  "Worklist and performed steps",
  .enabled(if: Script.hasOracles && Peer.has("wlmscpfs"), "needs ISOCENTER_PYTHON, DCMTK and the built server"))
struct StepTests {
  @Test(
    "are what they are elsewhere",
    arguments: [
      (section: "worklist", what: "the same questions get the same answers as from wlmscpfs"),
      ("states", "what is over is shown to who asks for it"),
      ("charsets", "an answer is in the smallest set, or in the one it was asked in"),
      ("mpps", "each rule of N-CREATE, N-SET and N-GET has its status"),
      ("race", "of many who end a step one does"),
      ("consequences", "what is performed changes what is to be done"),
      ("completion", "a study is complete when all that was named is there"),
      ("tools", "our tools are a modality to others"),
      ("client", "our tool asks wlmscpfs"),
    ])
  func peer(section: String, what: String) async throws {
    let server = try await ServerProcess.startPatiently(
      configuration: "completion: {quietSeconds: 3600}\nworklist: {expiryDays: 0}")
    try await Script(name: "steps").run(section, against: server, environment: try Self.environment(of: server))
    try await server.expectSound()
  }

  @Test("are kept when the server is killed behind its answer")
  func killed() async throws {
    let server = try await ServerProcess.startPatiently()
    let folder = try TemporaryFolder()
    let item = """
      {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane"}]}, "00100020": {"vr": "LO", "Value": ["P1"]},
       "00400100": {"vr": "SQ", "Value": [{"00080060": {"vr": "CS", "Value": ["CT"]},
         "00400001": {"vr": "AE", "Value": ["CT1"]}, "00400002": {"vr": "DA", "Value": ["20990301"]},
         "00400003": {"vr": "TM", "Value": ["0800"]}, "00400007": {"vr": "LO", "Value": ["Chest"]}}]}}
      """
    try folder.write(Array(item.utf8), as: "item.json")
    let imported = try await server.run("import-worklist", arguments: [folder.path])
    #expect(imported.status == 0, "\(imported.output) \(imported.errors)")
    let begun = try await ServerProcess.command(["mpps", "create", "ISOCENTER@127.0.0.1:\(server.dicomPort)"])
    #expect(begun.status == 0, "\(begun.errors)")
    server.kill()
    _ = await server.exitStatus()

    let again = try await ServerProcess.start(data: server.data)
    let peer = "ISOCENTER@127.0.0.1:\(again.dicomPort)"
    let listed = try await ServerProcess.command(["worklist", peer])
    #expect(listed.output.contains("Doe^Jane") && listed.output.contains("Chest"), "\(listed.output) \(listed.errors)")
    let uid = begun.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let ended = try await ServerProcess.command(["mpps", "discontinue", peer, uid])
    #expect(ended.status == 0, "\(ended.errors)")
    let late = try await ServerProcess.command(["mpps", "discontinue", peer, uid])
    #expect(late.status == 1 && late.errors.contains("0110"), "\(late.errors)")
    try await again.expectSound()
  }

  @Test(
    "are told to other nodes, in order")
  func forwarded() async throws {
    let port = try ServerProcess.freePorts(1)[0]
    let server = try await ServerProcess.startPatiently(
      configuration: """
        forwardPerformedStepsTo: [RIS]
        nodes:
          - {aeTitle: RIS, host: 127.0.0.1, port: \(port)}
        """)
    try await Script(name: "steps").run(
      "forward", against: server, environment: try Self.environment(of: server, oracle: port))
    try await server.expectSound()
  }

  static func environment(of server: ServerProcess, oracle: Int? = nil) throws -> [String: String] {
    [
      "PEER_PROGRAM": ServerProcess.executable ?? "", "PEER_DATA": server.data,
      "PEER_ORACLE_PORT": "\(try oracle ?? ServerProcess.freePorts(1)[0])",
    ]
  }
}
