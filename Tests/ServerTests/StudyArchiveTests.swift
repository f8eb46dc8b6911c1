import DICOM
import Foundation
import TestKit
import Testing

@Suite("A study to take away", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct StudyArchiveTests {
  @Test("comes as a ZIP archive whose import gives another archive the same bytes")
  func roundTrip() async throws {
    let server = try await ServerProcess.start(.guarded)
    let folder = try TemporaryFolder()
    let files = (1...30).map { SmallObject(study: 1, series: $0 % 3 + 1, instance: $0) }
    for (index, file) in files.enumerated() { try folder.write(try file.file(), as: "\(index).dcm") }
    try folder.write(try SmallObject(study: 2).file(), as: "other.dcm")
    let imported = try await server.run("import", arguments: [folder.path])
    #expect(imported.status == 0, "\(imported.errors)")
    let web = Web(server, token: try await server.token())
    let answer = try await web.get("/api/v1/studies/\(files[0].study)/archive")
    #expect(answer.status == 200)
    #expect(answer.header("Content-Type") == "application/zip")
    let disposition = try #require(answer.header("Content-Disposition"))
    #expect(disposition == "attachment; filename=\"\(files[0].study).zip\"")
    for secret in ["Doe", "Jane", "P1"] { #expect(!disposition.contains(secret)) }

    let archive = try folder.write(answer.body, as: "study.zip")
    let second = try await ServerProcess.start()
    #expect(try await second.run("import", arguments: [archive]).status == 0)
    let other = Web(second)
    for file in files { #expect(try await other.instance(file).body == (try file.file())) }
    #expect(try await other.instances(of: files[0].study).count == files.count)
    #expect(try await other.instances(of: SmallObject(study: 2).study).isEmpty)

    let audit = try await web.get("/api/v1/audit?limit=50")
    #expect(audit.text.contains(files[0].study))
    #expect(audit.text.contains("retrieve"))
    #expect(await server.stop() == 0)
    #expect(await second.stop() == 0)
  }

  @Test("does not exist for those who may not know of it")
  func access() async throws {
    let server = try await ServerProcess.start(.guarded)
    let folder = try TemporaryFolder()
    let object = SmallObject(study: 1)
    let file = try folder.write(try object.file(), as: "one.dcm")
    #expect(try await server.run("import", arguments: [file]).status == 0)
    let path = "/api/v1/studies/\(object.study)/archive"
    #expect(try await Web(server).get(path).status == 401)
    for (role, site, status) in [
      ("radiologist", "elsewhere", UInt(404)), ("sender", "main", 403), ("radiologist", "main", 200),
    ] {
      let made = try await server.run(
        "token", "create", arguments: ["--role", role, "--site", site, "\(role)-\(site)"])
      let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
      let answer = try await Web(server, token: token).get(path)
      #expect(answer.status == status, "\(role) of \(site)")
    }
    let all = Web(server, token: try await server.token())
    for wrong in ["1.2.3.4", "x", "1..2"] {
      #expect(try await all.get("/api/v1/studies/\(wrong)/archive").status == 404)
    }
    #expect(await server.stop() == 0)
  }

  @Test("longer than its bounds of memory streams, and a client that goes away leaves nothing behind")
  func streaming() async throws {
    let server = try await ServerProcess.start()
    let object = try LargeObject(
      frames: 400, number: 3, asFile: true, before: Web.partHead, after: Array("\r\n--\(Web.boundary)--\r\n".utf8))
    let stored = try await Web(server).post(
      "/dicom-web/studies", contentType: Web.multipart, body: object, length: object.length)
    #expect(stored.status == 200, "\(stored.text)")
    let url = "\(server.web)/api/v1/studies/\(object.instance.study)/archive"
    let folder = try TemporaryFolder()
    let whole = try await Peer.run("curl", ["-sf", "-o", "study.zip", url], in: folder.path)
    #expect(whole.status == 0, "\(whole.output)")
    if Peer.has("unzip") {
      let tested = try await Peer.run("unzip", ["-tqq", "study.zip"], in: folder.path)
      #expect(tested.status == 0, "\(tested.output)")
    }
    #expect(try MemoryTests.peak(of: server.processIdentifier) < 300 * 1024 * 1024)
    let before = try Self.openFiles(server)
    let clients = 8
    for _ in 0..<clients {
      // Takes a little and hangs up.
      _ = try await Peer.run("sh", ["-c", "curl -sN '\(url)' | head -c 300000 | wc -c"])
    }
    // Each that were still served would keep its connection; the store may have opened a reader or two meanwhile.
    var after = try Self.openFiles(server)
    for _ in 0..<200 where after >= before + clients / 2 {
      try await Task.sleep(for: .milliseconds(50))
      after = try Self.openFiles(server)
    }
    #expect(after < before + clients / 2)
    #expect(await server.stop() == 0)
  }

  private static func openFiles(_ server: ServerProcess) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.processIdentifier)/fd").count
  }
}
