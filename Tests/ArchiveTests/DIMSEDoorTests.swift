import ArchiveCore
import DICOM
import DIMSE
import Doors
import Foundation
import NIOCore
import TestKit
import Testing

/// A server of the DICOM door for the time of a test.
func withDIMSEServer<Value: Sendable>(
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
    try await withDIMSEServer(nodes: [known], isOpen: false) { _, port in
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
    try await withDIMSEServer(nodes: [destination]) { test, server in
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

@Suite("A retrieval by DCMTK", .enabled(if: Peer.has("movescu") && Peer.has("storescp"), "DCMTK is not installed"))
struct CancelledRetrievalTests {
  @Test("of patients and studies only stops when it is cancelled, and is whole when it is not")
  func cancelled() async throws {
    let port = try freePort()
    let destination = Node(aeTitle: "STORESCP", host: "127.0.0.1", port: port, site: .main)
    try await withDIMSEServer(nodes: [destination]) { test, server in
      let objects = (1...40).map { SmallObject(study: 1, instance: $0) }
      try await test.store(try objects.map { try $0.file() })
      let folder = try TemporaryFolder()
      // A receiver that takes its time, so that there is something left to be cancelled.
      let receiver = try RunningPeer(
        "storescp", ["-od", folder.path, "+B", "-aet", "STORESCP", "-xcr", "sleep 0.1", "-xs", "\(port)"])
      try await waitForPort(port)
      let study = ["-k", "PatientID=P1", "-k", "StudyInstanceUID=\(objects[0].study)"]
      let common = ["-v", "-O", "-aem", "STORESCP", "-aec", "ISOCENTER", "-k", "QueryRetrieveLevel=STUDY"] + study
      let stopped = try await Peer.run("movescu", ["--cancel", "3"] + common + ["127.0.0.1", "\(server)"])
      #expect(stopped.output.contains("Final Move Response (Cancel"), "\(stopped.output.suffix(800))")
      #expect(try folder.names().count < objects.count)
      let whole = try await Peer.run("movescu", common + ["127.0.0.1", "\(server)"])
      #expect(whole.status == 0 && whole.output.contains("Success"), "\(whole.output.suffix(800))")
      #expect(try folder.names().count == objects.count)
      await receiver.stop()
      let found = try await Peer.run(
        "findscu",
        ["-O", "-aec", "ISOCENTER", "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID=P*", "-k", "PatientName"]
          + ["127.0.0.1", "\(server)"])
      #expect(found.output.contains("Doe^Jane"), "\(found.output)")
    }
  }
}

@Suite("C-FIND")
struct CFindTests {
  @Test("answers all there was, each once, while studies arrive and go", .timeLimit(.minutes(2)))
  func isStable() async throws {
    try await withDIMSEServer { test, port in
      let most = 420
      let old = try (1...most).map { number in
        var object = SmallObject(study: number)
        object.rows = 1
        object.columns = 2
        object.studyDate = number % 2 == 0 ? "20240101" : "20230101"
        return try object.file()
      }
      try await test.store(old)
      let find: UID = "1.2.840.10008.5.1.4.1.2.2.1"
      let configuration = DIMSEClient.Configuration(
        host: "127.0.0.1", port: port, callingAETitle: "FINDER", calledAETitle: "ISOCENTER",
        presentationContexts: DIMSEClient.proposals([(find, [TransferSyntax.explicitVRLittleEndian.uid])]))
      var identifier = DataSet()
      identifier.set(.queryRetrieveLevel, .cs, "STUDY")
      identifier.set(.studyInstanceUID, .ui, "")
      let bytes = try DataSetWriter.encode(identifier, in: .explicitVRLittleEndian)
      let found = try await DIMSEClient.withAssociation(configuration) { association in
        let context = try #require(association.presentationContext(for: find))
        var found: [String] = []
        let answers = try await association.cFind(
          QueryCommand(sopClass: find), in: context, identifier: ByteBuffer(bytes: bytes))
        for try await answer in answers {
          guard answer.status.isPending, let dataSet = answer.identifier else { continue }
          var reader = HeaderReader(dataSetIn: .explicitVRLittleEndian)
          try dataSet.withUnsafeReadableBytes { (bytes) throws(DICOMError) in try reader.consume(bytes) }
          found.append(try reader.finish().dataSet.string(.studyInstanceUID) ?? "")
          // The client stops reading now and then, and others work.
          guard found.count % 100 == 50 else { continue }
          var new = SmallObject(study: 1000 + found.count)
          new.studyDate = "20250101"
          try await test.store([try new.file()])
          _ = try await test.archive.delete(
            .study(SmallObject(study: found.count).studyUID), as: TestArchive.principal, reason: "test")
        }
        return found
      }
      #expect(Set(found).count == found.count)
      let gone = Set([50, 150, 250, 350].map { SmallObject(study: $0).study })
      let kept = Set((1...most).map { SmallObject(study: $0).study }).subtracting(gone)
      #expect(kept.isSubset(of: Set(found)))
    }
  }
}

/// A port that was free a moment ago.
private func freePort() throws -> Int {
  Int.random(in: 20_000..<60_000)
}

func waitForPort(_ port: Int) async throws {
  for _ in 0..<100 {
    let probe = try await Peer.run("bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"])
    if probe.status == 0 { return }
    try await Task.sleep(for: .milliseconds(50))
  }
}
