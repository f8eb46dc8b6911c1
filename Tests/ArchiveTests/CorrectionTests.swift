import ArchiveCore
import DICOM
import EmbeddedStore
import Foundation
import NIOCore
import TestKit
import Testing

@Suite("A correction")
struct CorrectionTests {
  static let principal = TestArchive.principal

  static func values(_ pairs: [(DICOM.Tag, String)]) -> DataSet {
    var values = DataSet()
    values.set(.specificCharacterSet, .cs, "ISO_IR 192")
    for (tag, text) in pairs { values.set(tag, DataDictionary.vr(tag) ?? .lo, bytes: Array(text.utf8)) }
    return values
  }

  /// What is given back of the study's first instance, as C-MOVE and WADO-RS give it.
  static func retrieved(_ object: SmallObject, from test: TestArchive) async throws -> [UInt8] {
    let reference = try #require(
      try await test.archive.instances(.study(object.studyUID), as: principal).first)
    var bytes: [UInt8] = []
    for try await chunk in try await test.archive.bytes(of: reference, test.archive.file(of: reference)) {
      bytes.append(contentsOf: chunk.readableBytesView)
    }
    return bytes
  }

  static func found(_ object: SmallObject, in test: TestArchive) async throws -> DataSet? {
    let key = MatchingKey(.studyInstanceUID, .ui, .uidList([object.study]))
    return try await test.archive.find(Query(level: .study, keys: [key]), as: principal).matches.first?.attributes
  }

  static func metadata(_ object: SmallObject, in test: TestArchive) async throws -> DataSet {
    let instances = try await test.archive.instances(.study(object.studyUID), as: principal)
    return try DICOMJSON.decode(try #require(try await test.archive.documents(of: instances).first).json)
  }

  static let syntaxes: [TransferSyntax] = [
    .explicitVRLittleEndian, .implicitVRLittleEndian, .explicitVRBigEndian, .deflatedExplicitVRLittleEndian,
  ]

  @Test(
    "is what is found, described and given back from now on, with the original beside it and the pixels untouched",
    arguments: syntaxes)
  func everywhere(syntax: TransferSyntax) async throws {
    let test = try await TestArchive()
    let object = SmallObject(study: 1)
    let file = try object.file(in: syntax)
    try await test.store([file])
    _ = try await test.archive.correct(
      object.studyUID, Self.values([(.patientName, "山田^太郎"), (.accessionNumber, "B7"), (.studyDescription, "")]),
      as: Self.principal, reason: "typed wrong")

    let found = try #require(try await Self.found(object, in: test))
    #expect(found.string(.patientName) == "山田^太郎")
    #expect(found.string(.accessionNumber) == "B7")
    let metadata = try await Self.metadata(object, in: test)
    let given = try Part10.read(try await Self.retrieved(object, from: test)).dataSet
    for told in [metadata, given] {
      #expect(told.string(.patientName) == "山田^太郎")
      #expect(told.string(.accessionNumber) == "B7")
      let item = try #require(told.items(.originalAttributesSequence).first)
      #expect(told.items(.originalAttributesSequence).count == 1)
      #expect(item.string(.reasonForTheAttributeModification) == "CORRECT")
      #expect(item.string(.modifyingSystem) == "ISOCENTER")
      #expect(item.contains(.sourceOfPreviousValues))
      #expect(item.string(.attributeModificationDateTime)?.hasSuffix("+0000") == true)
      let before = try #require(item.items(.modifiedAttributesSequence).first)
      #expect(before.string(.patientName) == "Doe^Jane")
      #expect(before.string(.accessionNumber) == "A1")
      #expect(!before.contains(.studyDescription), "what did not change was not modified")
    }
    #expect(given[.pixelData]?.bytes == object.dataSet[.pixelData]?.bytes)
    #expect(given.string(.specificCharacterSet) == "ISO_IR 192")
    let untouched: (DataSet) -> DataSet = { set in
      var rest = set
      for tag: DICOM.Tag in [
        .patientName, .accessionNumber, .studyDescription, .originalAttributesSequence, .specificCharacterSet,
      ] { rest[tag] = nil }
      return rest
    }
    #expect(untouched(given).canonicallyEqual(to: untouched(object.dataSet), bulk: { _, _ in true }))
    #expect(try await test.archive.verify(as: Self.principal).isEmpty, "what is stored was not touched")
  }

  @Test("can be undone, and so can its undoing: then every byte is as it came, and again as it was corrected")
  func undo() async throws {
    let test = try await TestArchive()
    let object = SmallObject(study: 1)
    let file = try object.file()
    try await test.store([file])
    let before = try await RecoveryTests.answers(test)
    let study = try object.studyUID
    let first = try await test.archive.correct(
      study, Self.values([(.patientID, "Q9"), (.issuerOfPatientID, "CITY"), (.studyDate, "20240201")]),
      as: Self.principal, reason: "other patient")
    let corrected = try await RecoveryTests.answers(test)
    #expect(corrected != before)
    let undone = try await test.archive.undo(first.id, of: study, as: Self.principal, reason: "was right")
    #expect(try await RecoveryTests.answers(test) == before)
    #expect(try await Self.retrieved(object, from: test) == file)
    await #expect(throws: ArchiveError.self) {
      try await test.archive.undo(first.id, of: study, as: Self.principal, reason: "twice")
    }
    _ = try await test.archive.undo(undone.id, of: study, as: Self.principal, reason: "was wrong after all")
    #expect(try await RecoveryTests.answers(test) == corrected)
    #expect(try await test.archive.corrections(of: study, as: Self.principal).count == 3)
    #expect(try await test.archive.corrections(of: study, as: Self.principal).standing.count == 2)
  }

  @Test("moves a study to the patient it names: known, then with that patient's name; else with the study's own")
  func otherPatient() async throws {
    let test = try await TestArchive()
    var moved = SmallObject(study: 1)
    moved.patientName = "Roe^Richard"
    let resident = SmallObject(study: 2)
    try await test.store([try moved.file(), try resident.file()])
    _ = try await test.archive.correct(
      moved.studyUID, Self.values([(.patientID, "P2")]), as: Self.principal, reason: "wrong patient")
    let patients = try await test.archive.find(Query(level: .patient), as: Self.principal).matches.map(\.attributes)
    #expect(patients.map { $0.string(.patientID) } == ["P2"], "nobody is left under the wrong number")
    #expect(patients.first?.int(.numberOfPatientRelatedStudies) == 2)
    #expect(patients.first?.int(.numberOfPatientRelatedInstances) == 2)
    #expect(try await Self.found(moved, in: test)?.string(.patientName) == "Doe^Jane")
    #expect(try await Self.metadata(moved, in: test).string(.patientName) == "Doe^Jane")

    _ = try await test.archive.correct(
      moved.studyUID, Self.values([(.patientID, "NEW")]), as: Self.principal, reason: "a third one")
    #expect(try await Self.found(moved, in: test)?.string(.patientName) == "Doe^Jane")
    let two = try await test.archive.find(Query(level: .patient), as: Self.principal).matches.map(\.attributes)
    #expect(Set(two.compactMap { $0.string(.patientID) }) == ["P2", "NEW"])
    #expect(two.map { $0.int(.numberOfPatientRelatedStudies) } == [1, 1])
  }

  @Test("holds for instances that come later, which contradict nothing, and for a study that comes again")
  func later() async throws {
    let test = try await TestArchive()
    let object = SmallObject(study: 1)
    try await test.store([try object.file()])
    _ = try await test.archive.correct(
      object.studyUID, Self.values([(.patientID, "Q9"), (.patientName, "Roe^Richard")]), as: Self.principal,
      reason: "other patient")
    let late = SmallObject(study: 1, instance: 2)
    try await test.store([try late.file()])
    #expect(try await test.catalog.conflicts(within: .all, limit: 9).isEmpty)
    let found = try #require(try await Self.found(object, in: test))
    #expect(found.string(.patientID) == "Q9")
    #expect(found.int(.numberOfStudyRelatedInstances) == 2)
    let patients = try await test.archive.find(Query(level: .patient), as: Self.principal).matches.map(\.attributes)
    #expect(patients.compactMap { $0.string(.patientID) } == ["Q9"])

    _ = try await test.archive.delete(.study(object.studyUID), as: Self.principal, reason: "t")
    try await test.store([try late.file()])
    #expect(try await Self.found(object, in: test)?.string(.patientName) == "Roe^Richard")
    #expect(try await test.archive.find(Query(level: .patient), as: Self.principal).matches.count == 1)
  }

  @Test("is believed alike after a rebuild, whatever was deleted, corrected again or undone")
  func rebuild() async throws {
    let test = try await TestArchive()
    let objects = (1...4).map { SmallObject(study: $0) }
    for object in objects { try await test.store([try object.file()]) }
    let one = try await test.archive.correct(
      objects[0].studyUID, Self.values([(.patientID, "P2")]), as: Self.principal, reason: "a")
    _ = try await test.archive.correct(
      objects[1].studyUID, Self.values([(.patientName, "Roe^Richard"), (.studyTime, "0815")]), as: Self.principal,
      reason: "b")
    _ = try await test.archive.correct(
      objects[2].studyUID, Self.values([(.accessionNumber, "C3")]), as: Self.principal, reason: "c")
    _ = try await test.archive.undo(one.id, of: objects[0].studyUID, as: Self.principal, reason: "d")
    _ = try await test.archive.correct(
      objects[3].studyUID, Self.values([(.patientName, "Gone^Soon")]), as: Self.principal, reason: "e")
    _ = try await test.archive.delete(.study(objects[3].studyUID), as: Self.principal, reason: "f")
    let before = try await RecoveryTests.answers(test)
    let files = try await [
      Self.retrieved(objects[1], from: test), Self.retrieved(objects[2], from: test),
    ]
    let journal = try await test.catalog.journalEnd()
    _ = try await test.catalog.withRebuild { rebuilding in
      try await Archive(
        Archive.Parts(
          blobs: test.blobs, catalog: rebuilding, documents: test.documents, audit: test.audit, environment: .system)
      ).replayEverything()
    }
    #expect(try await RecoveryTests.answers(test) == before)
    #expect(
      try await [Self.retrieved(objects[1], from: test), Self.retrieved(objects[2], from: test)] == files)
    #expect(try await test.archive.corrections(of: objects[0].studyUID, as: Self.principal).count == 2)
    #expect(try await test.catalog.journalEnd() == journal)
  }

  @Test("that reached the ledger and not the catalog is carried out at the next start, once")
  func interrupted() async throws {
    let test = try await TestArchive()
    let object = SmallObject(study: 1)
    try await test.store([try object.file()])
    let action = Correction.Action.set(Self.values([(.accessionNumber, "B7")]))
    try await test.blobs.appendToLedger(
      LedgerEntry(
        decision: .correct(CorrectionID(bits: 7), try object.studyUID, action), records: [],
        at: Instant(nanoseconds: 1_700_000_000_000_000_000), principalKind: .person, principalName: "ada", reason: "t"))
    for _ in 1...2 { _ = try await test.archive.recover() }
    #expect(try await Self.found(object, in: test)?.string(.accessionNumber) == "B7")
    let corrected = try await test.catalog.journal(after: .start, limit: 100).filter {
      if case .studyCorrected = $0.event { true } else { false }
    }
    #expect(corrected.map(\.principal) == ["person:ada"])
  }

  @Test("is in the journal with the study's new revision, for those alone who may know of the study")
  func journal() async throws {
    let test = try await TestArchive()
    let object = SmallObject(study: 1)
    try await test.store([try object.file()], from: Source(channel: .association, name: "CT1", site: SiteID("north")))
    for number in 1...2 {
      _ = try await test.archive.correct(
        object.studyUID, Self.values([(.accessionNumber, "B\(number)")]), as: Self.principal, reason: "t")
    }
    func revisions(_ sites: Principal.Sites) async throws -> [Int] {
      let reader = Principal(kind: .person, name: "ada", roles: [.radiologist], sites: sites)
      return try await test.archive.journal(after: .start, limit: 100, as: reader).entries.compactMap { entry in
        guard case .studyCorrected(let study, let revision) = entry.event else { return nil }
        return study.value == object.study ? revision : nil
      }
    }
    #expect(try await revisions(.all) == [2, 3])
    #expect(try await revisions(.only([SiteID("north")])) == [2, 3])
    #expect(try await revisions(.only([SiteID("south")])) == [])
    let audit = try await test.audit.records(limit: 100).filter { $0.action == .correct }
    #expect(audit.allSatisfy { $0.object == object.study })
    #expect(audit.count > 0)
  }

  static let refusals: [(String, [(DICOM.Tag, String)])] = [
    ("nothing", []),
    ("an identifier of an object", [(.studyInstanceUID, "1.2.3")]),
    ("an attribute of pixels", [(.rows, "1")]),
    ("a private attribute", [(DICOM.Tag(0x0009, 0x1001), "x")]),
    ("no Patient ID", [(.patientID, " ")]),
    ("a date that is none", [(.patientBirthDate, "20240230")]),
    ("a date with a range", [(.studyDate, "20240101-20240102")]),
    ("a time that is none", [(.studyTime, "2561")]),
    ("a sex that is no code string", [(.patientSex, "f?")]),
    ("two values where one belongs", [(.accessionNumber, "A\\B")]),
    ("a control character", [(.patientName, "Doe\u{0}^Jane")]),
    ("an accession number of 17 characters", [(.accessionNumber, "12345678901234567")]),
    ("a name of four groups", [(.patientName, "a=b=c=d")]),
  ]

  @Test("is refused before anything is written when it says", arguments: refusals)
  func refusal(what: String, pairs: [(DICOM.Tag, String)]) async throws {
    let test = try await TestArchive()
    let object = SmallObject(study: 1)
    try await test.store([try object.file()])
    let error = await #expect(throws: ArchiveError.self) {
      try await test.archive.correct(object.studyUID, Self.values(pairs), as: Self.principal, reason: "t")
    }
    #expect(error?.code == .badRequest)
    #expect(try await test.blobs.ledger().isEmpty)
    for (_, text) in pairs where text.count > 3 { #expect(error?.message.contains(text) == false) }
  }

  @Test("needs a role that corrects, every site of the study, and a study that exists for whoever asks")
  func access() async throws {
    let test = try await TestArchive()
    let object = SmallObject(study: 1)
    let file = try object.file()
    try await test.store([file], from: Source(channel: .association, name: "CT1", site: SiteID("north")))
    func code(_ role: Role, _ sites: Principal.Sites) async -> ArchiveError.Code? {
      let who = Principal(kind: .person, name: "ada", roles: [role], sites: sites)
      do {
        _ = try await test.archive.correct(
          try object.studyUID, Self.values([(.accessionNumber, "B7")]), as: who, reason: "t")
        return nil
      } catch {
        return (error as? ArchiveError)?.code
      }
    }
    #expect(await code(.radiologist, .all) == .forbidden)
    #expect(await code(.technologist, .only([SiteID("south")])) == .notFound)
    #expect(await code(.technologist, .only([SiteID("north")])) == nil)
    try await test.store([file], from: Source(channel: .association, name: "CT2", site: SiteID("south")))
    #expect(await code(.technologist, .only([SiteID("north")])) == .forbidden)
    #expect(await code(.administrator, .all) == nil)
  }
}

@Suite("A correction in the ledger")
struct CorrectionCodingTests {
  static let actions: [Correction.Action] = [
    .set(CorrectionTests.values([(.patientName, "Müller^Jörg"), (.accessionNumber, "B7"), (.studyID, "")])),
    .undo(CorrectionID(bits: 42)),
  ]

  @Test("is read as it was written, and not at all when it is cut", arguments: actions)
  func coding(action: Correction.Action) throws {
    let study = try #require(StudyUID("1.2.3"))
    let entry = LedgerEntry(
      decision: .correct(CorrectionID(bits: 7), study, action), records: [], at: Instant(nanoseconds: 5),
      principalKind: .token, principalName: "desk", reason: "t")
    let bytes = try entry.encoded()
    #expect(LedgerEntry(bytes) == entry)
    for length in 0..<bytes.readableBytes {
      #expect(LedgerEntry(try #require(bytes.getSlice(at: bytes.readerIndex, length: length))) == nil)
    }
  }
}
