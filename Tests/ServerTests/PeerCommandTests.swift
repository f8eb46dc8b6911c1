import DICOM
import Foundation
import TestKit
import Testing

@Suite(
  "The commands that speak to DICOM nodes",
  .enabled(if: ServerProcess.isBuilt && Peer.has("dcmqrscp"), "needs DCMTK and the built server"))
struct PeerCommandTests {
  private static let objects = (1...3).map { SmallObject(study: 7, series: 1, instance: $0) }

  @Test("send a folder, find it again, fetch it and have it moved, at an archive we did not write")
  func archive() async throws {
    let archive = try await PeerArchive()
    defer { archive.process.signal(9) }
    try await archive.open()
    let input = try TemporaryFolder()
    for object in Self.objects { try input.write(try object.file(), as: "\(object.number).dcm") }
    let study = Self.objects[0].study

    let sent = try await ServerProcess.command(["send", archive.address, input.path])
    #expect(sent.status == 0 && sent.output.contains("3 sent"), "\(sent.output) \(sent.errors)")

    let found = try await ServerProcess.command(["find", archive.address, "PatientName=Doe*"])
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.output.contains(study) && found.output.contains("Doe^Jane"), "\(found.output)")
    let json = try await ServerProcess.command(
      [
        "find", "--json", "--level", "image", archive.address, "StudyInstanceUID=\(study)",
        "SeriesInstanceUID=\(Self.objects[0].series)", "SOPInstanceUID",
      ])
    let matches = try json.output.split(separator: "\n").map { try DICOMJSON.decode(Array($0.utf8)) }
    #expect(Set(matches.compactMap { $0.string(.sopInstanceUID) }) == Set(Self.objects.map(\.instance)))
    let limited = try await ServerProcess.command(
      [
        "find", "--json", "--limit", "1", "--level", "image", archive.address, "StudyInstanceUID=\(study)",
        "SeriesInstanceUID=\(Self.objects[0].series)",
      ])
    #expect(limited.status == 0, "\(limited.errors)")

    let target = try TemporaryFolder()
    let fetched = try await ServerProcess.command(
      ["get", "--into", target.path, archive.address, "StudyInstanceUID=\(study)"])
    #expect(fetched.status == 0 && fetched.output.contains("3 completed"), "\(fetched.output) \(fetched.errors)")
    for object in Self.objects {
      let file = try Part10File(reading: target.contents(of: "\(object.instance).dcm"))
      #expect(file.dataSet[.pixelData] == object.dataSet[.pixelData])
    }

    let received = try TemporaryFolder()
    let receiver = try RunningPeer(
      "storescp", ["-aet", "RECEIVER", "-od", received.path, "\(archive.receiverPort)"])
    defer { receiver.signal(9) }
    try await waitForEcho("RECEIVER@127.0.0.1:\(archive.receiverPort)")
    let moved = try await ServerProcess.command(
      ["move", "--to", "RECEIVER", archive.address, "StudyInstanceUID=\(study)"])
    #expect(moved.status == 0 && moved.output.contains("3 completed"), "\(moved.output) \(moved.errors)")
    #expect(try received.names().count == 3)
    let nowhere = try await ServerProcess.command(
      ["move", "--to", "NOBODY", archive.address, "StudyInstanceUID=\(study)"])
    #expect(nowhere.status == 1 && nowhere.output.contains("does not know the AE title"), "\(nowhere.output)")
    #expect(nowhere.errors.isEmpty || !nowhere.errors.contains("ExitCode"), "\(nowhere.errors)")
  }

  @Test("send what the receiver takes: compressed objects uncompressed, unless told not to")
  func uncompressed() async throws {
    let folder = try TemporaryFolder()
    let received = try TemporaryFolder()
    let object = Self.objects[0]
    let plain = try folder.write(try object.file(), as: "plain.dcm")
    let compressed = "\(folder.path)/compressed.dcm"
    _ = try await ServerProcess.command(["transcode", "--to", "rle", plain, compressed])
    let port = try ServerProcess.freePorts(1)[0]
    let receiver = try RunningPeer("storescp", ["+xi", "-od", received.path, "\(port)"])
    defer { receiver.signal(9) }
    try await waitForEcho("127.0.0.1:\(port)")
    let refused = try await ServerProcess.command(["send", "--as-stored", "127.0.0.1:\(port)", compressed])
    #expect(refused.status == 1 && refused.output.contains("1 refused"), "\(refused.output)")
    let sent = try await ServerProcess.command(["send", "--json", "127.0.0.1:\(port)", compressed])
    #expect(sent.status == 0, "\(sent.output) \(sent.errors)")
    let names = try received.names()
    let file = try Part10File(reading: received.contents(of: try #require(names.first)))
    #expect(names.count == 1 && file.transferSyntax == .implicitVRLittleEndian)
    #expect(file.dataSet[.pixelData]?.bytes == object.dataSet[.pixelData]?.bytes)
  }

  @Test("speak with this very server, and say what is wrong when they cannot")
  func remedies() async throws {
    let server = try await ServerProcess.start()
    let address = "ISOCENTER@127.0.0.1:\(server.dicomPort)"
    let echo = try await ServerProcess.command(["echo", "--json", address])
    #expect(echo.status == 0 && echo.output.contains("\"status\":\"success 0000\""), "\(echo.output) \(echo.errors)")

    let closed = try ServerProcess.freePorts(1)[0]
    let silent = try await ServerProcess.command(["echo", "127.0.0.1:\(closed)"])
    #expect(silent.status == 1 && silent.errors.contains("nothing answers there"), "\(silent.errors)")
    let web = try await ServerProcess.command(["echo", "--timeout", "5", "127.0.0.1:\(server.httpPort)"])
    #expect(web.status == 1 && web.errors.contains("this is a web server"), "\(web.errors)")
    let wrong = try await ServerProcess.command(["find", address, "NoSuchAttribute=1"])
    #expect(wrong.status == 2 && wrong.errors.contains("NoSuchAttribute"), "\(wrong.errors)")
    let address2 = try await ServerProcess.command(["echo", "somewhere"])
    #expect(address2.status == 2)
    let titles = try await ServerProcess.command(["echo", "--calling", "A_TITLE_THAT_IS_TOO_LONG", address])
    #expect(titles.status == 2)
  }

  @Test("ask for names by sound, other zones, and patients and studies only, and are answered by this very server")
  func negotiated() async throws {
    let server = try await ServerProcess.start()
    let address = "ISOCENTER@127.0.0.1:\(server.dicomPort)"
    let folder = try TemporaryFolder()
    var object = Self.objects[0]
    object.patientName = "Meyer^Hanako=山田^花子"
    try folder.write(try object.file(), as: "1.dcm")
    #expect(try await ServerProcess.command(["send", address, folder.path]).status == 0)

    func found(_ arguments: String...) async throws -> String {
      let outcome = try await ServerProcess.command(["find"] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output
    }
    #expect(try await found("--fuzzy", address, "PatientName=Hanako Maier").contains(object.study))
    #expect(try await found(address, "PatientName=Hanako Maier").isEmpty)
    #expect(try await found("--patient-study-only", "--level", "patient", address, "PatientID=P*").contains("P7"))
    // Noon in no zone of its own is noon at UTC here.
    let zoned = try await found("--timezone", "+0530", address, "StudyTime=1730", "StudyDate=\(object.studyDate)")
    #expect(zoned.contains("1730") || zoned.contains("17:30"), "\(zoned)")
    let spanned = ["StudyDate=20240130-20240201", "StudyTime=1300-1400"]
    #expect(try await found(address, spanned[0], spanned[1]).contains(object.study))
    #expect(try await found("--no-combined-datetime", address, spanned[0], spanned[1]).isEmpty)
    // Columns begin at the same place of the terminal, however wide the letters before them are.
    let table = try await found("--returning", "PatientName", "--returning", "PatientID", address)
    let lines = table.split(separator: "\n")
    let wide = try #require(lines.last?.range(of: "P7"))
    let title = try #require(lines.first?.range(of: "PatientID"))
    let letters = lines.last?[..<wide.lowerBound].count { "山田花子".contains($0) } ?? 0
    let place = lines.last?[..<wide.lowerBound].count ?? 0
    #expect(lines.first?[..<title.lowerBound].count == place + letters, "\(table)")

    let target = try TemporaryFolder()
    let fetched = try await ServerProcess.command([
      "get", "--patient-study-only", "--into", target.path, address, "PatientID=P7", "StudyInstanceUID=\(object.study)",
    ])
    #expect(fetched.status == 0 && fetched.output.contains("1 completed"), "\(fetched.output) \(fetched.errors)")
    let wrong = try await ServerProcess.command(["find", "--patient-study-only", "--level", "series", address])
    #expect(wrong.status == 64 || wrong.status == 2, "\(wrong.errors)")
  }

  @Test("are told by a server with closed doors that it does not know the caller")
  func unknownCaller() async throws {
    let server = try await ServerProcess.start(data: nil, .guarded)
    let outcome = try await ServerProcess.command(["echo", "ISOCENTER@127.0.0.1:\(server.dicomPort)"])
    #expect(outcome.status == 1 && outcome.errors.contains("does not know the AE title ISOCENTER"), "\(outcome.errors)")
  }

  private func waitForEcho(_ address: String) async throws {
    for _ in 0..<100 {
      if try await ServerProcess.command(["echo", address]).status == 0 { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("\(address) takes no association")
  }
}

@Suite("The doctor", .enabled(if: ServerProcess.isBuilt && Peer.has("dcmqrscp"), "needs DCMTK and the built server"))
struct DoctorTests {
  private struct Line: Decodable {
    var severity: String
    var subject: String
    var finding: String
    var remedy: String?
  }

  private func examine(_ arguments: String...) async throws -> (status: Int32, lines: [Line]) {
    let outcome = try await ServerProcess.command(["doctor", "--json", "--timeout", "5"] + arguments)
    let lines = try JSONDecoder().decode([Line].self, from: Data(outcome.output.utf8))
    return (outcome.status, lines)
  }

  @Test("finds nothing wrong with a server that is well")
  func healthy() async throws {
    let server = try await ServerProcess.start()
    let (status, lines) = try await examine("ISOCENTER@127.0.0.1:\(server.dicomPort)")
    #expect(status == 0 && !lines.contains { $0.severity == "error" || $0.severity == "warning" }, "\(lines)")
    let good = Set(lines.filter { $0.severity == "good" }.map(\.subject))
    #expect(good.isSuperset(of: ["association", "echo", "lengths", "contexts", "query", "clock"]), "\(lines)")
  }

  @Test("tells a web server and a TLS port from a DICOM one")
  func foreign() async throws {
    let server = try await ServerProcess.start()
    let web = try await examine("127.0.0.1:\(server.httpPort)")
    #expect(web.status == 1 && web.lines.contains { $0.finding.contains("web server") }, "\(web.lines)")

    let folder = try TemporaryFolder()
    let (key, certificate) = ("\(folder.path)/key.pem", "\(folder.path)/certificate.pem")
    let made = try await Peer.run(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=peer", "-keyout", key, "-out", certificate])
    try #require(made.status == 0, "\(made.output)")
    let port = try ServerProcess.freePorts(1)[0]
    let secure = try RunningPeer("storescp", ["+tls", key, certificate, "-ic", "\(port)"])
    defer { secure.signal(9) }
    var tls = try await examine("127.0.0.1:\(port)")
    for _ in 0..<50 where !tls.lines.contains(where: { $0.finding.contains("TLS") }) {
      try await Task.sleep(for: .milliseconds(100))
      tls = try await examine("127.0.0.1:\(port)")
    }
    #expect(tls.status == 1 && tls.lines.contains { $0.finding.contains("TLS") && $0.remedy != nil }, "\(tls.lines)")
  }

  @Test("says whose AE title is refused")
  func titles() async throws {
    let server = try await ServerProcess.start(data: nil, .guarded)
    let caller = try await examine("ISOCENTER@127.0.0.1:\(server.dicomPort)")
    #expect(caller.status == 1 && caller.lines.contains { $0.finding.contains("does not know the AE title ISOCENTER") })
    let called = try await examine("SOMEBODY@127.0.0.1:\(server.dicomPort)")
    #expect(
      called.lines.contains { $0.finding.contains("does not answer to the AE title SOMEBODY") }, "\(called.lines)")
  }

  @Test("sees short PDUs and studies of another century")
  func troubles() async throws {
    let server = try await ServerProcess.start(arguments: [])
    var future = SmallObject(study: 1)
    future.studyDate = "29990101"
    let folder = try TemporaryFolder()
    try folder.write(try future.file(), as: "future.dcm")
    let address = "ISOCENTER@127.0.0.1:\(server.dicomPort)"
    #expect(try await ServerProcess.command(["send", address, folder.path]).status == 0)
    let (status, lines) = try await examine(address)
    #expect(status == 0 && lines.contains { $0.subject == "clock" && $0.severity == "warning" }, "\(lines)")

    let port = try ServerProcess.freePorts(1)[0]
    let small = try RunningPeer("storescp", ["--max-pdu", "4096", "\(port)"])
    defer { small.signal(9) }
    var short = try await examine("127.0.0.1:\(port)")
    for _ in 0..<50 where short.lines.allSatisfy({ $0.subject != "lengths" }) {
      try await Task.sleep(for: .milliseconds(100))
      short = try await examine("127.0.0.1:\(port)")
    }
    #expect(short.lines.contains { $0.subject == "lengths" && $0.severity == "warning" }, "\(short.lines)")
  }

  @Test("sees texts that their character set does not allow, at an archive that gives them as they came")
  func texts() async throws {
    let archive = try await PeerArchive()
    defer { archive.process.signal(9) }
    try await archive.open()
    var dataSet = SmallObject(study: 1).dataSet
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 192")
    dataSet.set(.patientName, .pn, bytes: Array("Lef".utf8) + [0xE8] + Array("vre^Ana ".utf8))
    let folder = try TemporaryFolder()
    try folder.write(try Part10.write(dataSet, in: .explicitVRLittleEndian), as: "name.dcm")
    let sent = try await ServerProcess.command(["send", archive.address, folder.path])
    #expect(sent.status == 0, "\(sent.output) \(sent.errors)")
    let (_, lines) = try await examine(archive.address)
    #expect(lines.contains { $0.subject == "text" && $0.severity == "warning" && $0.remedy != nil }, "\(lines)")
    #expect(!lines.contains { $0.finding.contains("Lef") })
  }
}

/// DCMTK's archive, with a receiver it may move to.
private struct PeerArchive {
  let folder: TemporaryFolder
  let process: RunningPeer
  let port: Int
  let receiverPort: Int

  init() async throws {
    folder = try TemporaryFolder()
    let ports = try ServerProcess.freePorts(2)
    (port, receiverPort) = (ports[0], ports[1])
    let storage = "\(folder.path)/storage"
    try FileManager.default.createDirectory(atPath: storage, withIntermediateDirectories: true)
    let configuration = """
      NetworkTCPPort = \(ports[0])
      MaxPDUSize = 16384
      MaxAssociations = 16
      HostTable BEGIN
      receiver = (RECEIVER, 127.0.0.1, \(ports[1]))
      HostTable END
      VendorTable BEGIN
      VendorTable END
      AETable BEGIN
      QRSCP \(storage) RW (200, 1024mb) ANY
      AETable END
      """
    let path = try folder.write(Array(configuration.utf8), as: "dcmqrscp.cfg")
    process = try RunningPeer("dcmqrscp", ["-c", path, "\(ports[0])"])
  }

  var address: String { "QRSCP@127.0.0.1:\(port)" }

  /// Waits until it takes associations.
  func open() async throws {
    for _ in 0..<100 {
      if try await ServerProcess.command(["echo", address]).status == 0 { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("dcmqrscp takes no association")
  }
}
