import DICOM
import DIMSE
import Foundation
import Glibc
import TestKit
import Testing

@Suite("A running server's configuration", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct ReloadTests {
  private static func node(_ title: String) -> String { "  - {aeTitle: \(title), host: 127.0.0.1, port: 11113}\n" }

  private static func caller(_ title: AETitle, of server: ServerProcess) -> DIMSEClient.Configuration {
    DIMSEClient.Configuration(
      host: "127.0.0.1", port: server.dicomPort, callingAETitle: title, calledAETitle: "ISOCENTER",
      presentationContexts: DIMSEClient.proposals([("1.2.840.10008.1.1", [TransferSyntax.explicitVRLittleEndian.uid])]))
  }

  /// Whether a caller is let in.
  private func isKnown(_ title: AETitle, to server: ServerProcess) async -> Bool {
    let status = try? await DIMSEClient.withAssociation(Self.caller(title, of: server)) { try await $0.cEcho() }
    return status == .success
  }

  @Test("is read again when asked: who is connected stays so, a mistake changes nothing", .timeLimit(.minutes(1)))
  func reload() async throws {
    let folder = try TemporaryFolder()
    func write(_ text: String) throws -> String { try folder.write(Array(text.utf8), as: "isocenter.yaml") }
    let file = try write("nodes:\n" + Self.node("SENDER"))
    let server = try await ServerProcess.start(.guarded, arguments: ["--config", file])
    #expect(await !isKnown("SECOND", to: server))

    try await DIMSEClient.withAssociation(Self.caller("SENDER", of: server)) { association in
      #expect(try await association.cEcho() == .success)
      _ = try write("logLevel: debug\nmaximumAssociations: 7\nnodes:\n" + Self.node("SENDER") + Self.node("SECOND"))
      let reloaded = try await server.run("reload")
      #expect(reloaded.status == 0, "\(reloaded.errors)")
      #expect(reloaded.output.contains("changed: nodes, logLevel"), "\(reloaded.output)")
      #expect(reloaded.output.contains("from the next start on: maximumAssociations"), "\(reloaded.output)")
      #expect(try await association.cEcho() == .success, "the association was dropped")
    }
    #expect(await isKnown("SECOND", to: server))
    #expect(server.errors.contains("\"level\":\"debug\""), "the log level has not changed")

    _ = try write("nodes:\n  - aeTitel: THIRD\n")
    let refused = try await server.run("reload")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("aeTitel") && refused.errors.contains("line 2"), "\(refused.errors)")
    #expect(await isKnown("SECOND", to: server), "a refused file has changed something")

    _ = try write("nodes:\n" + Self.node("THIRD"))
    #expect(Glibc.kill(server.processIdentifier, SIGHUP) == 0)
    // The signal is not answered: the log says when it was heard.
    while server.isRunning, !(await isKnown("THIRD", to: server)) { try await Task.sleep(for: .milliseconds(20)) }
    #expect(await !isKnown("SECOND", to: server))
    #expect(await server.stop() == 0)
    #expect(try await server.run("reload").status == 1, "there is no server any more")
  }
}
