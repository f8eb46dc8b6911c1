import DICOM
import DIMSE
import Foundation
import NIOCore
import Testing

@Suite("DCMTK", .timeLimit(.minutes(1)))
struct DCMTKTests {
  static let echoscu = ChildProcess.find("echoscu")
  static let storescu = ChildProcess.find("storescu")
  static let findscu = ChildProcess.find("findscu")
  static let getscu = ChildProcess.find("getscu")
  static let storescp = ChildProcess.find("storescp")

  @Test("echoscu verifies the connection", .enabled(if: echoscu != nil))
  func echo() async throws {
    let path = try #require(DCMTKTests.echoscu)
    try await withServer { _, port, events in
      let outcome = try await ChildProcess.run(path, ["-v", "--repeat", "3", "127.0.0.1", "\(port)"])
      #expect(outcome.status == 0, "\(outcome.output)")
      #expect(await events.firstEnd() == .released)
      let refused = try await ChildProcess.run(path, ["-aec", "REFUSED", "127.0.0.1", "\(port)"])
      #expect(refused.status != 0 && refused.output.contains("Called AE Title Not Recognized"), "\(refused.output)")
      let aborted = try await ChildProcess.run(path, ["--abort", "127.0.0.1", "\(port)"])
      #expect(aborted.status == 0, "\(aborted.output)")
    }
  }

  @Test("storescu stores instances, byte by byte", .enabled(if: storescu != nil), arguments: [4096, 16384, 131_072])
  func store(maximumLength: Int) async throws {
    let path = try #require(DCMTKTests.storescu)
    let provider = TestProvider()
    let instances = [100, 1, 4000].enumerated().map { BuiltInstance(number: $0, pixels: 256 * $1) }
    try await withTemporaryFolder { folder in
      for instance in instances {
        try Data(instance.file).write(to: folder.appendingPathComponent("\(instance.sopInstance).dcm"))
      }
      try await withServer(provider) { _, port, _ in
        let outcome = try await ChildProcess.run(
          path, ["-v", "-xe", "--max-send-pdu", "\(maximumLength)", "+sd", "127.0.0.1", "\(port)", folder.path])
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(provider.instances.count == instances.count, "\(outcome.output)")
        for instance in instances {
          let stored = provider.instances.first { $0.command.sopInstance == instance.sopInstance }
          #expect(stored?.bytes == ByteBuffer(bytes: instance.dataSet))
          #expect(stored?.command.sopClass == TestProvider.secondaryCapture)
        }
      }
    }
  }

  @Test("findscu receives every match, and can cancel", .enabled(if: findscu != nil))
  func find() async throws {
    let path = try #require(DCMTKTests.findscu)
    let arguments = ["-v", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID=T1"]
    try await withServer(TestProvider(matches: 25)) { _, port, _ in
      let outcome = try await ChildProcess.run(path, arguments + ["127.0.0.1", "\(port)"])
      #expect(outcome.status == 0, "\(outcome.output)")
      #expect(outcome.output.components(separatedBy: "(Pending)").count == 26, "\(outcome.output)")
    }
    try await withServer(TestProvider(matches: 50_000)) { _, port, events in
      let outcome = try await ChildProcess.run(path, arguments + ["--cancel", "5", "127.0.0.1", "\(port)"])
      #expect(outcome.output.contains("Cancel") || outcome.output.contains("cancel"), "\(outcome.output)")
      #expect(await events.firstEnd() == .released)
    }
  }

  @Test("getscu gets instances on its association", .enabled(if: getscu != nil))
  func get() async throws {
    let path = try #require(DCMTKTests.getscu)
    let provider = TestProvider()
    let instances = (0..<3).map { BuiltInstance(number: $0, pixels: 256 * 1000) }
    for instance in instances {
      await provider.remember(
        CStoreCommand(sopClass: TestProvider.secondaryCapture, sopInstance: instance.sopInstance),
        ByteBuffer(bytes: instance.dataSet))
    }
    try await withTemporaryFolder { folder in
      try await withServer(provider) { _, port, _ in
        let outcome = try await ChildProcess.run(
          path,
          [
            "-v", "-S", "-od", folder.path, "+B", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=2.25.1",
            "127.0.0.1", "\(port)",
          ])
        #expect(outcome.status == 0, "\(outcome.output)")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count == instances.count, "\(outcome.output)")
        for file in files {
          let bytes = Array(try Data(contentsOf: file))
          #expect(instances.contains { bytes.suffix($0.dataSet.count).elementsEqual($0.dataSet) })
        }
      }
    }
  }

  @Test("storescp receives what our client sends", .enabled(if: storescp != nil), arguments: [4096, 131_072])
  func send(maximumLength: Int) async throws {
    let path = try #require(DCMTKTests.storescp)
    let instances = [4, 2000].enumerated().map { BuiltInstance(number: $0, pixels: 256 * $1) }
    try await withTemporaryFolder { folder in
      let port = try await unusedPort()
      let arguments = ["+B", "--max-pdu", "\(maximumLength)", "-od", folder.path, "\(port)"]
      try await ChildProcess.with(path, arguments) {
        let association = try await connectWhenReady(client(port: port))
        #expect(try await association.cEcho() == .success)
        let context = try #require(
          association.presentationContext(for: TestProvider.secondaryCapture, in: [.explicitVRLittleEndian]))
        for instance in instances {
          let outcome = try await association.cStore(
            CStoreCommand(sopClass: TestProvider.secondaryCapture, sopInstance: instance.sopInstance), in: context,
            dataSet: ByteBufferSequence(ByteBuffer(bytes: instance.dataSet).chunks(of: 10_001)))
          #expect(outcome.status == .success)
        }
        try await association.release()
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count == instances.count)
        for file in files {
          let bytes = Array(try Data(contentsOf: file))
          #expect(instances.contains { bytes.suffix($0.dataSet.count).elementsEqual($0.dataSet) })
        }
      }
    }
  }
}
