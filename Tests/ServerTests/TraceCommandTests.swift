import DICOM
import Foundation
import TestKit
import Testing

@Suite("A recorded association", .timeLimit(.minutes(2)), .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct TraceCommandTests {
  @Test("is shown in words, names nobody, and is answered alike when it is said again")
  func replayed() async throws {
    let server = try await ServerProcess.start()
    let address = "ISOCENTER@127.0.0.1:\(server.dicomPort)"
    let folder = try TemporaryFolder()
    let object = SmallObject(study: 9)
    let input = try TemporaryFolder()
    try input.write(try object.file(), as: "object.dcm")
    let (sent, asked, echoed) = ("\(folder.path)/send", "\(folder.path)/find", "\(folder.path)/echo")

    let send = try await ServerProcess.command(["send", "--trace", sent, address, input.path])
    #expect(send.status == 0, "\(send.output) \(send.errors)")
    let find = try await ServerProcess.command(["find", "--trace", asked, address, "PatientName=Doe*"])
    #expect(find.status == 0, "\(find.errors)")
    #expect(try await ServerProcess.command(["echo", "--trace", echoed, address]).status == 0)
    let mode = try FileManager.default.attributesOfItem(atPath: sent)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    for name in ["send", "find", "echo"] {
      let text = String(decoding: try folder.contents(of: name), as: UTF8.self)
      #expect(!text.contains("446f65"), "a name is in \(name)")
    }

    let shown = try await ServerProcess.command(["trace", sent])
    #expect(shown.status == 0, "\(shown.errors)")
    for word in ["A-ASSOCIATE-RQ ISOCENTER to ISOCENTER", object.instance, "success 0000", "A-RELEASE-RP"] {
      #expect(shown.output.contains(word), "\(word) is not in \(shown.output)")
    }

    let again = try await ServerProcess.command(["replay", echoed, "127.0.0.1:\(server.dicomPort)"])
    #expect(again.status == 0, "\(again.output) \(again.errors)")
    // Zeros are no data set: the answer differs, and that is said.
    let zeros = try await ServerProcess.command(["replay", "--json", sent, "127.0.0.1:\(server.dicomPort)"])
    #expect(zeros.status == 1 && zeros.output.contains("success 0000"), "\(zeros.output) \(zeros.errors)")

    let once = try await ServerProcess.command(["echo", "--trace", echoed, address])
    #expect(once.status == 1 && once.errors.contains("is there already"), "\(once.errors)")
    try folder.write(Array("nonsense\n".utf8), as: "broken")
    #expect(try await ServerProcess.command(["trace", "\(folder.path)/broken"]).status == 1)
  }

  @Test("is kept by a server for as long as its configuration says so")
  func recorded() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array("logLevel: info\n".utf8), as: "isocenter.yaml")
    let server = try await ServerProcess.start(.open, arguments: ["--config", file])
    let address = "ISOCENTER@127.0.0.1:\(server.dicomPort)"
    #expect(try await ServerProcess.command(["echo", address]).status == 0)
    try folder.write(Array("dicomTrace: \(folder.path)/traces\n".utf8), as: "isocenter.yaml")
    #expect(try await server.run("reload").output.contains("dicomTrace"))
    #expect(try await ServerProcess.command(["echo", address]).status == 0)
    try folder.write(Array("logLevel: info\n".utf8), as: "isocenter.yaml")
    #expect(try await server.run("reload").status == 0)
    #expect(try await ServerProcess.command(["echo", address]).status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/traces")
    #expect(names.count == 1)
    let trace = "\(folder.path)/traces/\(names[0])"
    let shown = try await ServerProcess.command(["trace", trace])
    #expect(shown.output.contains("C-ECHO-RSP #1") && shown.output.contains("A-RELEASE-RP"), "\(shown.output)")
    let again = try await ServerProcess.command(["replay", trace, "127.0.0.1:\(server.dicomPort)"])
    #expect(again.status == 0, "\(again.output) \(again.errors)")
  }

  @Test("with its content is answered alike, at an archive we did not write", .enabled(if: Peer.has("storescp")))
  func content() async throws {
    let folder = try TemporaryFolder()
    let received = try TemporaryFolder()
    let port = try ServerProcess.freePorts(1)[0]
    let receiver = try RunningPeer("storescp", ["-od", received.path, "\(port)"])
    defer { receiver.signal(9) }
    for _ in 0..<100 where try await ServerProcess.command(["echo", "127.0.0.1:\(port)"]).status != 0 {
      try await Task.sleep(for: .milliseconds(50))
    }
    let file = try folder.write(try SmallObject(study: 2).file(), as: "object.dcm")
    let trace = "\(folder.path)/trace"
    let sent = try await ServerProcess.command(["send", "--trace", trace, "--trace-content", "127.0.0.1:\(port)", file])
    #expect(sent.status == 0, "\(sent.output) \(sent.errors)")
    for name in try received.names() { try FileManager.default.removeItem(atPath: "\(received.path)/\(name)") }
    let again = try await ServerProcess.command(["replay", trace, "127.0.0.1:\(port)"])
    #expect(again.status == 0, "\(again.output) \(again.errors)")
    #expect(try received.names().count == 1)
  }
}
