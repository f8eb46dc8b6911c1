import ArchiveCore
import DICOM
import DICOMPixels
import DIMSE
import Doors
import Foundation
import TestKit
import Testing
import Workflow

@Suite("A peer that takes uncompressed images only", .enabled(if: Peer.has("storescp"), "DCMTK is not installed"))
struct TranscodedRetrievalTests {
  static let syntaxes: [TransferSyntax] = [
    .rleLossless, .jpegLosslessSV1, .jpegLSLossless, .jpeg2000Lossless, .htj2kLosslessRPCL, .jpegXLLossless,
    .deflatedImageFrame, .explicitVRBigEndian, .deflatedExplicitVRLittleEndian, .explicitVRLittleEndian,
  ]

  /// One instance in each of the syntaxes, numbered from 1.
  static var objects: [CompressedObject] {
    syntaxes.enumerated().map { CompressedObject(instance: $0.offset + 1, $0.element) }
  }

  /// What came, by instance number, must be what was stored, decoded.
  private func expect(_ folder: TemporaryFolder, holds objects: [CompressedObject], in syntaxes: TransferSyntax...)
    throws
  {
    #expect(try folder.names().count == objects.count)
    for name in try folder.names() {
      let file = try folder.contents(of: name)
      var reader = HeaderReader()
      try reader.consume(file)
      let given = try reader.finish().transferSyntax
      #expect(syntaxes.contains(given), "\(given)")
      let back = try Part10.read(file).dataSet
      let object = try #require(objects.first { $0.object.instance == back.string(.sopInstanceUID) })
      #expect(try back == Part10.read(object.native).dataSet, "\(object.syntax)")
    }
  }

  private static let study = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k"]

  @Test("gets every syntax we decode by C-GET, pixel for pixel")
  func get() async throws {
    let objects = Self.objects
    try await withDIMSEServer { test, port in
      for object in objects { try await test.store([try await object.file]) }
      let folder = try TemporaryFolder()
      let get = try await Peer.run(
        "getscu",
        Self.study + ["StudyInstanceUID=\(objects[0].object.study)", "+xe", "+B", "-od", folder.path]
          + ["-aec", "ISOCENTER", "127.0.0.1", "\(port)"])
      #expect(get.status == 0, "\(get.output.suffix(2000))")
      try expect(folder, holds: objects, in: .explicitVRLittleEndian)
    }
  }

  @Test("gets them by C-MOVE, and one that is damaged fails alone")
  func move() async throws {
    let objects = Self.objects
    let damaged = CompressedObject(instance: 99, .jpegLSLossless)
    let port = try ServerProcess.freePorts(1)[0]
    let node = Node(aeTitle: "STORESCP", host: "127.0.0.1", port: port, site: .main)
    try await withDIMSEServer(nodes: [node]) { test, server in
      // The damaged one comes first: the association must outlive it.
      for file in [try await damaged.damagedFile] { try await test.store([file]) }
      for object in objects { try await test.store([try await object.file]) }
      let folder = try TemporaryFolder()
      let receiver = try RunningPeer(
        "storescp", ["+xi", "+B", "-od", folder.path, "-aet", "STORESCP", "\(port)"])
      try await waitForPort(port)
      let move = try await Peer.run(
        "movescu",
        ["-d", "-aem", "STORESCP"] + Self.study + ["StudyInstanceUID=\(objects[0].object.study)"]
          + ["-aec", "ISOCENTER", "127.0.0.1", "\(server)"])
      await receiver.stop()
      try expect(folder, holds: objects, in: .implicitVRLittleEndian)
      #expect(move.output.contains("Completed Suboperations       : \(objects.count)"), "\(move.output.suffix(3000))")
      #expect(move.output.contains("Failed Suboperations          : 1"))
      #expect(move.output.contains("0xb000"), "\(move.output.suffix(3000))")
      #expect(move.output.contains(damaged.object.instance), "the failed instance is not named")
    }
  }

  @Test("gets what its node prefers, whatever that is stored in, and lossy images as they are")
  func preference() async throws {
    let objects = [TransferSyntax.rleLossless, .jpeg2000Lossless, .explicitVRLittleEndian].enumerated().map {
      CompressedObject(instance: $0.offset + 1, $0.element)
    }
    let lossy = CompressedObject(instance: 9, .jpegLSNearLossless)
    let port = try ServerProcess.freePorts(1)[0]
    let node = Node(
      aeTitle: "STORESCP", host: "127.0.0.1", port: port, site: .main,
      transferSyntaxes: [TransferSyntax.jpegLSLossless, .jpegLSNearLossless].map(\.uid.rawValue))
    try await withDIMSEServer(nodes: [node]) { test, server in
      for object in objects + [lossy] { try await test.store([try await object.file]) }
      let folder = try TemporaryFolder()
      let receiver = try RunningPeer("storescp", ["+xa", "+B", "-od", folder.path, "-aet", "STORESCP", "\(port)"])
      try await waitForPort(port)
      let move = try await Peer.run(
        "movescu",
        ["-aem", "STORESCP"] + Self.study + ["StudyInstanceUID=\(lossy.object.study)", "-aec", "ISOCENTER"]
          + ["127.0.0.1", "\(server)"])
      #expect(move.status == 0, "\(move.output.suffix(2000))")
      await receiver.stop()
      #expect(try folder.names().count == 4)
      for name in try folder.names() {
        let file = try folder.contents(of: name)
        var reader = HeaderReader()
        try reader.consume(file)
        let given = try reader.finish()
        let isLossy = given.dataSet.string(.sopInstanceUID) == lossy.object.instance
        #expect(given.transferSyntax == (isLossy ? .jpegLSNearLossless : .jpegLSLossless))
        guard !isLossy else { continue }
        let object = try #require(objects.first { $0.object.instance == given.dataSet.string(.sopInstanceUID) })
        let native = try await Transcoder().transcode(file, to: .explicitVRLittleEndian).file
        #expect(try Part10.read(native).dataSet == Part10.read(object.native).dataSet)
      }
    }
  }

  @Test("is forwarded to; what cannot be decoded is set aside and the rest arrives")
  func forwarding() async throws {
    let objects = Self.objects
    let damaged = CompressedObject(instance: 99, .jpeg2000Lossless)
    let test = try await TestArchive()
    try await test.store([try await damaged.damagedFile])
    for object in objects { try await test.store([try await object.file]) }
    let port = try ServerProcess.freePorts(1)[0]
    let folder = try TemporaryFolder()
    let receiver = try RunningPeer("storescp", ["+xe", "+B", "-od", folder.path, "\(port)"])
    try await waitForPort(port)
    let destination = DIMSEDestination(
      transcoder: InstanceTranscoder(archive: test.archive), host: "127.0.0.1", port: port, calling: "ISOCENTER",
      called: "ANYBODY")
    let references = try await test.archive.instances(.study(objects[0].object.studyUID), as: TestArchive.principal)
    let results = Results()
    try await destination.send(references) { reference, result in
      await results.note(reference.instance.value, result)
      return true
    }
    await receiver.stop()
    // A receiver of the uncompressed ones takes big endian as it is.
    try expect(folder, holds: objects, in: .explicitVRLittleEndian, .explicitVRBigEndian)
    let noted = await results.noted
    #expect(noted.count == objects.count + 1)
    guard case .refused(let reason)? = noted[damaged.object.instance] else {
      Issue.record("the damaged instance was not refused")
      return
    }
    #expect(reason.contains("malformedCodeStream"), "\(reason)")
  }
}

private actor Results {
  var noted: [String: SendResult] = [:]

  func note(_ instance: String, _ result: SendResult) { noted[instance] = result }
}
