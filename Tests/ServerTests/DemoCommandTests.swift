import Foundation
import TestKit
import Testing

@Suite("The demo command", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct DemoCommandTests {
  private struct Summary: Decodable {
    var studies: Int
    var studiesAlreadyThere: Int
    var stored: Int
    var quarantined: Int
  }

  private func demo(_ arguments: [String]) async throws -> Summary {
    let outcome = try await ServerProcess.command(["demo", "--json"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
  }

  @Test("stores each study once, however often it is given, and tells scripts so")
  func twice() async throws {
    let folder = try TemporaryFolder()
    let data = ["--data", "\(folder.path)/data"]
    let first = try await demo(data + ["--studies", "25"])
    #expect(first.studies == 25 && first.stored == 50)
    let more = try await demo(data + ["--studies", "30"])
    #expect(more.studies == 5 && more.studiesAlreadyThere == 25 && more.stored == 10)
    let other = try await demo(data + ["--studies", "3", "--seed", "9"])
    #expect(other.studies == 3 && other.quarantined == 0)
    #expect(try await ServerProcess.command(["verify"] + data).status == 0)
  }

  @Test("goes through a server that runs")
  func running() async throws {
    let server = try await ServerProcess.start()
    let summary = try await demo(["--data", server.data, "--studies", "12"])
    #expect(summary.stored == 24)
    let found = try await Web(server).get("/dicom-web/studies?limit=100", accept: "application/dicom+json")
    #expect(found.objects.count == 12)
    #expect(await server.stop() == 0)
  }

  @Test("killed in the middle is completed by the same command, without a duplicate")
  func killed() async throws {
    let folder = try TemporaryFolder()
    let data = "\(folder.path)/data"
    // Kills itself as soon as the store has something.
    let script = """
      "$0" demo --data "$1" --studies 4000 & demo=$!
      while kill -0 $demo 2>/dev/null; do
        size=$(du -sk "$1" 2>/dev/null | cut -f1)
        [ "${size:-0}" -lt 1500 ] || break
      done
      kill -9 $demo
      """
    let executable = try #require(ServerProcess.executable)
    _ = try await Peer.run("sh", ["-c", script, executable, data])
    let summary = try await demo(["--data", data, "--studies", "400"])
    #expect(summary.studies + summary.studiesAlreadyThere == 400)
    #expect(summary.quarantined == 0)
    let again = try await demo(["--data", data, "--studies", "400"])
    #expect(again.studiesAlreadyThere == 400)
    #expect(try await ServerProcess.command(["verify", "--data", data]).status == 0)
  }

  @Test("refuses nonsense as wrong use", arguments: [["--studies", "0"], ["--studies", "many"], ["--seed", "x"]])
  func wrongUse(arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    let outcome = try await ServerProcess.command(["demo", "--data", "\(folder.path)/data"] + arguments)
    #expect(outcome.status == 2)
    #expect(try folder.names().isEmpty)
  }
}
