import DICOM
import DIMSE
import Foundation
import NIOCore
import NIOPosix
import TestKit
import Testing

/// A patient whose particulars appear nowhere else, so that each trace of them is a leak.
private struct Canary {
  static let name = "ZYXWCANARY^QUILLONA"
  static let identifier = "PIDCANARY77812345"
  static let accession = "ACCANARY99887766"
  static let birthDate = "19310417"

  /// What must not be found, in small letters; parts of what was sent, so that other spellings are found too.
  static let traces = ["zyxwcanary", "quillona", "77812345", "99887766", "19310417", "1931-04-17"]

  static func object(_ instance: Int) -> SmallObject {
    var object = SmallObject(study: 77, instance: instance)
    object.patientName = name
    object.patientID = identifier
    object.accession = accession
    return object
  }

  static func dataSet(_ instance: Int) -> DataSet {
    var set = object(instance).dataSet
    set.set(.patientBirthDate, .da, birthDate)
    return set
  }

  static func encoded(_ instance: Int, _ change: (inout DataSet) -> Void = { _ in }) throws -> [UInt8] {
    var set = dataSet(instance)
    change(&set)
    return try DataSetWriter.encode(set, in: .explicitVRLittleEndian)
  }

  static func file(_ instance: Int, _ change: (inout DataSet) -> Void = { _ in }) throws -> [UInt8] {
    FileMeta.encode(
      sopClass: object(instance).sopClass, sopInstance: UID(rawValue: object(instance).instance),
      transferSyntax: .explicitVRLittleEndian, sourceApplicationEntityTitle: nil)
      + (try encoded(instance, change))
  }

  static func found(in text: String) -> [String] {
    let text = text.lowercased()
    return traces.filter { text.contains($0) }
  }
}

@Suite("A patient's particulars", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct CanaryTests {
  /// Everything that was said outside of answers to those who may know.
  private final class Heard {
    var texts: [(where: String, text: String)] = []

    func note(_ place: String, _ text: String) { texts.append((place, text)) }
  }

  @Test("appear in no log, figure, problem, comment or argument, whichever door they came to")
  func everyDoor() async throws {
    let server = try await ServerProcess.start(
      .guarded, configuration: "logLevel: trace\nnodes:\n  - {aeTitle: SENDER, host: 127.0.0.1, port: 11113}\n")
    let heard = Heard()
    let token = try await server.token()
    try await storeByAssociation(server, heard)
    try await storeByWeb(Web(server, token: token), heard)
    try await ask(server, Web(server, token: token), heard)
    try await crash(server)
    try await importBadFiles(server, heard)
    for (name, password) in [(Canary.name, "x"), (SignInNames.first, Canary.identifier)] {
      let login = try JSONSerialization.data(withJSONObject: ["name": name, "password": password])
      let answer = try await Web(server).send(
        .post, "/api/v1/session", contentType: "application/json", body: Array(login))
      #expect(answer.status == 401)
      heard.note("sign-in", answer.text)
    }
    let figures = try await Web(server, token: token).get("/metrics")
    #expect(figures.status == 200)
    heard.note("/metrics", figures.text)
    heard.note("/healthz", try await Web(server).get("/healthz").text)
    let arguments = FileManager.default.contents(atPath: "/proc/\(server.processIdentifier)/cmdline") ?? Data()
    heard.note("arguments", String(decoding: arguments, as: UTF8.self))

    // It did arrive: the search below would find nothing in a server that took nothing.
    let study = try await Web(server, token: token).get(
      "/dicom-web/studies?PatientID=\(Canary.identifier)", accept: "application/dicom+json")
    #expect(Canary.found(in: study.text).contains("zyxwcanary"))
    #expect(await server.stop() == 0)
    heard.note("standard output", server.output)
    heard.note("standard error", server.errors)
    #expect(server.errors.contains("/dicom-web/studies"), "requests are logged at all")
    for (place, text) in heard.texts {
      #expect(Canary.found(in: text).isEmpty, "\(place): \(Self.line(with: Canary.found(in: text), in: text))")
    }
  }

  private enum SignInNames { static let first = "admin" }

  private static func line(with traces: [String], in text: String) -> String {
    text.split(separator: "\n").first { line in traces.contains { line.lowercased().contains($0) } }
      .map { String($0.prefix(400)) } ?? ""
  }

  private func storeByAssociation(_ server: ServerProcess, _ heard: Heard) async throws {
    var other = Canary.dataSet(1)
    other.set(.patientComments, .lt, "another content for \(Canary.name)")
    let conflicting = try DataSetWriter.encode(other, in: .explicitVRLittleEndian)
    let attempts: [(what: String, number: Int, bytes: [UInt8])] = [
      ("accepted", 1, try Canary.encoded(1)),
      ("again", 1, try Canary.encoded(1)),
      ("other content", 1, conflicting),
      ("truncated", 2, Array(try Canary.encoded(2).dropLast(20))),
      ("cut inside the name", 2, Array(try Canary.encoded(2).prefix(150))),
      ("no study", 3, try Canary.encoded(3) { $0[.studyInstanceUID] = nil }),
      ("a name for a study", 3, try Canary.encoded(3) { $0.set(.studyInstanceUID, .ui, Canary.name) }),
      ("another instance than announced", 4, try Canary.encoded(5)),
      ("another class than announced", 6, try Canary.encoded(6) { $0.set(.sopClassUID, Sender.multiFrame) }),
      ("a name for a date", 7, try Canary.encoded(7) { $0.set(.studyDate, .da, Canary.name) }),
      ("a name for a number", 8, try Canary.encoded(8) { $0.set(.instanceNumber, .is, Canary.name) }),
    ]
    for (what, number, bytes) in attempts {
      // What is refused may end the association: each attempt has one of its own.
      do {
        let outcome = try await DIMSEClient.withAssociation(Sender(to: server).configuration) { association in
          try await Sender.store(
            Chunks(bytes), sopClass: Sender.secondaryCapture, instance: Canary.object(number).instance,
            over: association)
        }
        heard.note("C-STORE response, \(what)", outcome.commandSet.text(.errorComment) ?? "")
      } catch {
        heard.note("C-STORE error, \(what)", "\(error)")
      }
    }
  }

  private func storeByWeb(_ web: Web, _ heard: Heard) async throws {
    let stored = try await web.store([try Canary.file(11)])
    #expect(stored.status == 200)
    let refused: [[UInt8]] = [
      Array(try Canary.file(12).dropLast(20)), Array(try Canary.file(12).prefix(500)),
      try Canary.file(13) { $0[.seriesInstanceUID] = nil },
      try Canary.file(14) { $0.set(.sopInstanceUID, .ui, Canary.identifier) },
      Array("\(Canary.name) \(Canary.identifier)".utf8), try Canary.encoded(15),
    ]
    for file in refused {
      let answer = try await web.store([file])
      #expect(answer.status >= 400, "\(answer.text)")
      heard.note("STOW answer", answer.text)
    }
    let wrong = try await web.send(
      .post, "/dicom-web/studies", contentType: "text/plain", body: try Canary.file(16))
    heard.note("STOW of another type", wrong.text)
    let broken = try await web.send(
      .post, "/dicom-web/studies", contentType: Web.multipart,
      body: Array(Canary.name.utf8) + (try Canary.file(17)))
    heard.note("STOW without a multipart", broken.text)
  }

  private func ask(_ server: ServerProcess, _ web: Web, _ heard: Heard) async throws {
    let name = "ZYXWCANARY%5EQUILLONA"
    for query in [
      "PatientName=\(name)", "PatientBirthDate=\(Canary.birthDate)", "AccessionNumber=\(Canary.accession)",
    ] {
      #expect(try await web.get("/dicom-web/studies?\(query)").status == 200)
    }
    for query in [
      "PatientNam=\(name)", "StudyDate=\(name)", "limit=\(name)", "\(name)=1", "includefield=\(name)",
      "StudyInstanceUID=\(name)", "fuzzymatching=\(name)", "PatientBirthDate=\(Canary.birthDate)-\(Canary.birthDate)-",
    ] {
      let answer = try await web.get("/dicom-web/studies?\(query)")
      if answer.status >= 400 { heard.note("problem of \(query.prefix(8))…", answer.text) }
    }
    heard.note("stranger's search", try await Web(server).get("/dicom-web/studies?PatientName=\(name)").text)
    heard.note("wrong path", try await web.get("/dicom-web/patients?PatientID=\(Canary.identifier)").text)

    let identifier = try DataSetWriter.encode(
      {
        var set = DataSet()
        set.set(.queryRetrieveLevel, .cs, "STUDY")
        set.set(.patientName, .pn, Canary.name)
        set.set(.patientID, .lo, Canary.identifier)
        set.set(.studyDate, .da, Canary.name)
        return set
      }(), in: .explicitVRLittleEndian)
    do {
      try await DIMSEClient.withAssociation(Sender(to: server).configuration) { association in
        let context = try #require(association.presentationContext(for: Sender.find))
        for try await response in try await association.cFind(
          QueryCommand(sopClass: Sender.find), in: context, identifier: ByteBuffer(bytes: identifier))
        where response.identifier == nil {
          heard.note("C-FIND response", response.commandSet.text(.errorComment) ?? "")
        }
      }
    } catch {
      heard.note("C-FIND error", "\(error)")
    }
  }

  /// An association that dies in the middle of a data set's PDU, and strangers who are no DICOM at all.
  private func crash(_ server: ServerProcess) async throws {
    let dying = Task {
      try await DIMSEClient.withAssociation(Sender(to: server).configuration) { association in
        let bytes = try Canary.encoded(20)
        return try await Sender.store(
          Chunks(bytes, of: 64, failing: (after: 256, error: Sender.NoContext())),
          sopClass: Sender.secondaryCapture, instance: Canary.object(20).instance, over: association)
      }
    }
    _ = await dying.result
    for text in ["GET /?name=\(Canary.name) HTTP/1.1\r\n\r\n", "\u{4}\u{0}\u{0}\u{0}\u{7F}\u{FF}\(Canary.name)"] {
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: server.dicomPort).get()
      try? await channel.writeAndFlush(ByteBuffer(string: text))
      try? await channel.close()
    }
  }

  private func importBadFiles(_ server: ServerProcess, _ heard: Heard) async throws {
    let folder = try TemporaryFolder()
    try folder.write(Array(try Canary.file(30).dropLast(30)), as: "cut.dcm")
    try folder.write(try Canary.file(31) { $0[.studyInstanceUID] = nil }, as: "lost.dcm")
    try folder.write(Array("\(Canary.name)\n".utf8), as: "notes.txt")
    let through = try await server.run("import", arguments: [folder.path])
    #expect(through.status == 1, "\(through.output)")
    let directly = try await ServerProcess.command(["import", "--data", folder.path + "/other", folder.path])
    #expect(directly.status == 1, "\(directly.output)")
    for outcome in [through, directly] { heard.note("import", outcome.output + outcome.errors) }
  }
}
