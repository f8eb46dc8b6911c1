import DICOM
import DIMSE
import Foundation
import NIOCore
import TestKit
import Testing

@Suite("Stored data", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct RepairTests {
  /// Everything that searches answer, in an order of its own: what two catalogs are compared by.
  private static func answers(_ web: Web) async throws -> [String] {
    var lines: [String] = []
    let paths = ["studies", "series", "instances"].map { "/dicom-web/\($0)?limit=1000&includefield=all" }
    for path in paths {
      let answer = try await web.get(path, accept: "application/dicom+json")
      #expect(answer.status == 200)
      lines += try answer.objects.map { object in
        let json = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        // The port is another one after each start.
        return path + String(decoding: json, as: UTF8.self).replacing(web.base, with: "")
      }.sorted()
    }
    return lines
  }

  @Test("is looked for where there is none: that is a failure, and makes no data directory")
  func nothing() async throws {
    let folder = try TemporaryFolder()
    for command in [["verify"], ["rebuild-catalog"], ["audit", "verify"], ["export", folder.path + "/target"]] {
      let outcome = try await ServerProcess.command(command + ["--data", folder.path + "/mistyped"])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("no data directory"), "\(outcome.errors)")
    }
    #expect(try folder.names().isEmpty)
  }

  // A killed server leaves its socket behind; tools that waited for an answer from it would take half a minute each.
  @Test("answers every search alike after rebuild-catalog, and people can still sign in", .timeLimit(.minutes(1)))
  func rebuild() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    let configuration = "nodes:\n  - {aeTitle: SENDER, host: 127.0.0.1, port: 11113}\n"
    var server = try await ServerProcess.start(data: data, .guarded, configuration: configuration)
    let password = try #require(server.password)
    let token = try await server.token()
    var web = Web(server, token: token)
    try await Sender(to: server).send((1...3).map { SmallObject(study: 1, instance: $0) }) { _ in }
    for study in 2...5 {
      let stored = try await web.store((1...3).map { try SmallObject(study: study, instance: $0).file() })
      #expect(stored.status == 200, "\(stored.text)")
    }
    // Deleted; deleted and sent again; an instance deleted; sent again; another content under a known UID.
    for path in [SmallObject(study: 2).study, SmallObject(study: 3).study] {
      #expect(try await web.send(.delete, "/dicom-web/studies/\(path)").status == 204)
    }
    let gone = SmallObject(study: 4, instance: 2)
    let instance = "/dicom-web/studies/\(gone.study)/series/\(gone.series)/instances/\(gone.instance)"
    #expect(try await web.send(.delete, instance).status == 204)
    #expect(try await web.store([try SmallObject(study: 3, instance: 2).file()]).status == 200)
    #expect(try await web.store([try SmallObject(study: 5, instance: 1).file()]).status == 200)
    var other = SmallObject(study: 5, instance: 3)
    other.shade = 77
    #expect(try await web.store([try other.file()]).status == 202)
    try await interrupt(server)
    let before = try await Self.answers(web)
    #expect(before.count == 4 + 4 + 9)
    // The compactor has not run; a kill leaves containers open.
    server.kill()
    _ = await server.exitStatus()

    let rebuilt = try await ServerProcess.command(["rebuild-catalog", "--data", data])
    #expect(rebuilt.status == 0, "\(rebuilt.output)\(rebuilt.errors)")
    server = try await ServerProcess.start(data: data, .guarded, configuration: configuration)
    web = Web(server, token: token)
    #expect(try await Self.answers(web) == before)
    #expect(try await web.instance(gone).status == 404)
    #expect(
      try await web.instance(SmallObject(study: 5, instance: 3)).body == SmallObject(study: 5, instance: 3).file())
    let refused = try await server.run("rebuild-catalog")
    #expect(refused.status == 1, "the server must not be running")
    let body = try JSONSerialization.data(withJSONObject: ["name": "admin", "password": password])
    let session = try await Web(server).send(
      .post, "/api/v1/session", contentType: "application/json", body: Array(body))
    #expect(session.status == 200)
    let verified = try await server.run("verify")
    #expect(verified.status == 0, "\(verified.output)")
    #expect(await server.stop() == 0)
  }

  /// A store that breaks off in the middle of its data set.
  private func interrupt(_ server: ServerProcess) async throws {
    let dying = Task {
      try await DIMSEClient.withAssociation(Sender(to: server).configuration) { association in
        let object = SmallObject(study: 6)
        return try await Sender.store(
          Chunks(try object.encoded(), of: 64, failing: (after: 320, error: Sender.NoContext())),
          sopClass: object.sopClass, instance: object.instance, over: association)
      }
    }
    guard case .failure = await dying.result else {
      Issue.record("the store did not break off")
      return
    }
  }

  @Test("is verified byte by byte: one flipped bit is found, by a running server and without one")
  func flippedBit() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    var object = SmallObject(study: 1)
    object.rows = 512
    object.columns = 512
    let source = try folder.write(try object.file(), as: "source.dcm")
    #expect(try await ServerProcess.command(["import", "--data", data, source]).status == 0)
    #expect(try await ServerProcess.command(["verify", "--data", data]).status == 0)
    let container = try #require(
      try FileManager.default.contentsOfDirectory(atPath: data + "/deliveries").first)
    var bytes = try folder.contents(of: "data/deliveries/\(container)")
    bytes[bytes.count / 2] ^= 0x10
    try folder.write(bytes, as: "data/deliveries/\(container)")
    let offline = try await ServerProcess.command(["verify", "--data", data])
    #expect(offline.status == 1)
    #expect(offline.output.contains("damagedRecord"), "\(offline.output)")
    let server = try await ServerProcess.start(data: data)
    let online = try await server.run("verify")
    #expect(online.status == 1)
    #expect(online.output.contains("damagedRecord"), "\(online.output)")
    // The damaged bytes are never given out as if they were good.
    let answer = try? await Web(server).instance(object)
    #expect(try answer?.body != object.file())
    #expect(await server.stop() == 0)
  }

  @Test("whose ledger is damaged is not rebuilt, and a refused rebuild takes nothing away", .timeLimit(.minutes(1)))
  func damagedLedger() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    var server = try await ServerProcess.start(data: data)
    var web = Web(server)
    for study in 1...3 { #expect(try await web.store([try SmallObject(study: study).file()]).status == 200) }
    for study in 1...2 {
      #expect(try await web.send(.delete, "/dicom-web/studies/\(SmallObject(study: study).study)").status == 204)
    }
    let before = try await Self.answers(web)
    #expect(await server.stop() == 0)
    let ledger = try #require(try FileManager.default.contentsOfDirectory(atPath: data + "/ledger").first)
    var bytes = try folder.contents(of: "data/ledger/\(ledger)")
    // In the first of two decisions.
    bytes[bytes.count / 3] ^= 0x10
    try folder.write(bytes, as: "data/ledger/\(ledger)")

    let verified = try await ServerProcess.command(["verify", "--data", data])
    #expect(verified.status == 1 && verified.output.contains("damagedLedger"), "\(verified.output)")
    let rebuilt = try await ServerProcess.command(["rebuild-catalog", "--data", data])
    #expect(rebuilt.status == 1)
    #expect(rebuilt.errors.contains("would bring deleted images back"), "\(rebuilt.errors)")
    server = try await ServerProcess.start(data: data)
    web = Web(server)
    #expect(try await Self.answers(web) == before)
    #expect(await server.stop() == 0)
  }

  @Test("of the audit cannot be edited unnoticed", .enabled(if: Peer.has("python3"), "python3 is not installed"))
  func editedAudit() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    #expect(try await ServerProcess.command(["token", "create", "--data", data, "one"]).status == 0)
    #expect(try await ServerProcess.command(["token", "create", "--data", data, "two"]).status == 0)
    let intact = try await ServerProcess.command(["audit", "verify", "--data", data])
    #expect(intact.status == 0, "\(intact.output)\(intact.errors)")
    let edit = """
      import glob, sqlite3, sys
      for name in glob.glob(sys.argv[1] + "/catalog/*"):
        if name.endswith(("-wal", "-shm")): continue
        db = sqlite3.connect(name)
        db.execute("DROP TRIGGER audit_is_never_edited")
        done = db.execute("UPDATE audit SET principal = replace(principal, 'system', 'person') WHERE id = 1")
        assert done.rowcount == 1
        db.commit()
        db.close()
      """
    let edited = try await Peer.run("python3", ["-c", edit, data])
    #expect(edited.status == 0, "\(edited.output)")
    let found = try await ServerProcess.command(["audit", "verify", "--data", data])
    #expect(found.status == 1, "\(found.output)\(found.errors)")
    let server = try await ServerProcess.start(data: data)
    let online = try await server.run("audit", "verify", arguments: ["--json"])
    #expect(online.status == 1)
    #expect(online.output.contains("\"problem\""), "\(online.output)")
    #expect(await server.stop() == 0)
  }
}
