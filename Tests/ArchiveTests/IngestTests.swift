import ArchiveCore
import DICOM
import NIOCore
import TestKit
import Testing

@Suite("An archive")
struct IngestTests {
  @Test("gives back what it got, byte for byte, in whatever pieces it came", arguments: [1, 7, 130, 4096, 1 << 20])
  func roundTrip(chunk: Int) async throws {
    let test = try await TestArchive()
    let file = try SmallObject(study: 1).file()
    let delivery = try await test.archive.openDelivery(from: TestArchive.source, by: TestArchive.principal)
    let staged = try await delivery.stage(Chunks(file, of: chunk), as: .part10)
    let outcomes = try await delivery.settle()
    #expect(outcomes.map(\.kind) == [.stored])
    #expect(staged.instance == outcomes.first?.instance)
    let reference = try #require(
      try await test.archive.instances(.instances([staged.instance]), as: TestArchive.principal).first)
    var back: [UInt8] = []
    for try await piece in try await test.archive.bytes(of: reference) { back += piece.readableBytesView }
    #expect(back == file)
    await delivery.close()
  }

  @Test("keeps a bare data set as a Part 10 file with the transfer syntax it came in")
  func bareDataSet() async throws {
    let test = try await TestArchive()
    let object = SmallObject(study: 2)
    let delivery = try await test.archive.openDelivery(from: TestArchive.source, by: TestArchive.principal)
    _ = try await delivery.stage(
      Chunks(try object.encoded(in: .implicitVRLittleEndian)),
      as: .dataSet(
        transferSyntax: TransferSyntax.implicitVRLittleEndian.uid.rawValue, sopClass: object.sopClass.rawValue,
        instance: object.instance, callingAETitle: "SCU"))
    _ = try await delivery.settle()
    let reference = try #require(
      try await test.archive.instances(.study(object.studyUID), as: TestArchive.principal).first)
    let header = try await test.archive.header(of: reference)
    #expect(header.hadPart10Header)
    #expect(header.transferSyntax == .implicitVRLittleEndian)
    #expect(header.dataSet.string(.patientID) == "P2")
  }

  @Test("takes the same object again as a no-op, in other clothes too")
  func resend() async throws {
    let test = try await TestArchive()
    let object = SmallObject(study: 3)
    #expect(try await test.store([object.file()]).map(\.kind) == [.stored])
    #expect(try await test.store([object.file()]).map(\.kind) == [.alreadyStored])
    #expect(try await test.store([object.file(in: .implicitVRLittleEndian)]).map(\.kind) == [.alreadyStored])
    let study = try object.studyUID
    #expect(try await test.archive.instances(.study(study), as: TestArchive.principal).count == 1)
  }

  @Test("sets another content under a known UID aside, and never loses the first")
  func conflict() async throws {
    let test = try await TestArchive()
    var object = SmallObject(study: 4)
    try await test.store([object.file()])
    object.shade = 9
    #expect(try await test.store([object.file()]).map(\.kind) == [.quarantined])
    let study = try object.studyUID
    let references = try await test.archive.instances(.study(study), as: TestArchive.principal)
    #expect(references.count == 1)
    let aside = try await test.archive.quarantined(as: TestArchive.principal, limit: 10)
    #expect(aside.map(\.instance.value) == [object.instance])
    #expect(aside.first?.digest != references.first?.digest)
  }

  @Test("forgets what is deleted and takes it again when it is sent again")
  func deletion() async throws {
    let test = try await TestArchive()
    let file = try SmallObject(study: 5).file()
    try await test.store([file])
    let study = try SmallObject(study: 5).studyUID
    #expect(try await test.archive.delete(.study(study), as: TestArchive.principal, reason: "test") == 1)
    await #expect(throws: ArchiveError.self) {
      try await test.archive.instances(.study(study), as: TestArchive.principal)
    }
    #expect(try await test.store([file]).map(\.kind) == [.stored])
  }

  static let refusals: [(String, ArchiveError.Code, @Sendable () throws -> [UInt8])] = [
    ("garbage", .notUnderstood, { Array("this is no image".utf8) }),
    ("nothing", .notUnderstood, { [] }),
    ("a cut file", .notUnderstood, { Array(try SmallObject().file().dropLast(10)) }),
    (
      "no Study Instance UID", .missingIdentity,
      {
        var set = SmallObject().dataSet
        set[.studyInstanceUID] = nil
        return FileMeta.encode(
          sopClass: "1.2.840.10008.5.1.4.1.1.7", sopInstance: "1.2.3", transferSyntax: .explicitVRLittleEndian,
          sourceApplicationEntityTitle: nil) + (try DataSetWriter.encode(set, in: .explicitVRLittleEndian))
      }
    ),
    (
      "a path for a UID", .missingIdentity,
      {
        var object = SmallObject()
        object.instance = "../../etc/passwd"
        return try object.file()
      }
    ),
  ]

  @Test("refuses what is no object of ours, says why, and keeps nothing of it", arguments: refusals)
  func refusal(name: String, code: ArchiveError.Code, bytes: @Sendable () throws -> [UInt8]) async throws {
    let test = try await TestArchive()
    let delivery = try await test.archive.openDelivery(from: TestArchive.source, by: TestArchive.principal)
    let file = try bytes()
    let error = await #expect(throws: ArchiveError.self) {
      _ = try await delivery.stage(Chunks(file), as: .part10)
    }
    #expect(error?.code == code, "\(name): \(String(describing: error))")
    // The delivery goes on as if nothing had been.
    _ = try await delivery.stage(Chunks(try SmallObject(study: 6).file()), as: .part10)
    #expect(try await delivery.settle().map(\.kind) == [.stored])
    await delivery.close()
    #expect(try await test.archive.verify(as: TestArchive.principal).isEmpty)
  }

  @Test("lets one of sixteen senders of one object win, and tells the others that it is there")
  func sixteenSenders() async throws {
    let test = try await TestArchive()
    let file = try SmallObject(study: 7).file()
    let kinds = try await withThrowingTaskGroup(of: IngestOutcome.Kind?.self) { group in
      for _ in 0..<16 { group.addTask { try await test.store([file]).first?.kind } }
      var kinds: [IngestOutcome.Kind?] = []
      for try await kind in group { kinds.append(kind) }
      return kinds
    }
    #expect(kinds.count { $0 == .stored } == 1)
    #expect(kinds.count { $0 == .alreadyStored } == 15)
  }

  @Test("shows a study to every site that sent it, and lets none of them take it from the others")
  func sharedStudy() async throws {
    let test = try await TestArchive()
    let file = try SmallObject(study: 10).file()
    let study = try SmallObject(study: 10).studyUID
    for site in ["north", "south"] {
      try await test.store([file], from: Source(channel: .association, name: site, site: SiteID(site)))
    }
    for site in ["north", "south"] {
      let principal = Principal(kind: .person, name: site, roles: [.administrator], sites: .only([SiteID(site)]))
      #expect(try await test.archive.instances(.study(study), as: principal).count == 1)
      let refusal = await #expect(throws: ArchiveError.self) {
        try await test.archive.delete(.study(study), as: principal, reason: "test")
      }
      #expect(refusal?.code == .forbidden)
    }
    #expect(try await test.archive.delete(.study(study), as: TestArchive.principal, reason: "test") == 1)
    let north = Principal(kind: .person, name: "n", roles: [.radiologist], sites: .only([SiteID("north")]))
    #expect(try await test.archive.find(Query(level: .study), as: north).matches.isEmpty)
  }

  @Test("tells objects apart that differ only behind an empty fragment")
  func emptyFragment() async throws {
    let test = try await TestArchive()
    let files = try [UInt8(1), 2].map { shade in
      var object = SmallObject(study: 11)
      object.shade = shade
      var set = object.dataSet
      // Basic Offset Table, an empty fragment, then one that differs (PS3.5 §A.4).
      let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
      let empty: [UInt8] = item + [0, 0, 0, 0]
      set[.pixelData] = DataElement(
        tag: .pixelData, vr: .ob, value: .bytes(empty + empty + item + [2, 0, 0, 0, shade, shade]))
      return FileMeta.encode(
        sopClass: object.sopClass, sopInstance: UID(rawValue: object.instance), transferSyntax: .rleLossless,
        sourceApplicationEntityTitle: nil) + (try DataSetWriter.encode(set, in: .rleLossless))
    }
    #expect(try await test.store([files[0]]).map(\.kind) == [.stored])
    #expect(try await test.store([files[1]]).map(\.kind) == [.quarantined])
  }

  @Test("shows a caller of one site nothing of another's, not even counts")
  func sites() async throws {
    let test = try await TestArchive()
    let north = Source(channel: .association, name: "N", site: SiteID("north"))
    let south = Source(channel: .association, name: "S", site: SiteID("south"))
    try await test.store([try SmallObject(study: 8).file()], from: north)
    try await test.store([try SmallObject(study: 9).file()], from: south)
    let reader = Principal(kind: .person, name: "r", roles: [.radiologist], sites: .only([SiteID("north")]))
    let found = try await test.archive.find(Query(level: .study), as: reader)
    #expect(found.matches.map(\.study?.value) == [SmallObject(study: 8).study])
    #expect(found.hasMore == false)
    #expect(try await test.archive.counters(as: reader).reduce(0) { $0 + $1.studies } == 1)
    await #expect(throws: ArchiveError.self) {
      try await test.archive.instances(.study(SmallObject(study: 9).studyUID), as: reader)
    }
  }
}
