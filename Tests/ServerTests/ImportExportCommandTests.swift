import DICOM
import Foundation
import TestKit
import Testing

@Suite("What is imported", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct ImportExportCommandTests {
  /// A medium: a file, a folder, a ZIP archive and a file-set with DICOMDIR, each with objects of a study of its own.
  private struct Medium {
    let folder: TemporaryFolder
    var paths: [String] = []
    var files: [SmallObject] = []

    init() async throws {
      folder = try TemporaryFolder()
      for name in ["folder/deeper", "zipped", "disc/IMAGES"] {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
      }
      try add(1, 1, as: "single.dcm")
      try add(2, 1, as: "folder/a")
      try add(2, 2, as: "folder/deeper/b.dcm")
      try add(3, 1, as: "zipped/one.dcm")
      try add(3, 2, as: "zipped/two.dcm")
      try add(4, 1, as: "disc/IMAGES/IM1")
      try add(4, 2, as: "disc/IMAGES/IM2")
      paths = ["single.dcm", "folder"].map { "\(folder.path)/\($0)" }
      if Peer.has("zip") {
        let zipped = try await Peer.run("zip", ["-qr", "media.zip", "zipped"], in: folder.path)
        try #require(zipped.status == 0, "\(zipped.output)")
        paths.append("\(folder.path)/media.zip")
      } else {
        paths.append("\(folder.path)/zipped")
      }
      try folder.write(try Self.directory(["IMAGES\\IM1", "IMAGES\\IM2"]), as: "disc/DICOMDIR")
      paths.append("\(folder.path)/disc/DICOMDIR")
    }

    private mutating func add(_ study: Int, _ number: Int, as name: String) throws {
      let object = SmallObject(study: study, instance: number)
      try folder.write(try object.file(), as: name)
      files.append(object)
    }

    /// A DICOMDIR with one record for each file (PS3.3 §F.3).
    private static func directory(_ files: [String]) throws -> [UInt8] {
      let mediaStorageDirectory: UID = "1.2.840.10008.1.3.10"
      var set = DataSet()
      set.set(.fileSetID, .cs, "TEST")
      let records = files.map { file in
        var record = DataSet()
        record.set(.offsetOfTheNextDirectoryRecord, .ul, ints: [0])
        record.set(.recordInUseFlag, .us, ints: [0xFFFF])
        record.set(.offsetOfReferencedLowerLevelDirectoryEntity, .ul, ints: [0])
        record.set(.directoryRecordType, .cs, "IMAGE")
        record.set(.referencedFileID, .cs, file)
        return record
      }
      set[.directoryRecordSequence] = DataElement(tag: .directoryRecordSequence, vr: .sq, value: .sequence(records))
      return FileMeta.encode(
        sopClass: mediaStorageDirectory, sopInstance: "1.2.826.0.1.3680043.10.1.99",
        transferSyntax: .explicitVRLittleEndian, sourceApplicationEntityTitle: nil)
        + (try DataSetWriter.encode(set, in: .explicitVRLittleEndian))
    }

    /// Each file lies at STUDY/SERIES/INSTANCE.dcm with the bytes it had.
    func expectExported(to target: TemporaryFolder) throws {
      for object in files {
        let path = "\(object.study)/\(object.series)/\(object.instance).dcm"
        #expect(try target.contents(of: path) == object.file(), "\(path)")
      }
      let exported = FileManager.default.enumerator(atPath: target.path)?.compactMap { $0 as? String }
        .filter { $0.hasSuffix(".dcm") }
      #expect(exported?.count == files.count)
    }
  }

  private struct Summary: Decodable {
    var stored: Int
    var alreadyThere: Int
    var refused: Int
    var ending: String
  }

  private func summary(_ outcome: ServerProcess.Outcome) throws -> Summary {
    try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
  }

  @Test("from file, folder, ZIP archive and DICOMDIR comes out again bit by bit, without a server")
  func directly() async throws {
    let medium = try await Medium()
    let data = medium.folder.path + "/data"
    let imported = try await ServerProcess.command(["import", "--json", "--data", data] + medium.paths)
    #expect(imported.status == 0, "\(imported.output)\(imported.errors)")
    let first = try summary(imported)
    #expect(first.stored == medium.files.count)
    #expect(first.ending == "complete")
    let again = try summary(try await ServerProcess.command(["import", "--json", "--data", data] + medium.paths))
    #expect(again.stored == 0)
    #expect(again.alreadyThere == medium.files.count)
    let target = try TemporaryFolder()
    let exported = try await ServerProcess.command(["export", "--data", data, target.path])
    #expect(exported.status == 0, "\(exported.output)\(exported.errors)")
    try medium.expectExported(to: target)
    let verified = try await ServerProcess.command(["verify", "--data", data])
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test("from file, folder, ZIP archive and DICOMDIR comes out again bit by bit, through the running server")
  func throughServer() async throws {
    let medium = try await Medium()
    let server = try await ServerProcess.start(.guarded)
    let imported = try await server.run("import", "--json", arguments: medium.paths)
    #expect(imported.status == 0, "\(imported.output)\(imported.errors)")
    #expect(try summary(imported).stored == medium.files.count)
    let again = try summary(try await server.run("import", "--json", arguments: medium.paths))
    #expect(again.stored == 0)
    #expect(again.alreadyThere == medium.files.count)
    let target = try TemporaryFolder()
    let exported = try await server.run("export", arguments: [target.path])
    #expect(exported.status == 0, "\(exported.output)\(exported.errors)")
    try medium.expectExported(to: target)
    // One study only, into another folder; and again, which writes nothing.
    let one = try TemporaryFolder()
    for expected in ["1 written", "1 already there"] {
      let study = try await server.run("export", arguments: ["--study", SmallObject(study: 1).study, one.path])
      #expect(study.output.contains(expected), "\(study.output)")
    }
    #expect(try one.names() == [SmallObject(study: 1).study])
    #expect(await server.stop() == 0)
  }

  @Test("through the running server belongs to the site that was said, is an import, and the demo a demo")
  func statedSource() async throws {
    let folder = try TemporaryFolder()
    try folder.write(try SmallObject(study: 1).file(), as: "one.dcm")
    let server = try await ServerProcess.start()
    let imported = try await server.run("import", "--site", "north", arguments: [folder.path])
    #expect(imported.status == 0, "\(imported.output)\(imported.errors)")
    let demo = try await server.run("demo", "--studies", "1")
    #expect(demo.status == 0, "\(demo.output)\(demo.errors)")
    let text = try await Web(server).get("/api/v1/changes").text
    #expect(text.contains(#""channel":"importing""#) && text.contains(#""site":"north""#), "\(text)")
    #expect(text.contains(#""channel":"demo""#) && !text.contains(#""channel":"stow""#), "\(text)")

    // The network is not asked where it comes from.
    let body = Web.partHead + (try SmallObject(study: 2).file()) + Array("\r\n--\(Web.boundary)--\r\n".utf8)
    let stored = try await Web(server).send(
      .post, "/dicom-web/studies", contentType: Web.multipart, accept: "application/dicom+json",
      headers: [("Isocenter-Source-Site", "elsewhere"), ("Isocenter-Source-Channel", "demo")], body: body)
    #expect(stored.status == 200)
    let later = try await Web(server).get("/api/v1/changes").text
    #expect(!later.contains("elsewhere") && later.contains(#""channel":"stow""#), "\(later)")
    #expect(await server.stop() == 0)
  }

  @Test("of a corrected study has the believed values, with and without a server", arguments: [true, false])
  func corrected(withServer: Bool) async throws {
    let object = SmallObject(study: 1)
    let server = try await ServerProcess.start()
    #expect(try await Web(server).store([object.file()]).status == 200)
    let asked = Array(#"{"attributes":{"AccessionNumber":"B77"},"reason":"typed wrongly"}"#.utf8)
    let corrected = try await Web(server).send(
      .post, "/api/v1/studies/\(object.study)/corrections", contentType: "application/json", body: asked)
    #expect(corrected.status == 201, "\(corrected.text)")
    if !withServer { #expect(await server.stop() == 0) }
    let target = try TemporaryFolder()
    let exported = try await ServerProcess.command(["export", "--data", server.data, target.path])
    #expect(exported.status == 0, "\(exported.output)\(exported.errors)")
    let path = try #require(
      FileManager.default.enumerator(atPath: target.path)?.compactMap { $0 as? String }.first { $0.hasSuffix(".dcm") })
    let file = try Data(contentsOf: URL(fileURLWithPath: "\(target.path)/\(path)"))
    var reader = HeaderReader()
    try Array(file).withUnsafeBytes { (bytes) throws in try reader.consume(bytes) }
    let header = try reader.finish().dataSet
    #expect(header.string(.accessionNumber) == "B77")
    let original = try #require(header.items(.originalAttributesSequence).first)
    #expect(original.items(.modifiedAttributesSequence).first?.string(.accessionNumber) == object.accession)
    if withServer { #expect(await server.stop() == 0) }
  }

  @Test("when it is no DICOM or damaged is named, and the rest is taken: exit status 1", arguments: [false, true])
  func refusals(withServer: Bool) async throws {
    let folder = try TemporaryFolder()
    try folder.write(try SmallObject(study: 1).file(), as: "good.dcm")
    try folder.write(Array(try SmallObject(study: 2).file().dropLast(9)), as: "cut.dcm")
    let server = withServer ? try await ServerProcess.start() : nil
    let store = try TemporaryFolder()
    let data = server?.data ?? store.path + "/data"
    let imported = try await ServerProcess.command(["import", "--data", data, folder.path])
    #expect(imported.status == 1)
    #expect(imported.output.contains("1 stored"), "\(imported.output)")
    #expect(imported.output.contains("cut.dcm"), "\(imported.output)")
    if let server { #expect(await server.stop() == 0) }
  }
}
