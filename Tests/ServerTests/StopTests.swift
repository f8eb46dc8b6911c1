import DIMSE
import Foundation
import TestKit
import Testing

@Suite("A server that is told to stop", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct StopTests {
  /// How long a stop may take (the orchestrator's patience).
  static let patience = Duration.seconds(30)

  @Test("ends with 0 in time under load, and has what it acknowledged", arguments: [SIGTERM, SIGINT])
  func underLoad(signal: Int32) async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    let server = try await ServerProcess.start(data: data)
    let acknowledged = Acknowledged()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for sender in 1...3 {
        group.addTask {
          let objects = (1...100_000).lazy.map { SmallObject(study: sender, instance: $0) }
          try? await Sender(to: server).send(objects) { acknowledged.add($0) }
        }
      }
      while acknowledged.objects.count < 20, server.isRunning { try await Task.sleep(for: .milliseconds(5)) }
      let told = ContinuousClock.now
      kill(server.processIdentifier, signal)
      #expect(await server.exitStatus() == 0, "\(server.errors)")
      #expect(ContinuousClock.now - told < Self.patience)
      group.cancelAll()
    }
    let again = try await ServerProcess.start(data: data)
    #expect(!again.errors.contains("unclean"), "an orderly stop leaves nothing to recover: \(again.errors)")
    var found: Set<String> = []
    for sender in 1...3 { found.formUnion(try await Web(again).instances(of: SmallObject(study: sender).study)) }
    #expect(found.isSuperset(of: acknowledged.objects.prefix(900).map(\.instance)))
    #expect(await again.stop() == 0)
  }

  @Test("does not wait for uploads that stand still, nor call them failures of its own")
  func stalledUploads() async throws {
    let server = try await ServerProcess.start(configuration: "stopSeconds: 1\n")
    let file = try SmallObject(study: 1).file()
    let head = """
      POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-Type: \(Web.multipart)\r\nContent-Length: 100000\r\n\r\n
      """
    let part = Web.partHead + file.dropLast(100)
    // One stands still in an object, one between two objects, one in the middle of a PDU.
    let whole = try SmallObject(study: 2).file()
    let uploads = [Array(head.utf8) + part, Array(head.utf8) + Web.partHead + whole + Array("\r\n".utf8)]
    var connections: [RawConnection] = []
    for upload in uploads { connections.append(try await RawConnection.open(port: server.httpPort, saying: upload)) }
    connections.append(try await RawConnection.open(port: server.dicomPort, saying: [1, 0, 0, 0, 0, 200, 0, 1]))
    // The requests have begun when a later one is answered.
    #expect(try await Web(server).get("/readyz").status == 200)
    let began = ContinuousClock.now
    kill(server.processIdentifier, SIGTERM)
    #expect(await server.exitStatus() == 0, "\(server.errors)")
    #expect(ContinuousClock.now - began < Self.patience)
    #expect(!server.errors.contains(#""status":"5"#), "\(server.errors)")
    #expect(!server.errors.contains(#""level":"error""#), "\(server.errors)")
    for connection in connections { try await connection.closed() }
    let again = try await ServerProcess.start(data: server.data)
    #expect(try await Web(again).instances(of: SmallObject(study: 1).study).isEmpty)
    #expect(await again.stop() == 0)
  }

  @Test(
    "hears of it even when whoever started it had blocked the signal",
    .enabled(if: Peer.has("python3"), "python3 is not installed"), .timeLimit(.minutes(1)))
  func blockedSignal() async throws {
    let python = try #require(Peer.path(of: "python3"))
    let blocking =
      "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT]); "
      + "os.execv(sys.argv[1], sys.argv[1:])"
    let server = try await ServerProcess.start(wrapper: [python, "-c", blocking])
    kill(server.processIdentifier, SIGTERM)
    for _ in 0..<1500 where server.isRunning { try await Task.sleep(for: .milliseconds(10)) }
    #expect(!server.isRunning, "SIGTERM is not heard")
    if server.isRunning { server.kill() }
    #expect(await server.exitStatus() == 0)
  }
}
