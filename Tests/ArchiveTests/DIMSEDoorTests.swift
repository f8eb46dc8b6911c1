import ArchiveCore
import DICOM
import DIMSE
import Doors
import Foundation
import TestKit
import Testing

/// A server of the DICOM door for the time of a test.
private func withServer<Value: Sendable>(
  nodes: [Node] = [], isOpen: Bool = true, _ body: (TestArchive, Int) async throws -> Value
) async throws -> Value {
  let test = try await TestArchive()
  var configuration = DIMSEServerConfiguration()
  configuration.port = 0
  let directory = NodeDirectory(accounts: test.accounts, configured: nodes, isOpen: isOpen)
  let door = DIMSEDoor(archive: test.archive, nodes: directory, aeTitle: "ISOCENTER", checksCalledTitle: !isOpen)
  let server = try await DIMSEServer.bind(configuration, provider: door)
  let port = try #require(server.port)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.run() }
    let value = try await body(test, port)
    server.shutdown(grace: .seconds(1))
    try await group.waitForAll()
    return value
  }
}

@Suite("The DICOM door", .enabled(if: Peer.has("storescu"), "DCMTK is not installed"))
struct DIMSEDoorTests {
  let to = ["-aec", "ISOCENTER", "127.0.0.1"]

  @Test("answers C-ECHO to a caller it knows and rejects one it does not")
  func echo() async throws {
    let known = Node(aeTitle: "KNOWN", host: "127.0.0.1", port: 104, site: .main)
    try await withServer(nodes: [known], isOpen: false) { _, port in
      let accepted = try await Peer.run("echoscu", ["-aet", "KNOWN"] + to + ["\(port)"])
      #expect(accepted.status == 0, "\(accepted.output)")
      let rejected = try await Peer.run("echoscu", ["-v", "-aet", "STRANGER"] + to + ["\(port)"])
      #expect(rejected.status != 0)
      #expect(rejected.output.contains("Calling AE Title Not Recognized"), "\(rejected.output)")
      let wrong = try await Peer.run("echoscu", ["-v", "-aet", "KNOWN", "-aec", "OTHER", "127.0.0.1", "\(port)"])
      #expect(wrong.output.contains("Called AE Title Not Recognized"), "\(wrong.output)")
    }
  }

  @Test("keeps what storescu sends, finds it for findscu, and gives it back to getscu and movescu, equal")
  func storeFindRetrieve() async throws {
    let receiver = Node(aeTitle: "STORESCP", host: "127.0.0.1", port: 0, site: .main)
    _ = receiver
    let folder = try TemporaryFolder()
    var files: [String] = []
    for number in 1...3 {
      files.append(
        try folder.write(try SmallObject(study: 1, instance: number).file(), as: "\(number).dcm"))
    }
    let port = try freePort()
    let destination = Node(aeTitle: "STORESCP", host: "127.0.0.1", port: port, site: .main)
    try await withServer(nodes: [destination]) { test, server in
      let sent = try await Peer.run("storescu", to + ["\(server)"] + files)
      #expect(sent.status == 0, "\(sent.output)")

      let found = try await Peer.run(
        "findscu",
        [
          "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName=DOE*", "-k", "StudyInstanceUID",
          "-k", "NumberOfStudyRelatedInstances", "-k", "ModalitiesInStudy",
        ] + to + ["\(server)"])
      #expect(found.status == 0)
      #expect(found.output.contains(SmallObject(study: 1).study), "\(found.output)")
      #expect(found.output.contains("[3]") || found.output.contains("[3 ]"), "\(found.output)")

      let got = try TemporaryFolder()
      let get = try await Peer.run(
        "getscu",
        [
          "-S", "-od", got.path, "+B", "-k", "QueryRetrieveLevel=STUDY", "-k",
          "StudyInstanceUID=\(SmallObject(study: 1).study)",
        ] + to + ["\(server)"])
      #expect(get.status == 0, "\(get.output)")
      #expect(try got.names().count == 3, "\(get.output)")

      let moved = try TemporaryFolder()
      let receiving = try RunningPeer("storescp", ["-od", moved.path, "+B", "-aet", "STORESCP", "\(port)"])
      try await waitForPort(port)
      let move = try await Peer.run(
        "movescu",
        [
          "-S", "-aem", "STORESCP", "-k", "QueryRetrieveLevel=STUDY", "-k",
          "StudyInstanceUID=\(SmallObject(study: 1).study)",
        ] + to + ["\(server)"])
      #expect(move.status == 0, "\(move.output)")
      #expect(try moved.names().count == 3)
      await receiving.stop()

      // The data sets are equal to what was sent: the file meta is the receiver's own.
      for name in try moved.names() {
        let back = try Part10.read(moved.contents(of: name))
        let uid = try #require(back.dataSet.string(.sopInstanceUID))
        let number = try #require(uid.split(separator: ".").last)
        let original = try Part10.read(folder.contents(of: "\(number).dcm"))
        #expect(back.dataSet == original.dataSet)
      }
      _ = test
    }
  }
}

/// A port that was free a moment ago.
private func freePort() throws -> Int {
  Int.random(in: 20_000..<60_000)
}

private func waitForPort(_ port: Int) async throws {
  for _ in 0..<100 {
    let probe = try await Peer.run("bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"])
    if probe.status == 0 { return }
    try await Task.sleep(for: .milliseconds(50))
  }
}
