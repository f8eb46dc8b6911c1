import ArchiveCore
import DICOM
import EmbeddedStore
import NIOCore
import TestKit
import Testing

@Suite("A source profile")
struct SourceProfileTests {
  static let source = Source(channel: .association, name: "CT1", site: SiteID("north"))
  static func sender(_ name: String = "CT1") -> Principal {
    Principal(kind: .node, name: name, roles: [.technologist], sites: .all)
  }
  static let ours = ProfiledSource(name: "CT1")

  static func profile(
    version: Int = 1, source: ProfiledSource = ours, characterSet: CharacterSetRule? = nil,
    _ coercions: [Coercion] = []
  ) -> SourceProfile {
    SourceProfile(
      id: "p", version: version, name: "north", source: source, characterSet: characterSet, coercions: coercions)
  }

  static let chest = profile([
    Coercion(attribute: "StudyDescription", setIfEmpty: "Radiograph, Chest"),
    Coercion(attribute: "IssuerOfPatientID", setIfEmpty: "NORTH"),
    Coercion(attribute: "PatientID", removePrefix: "P"),
    Coercion(attribute: "Modality", map: ["OT": "DX"]),
    Coercion(attribute: "BodyPartExamined", setIfEmpty: "CHEST"),
  ])

  static func header(_ dataSet: DataSet) -> Header {
    Header(
      fileMeta: DataSet(), transferSyntax: .explicitVRLittleEndian, dataSet: dataSet, length: 0, findings: [],
      hadPart10Header: true)
  }

  // MARK: Examining

  @Test("finds what is missing, empty, named or encoded otherwise, and says it without a value")
  func deviations() {
    var object = SmallObject(study: 1).dataSet
    object.set(.accessionNumber, .sh, "")
    object.set(.patientName, .pn, "DOE, JANE")
    object.set(.studyDescription, .lo, bytes: [0x42, 0xE9, 0x80, 0x74])
    let profile = SourceProfile(
      name: "north", source: Self.ours,
      required: [
        RequiredAttribute(attribute: "AccessionNumber"),
        RequiredAttribute(attribute: "ReferringPhysicianName", type: 2),
        RequiredAttribute(attribute: "StationName", type: 2), RequiredAttribute(attribute: "KVP", modalities: ["CT"]),
        RequiredAttribute(attribute: "00180015"), RequiredAttribute(attribute: "Rows"),
      ],
      characterSet: CharacterSetRule(expected: ["ISO_IR 192"]),
      naming: [
        NamingRule(attribute: "PatientID", patterns: ["A#######", "P##"]),
        NamingRule(attribute: "PatientName", isPersonName: true), NamingRule(attribute: "StudyID", patterns: ["#"]),
      ],
      transferSyntaxes: ["1.2.840.10008.1.2.4.90"])
    let found = profile.examine(Self.header(object)).deviations.map(\.name)
    #expect(
      found == [
        "characterSet", "empty AccessionNumber", "missing BodyPartExamined", "missing StationName",
        "naming PatientID", "naming PatientName", "transferSyntax", "unreadableText StudyDescription",
      ])
    #expect(!found.joined().contains("DOE"))
  }

  @Test("holds to the rules of the standard by the validator that programs have")
  func standard() {
    var object = SmallObject(study: 1).dataSet
    object.set(.patientSex, .cs, "female!")
    let profile = SourceProfile(name: "north", source: Self.ours, holdsToStandard: true)
    let expected = Set(
      DataSetValidator.findings(in: object).filter { $0.severity == .error }.map {
        Deviation(.standard, $0.path.tag, rule: $0.rule).name
      })
    #expect(expected.contains { $0.hasSuffix("PatientSex") })
    #expect(Set(profile.examine(Self.header(object)).deviations.map(\.name)) == expected)
  }

  @Test(
    "knows a pattern's digits, letters and gaps",
    arguments: [
      ("A###", "A123", true), ("A###", "A12", false), ("A###", "A1234", false), ("@@-*", "AB-", true),
      ("@@-*", "A1-x", false), ("*CHEST*", "XR CHEST PA", true), ("*CHEST*", "XR HAND", false), ("?", "", false),
      ("*", "", true), ("*a*b*c", "xaybzc", true), ("*a*b*c", "xaybz", false), ("#", "٣", false),
    ])
  func pattern(pattern: String, value: String, isMatch: Bool) {
    var object = DataSet()
    object.set(.studyDescription, .lo, value.isEmpty ? "" : value)
    let rule = SourceProfile(
      name: "n", source: Self.ours, naming: [NamingRule(attribute: "StudyDescription", patterns: [pattern])])
    let isFound = !rule.examine(Self.header(object)).deviations.isEmpty
    // No value has no form.
    #expect(isFound == (!isMatch && !value.isEmpty))
  }

  @Test("takes no longer for a pattern of many gaps than text and pattern are long")
  func hostilePattern() {
    var object = DataSet()
    object.set(.studyDescription, .lo, bytes: Array(repeating: UInt8(ascii: "a"), count: 4000))
    let pattern = String(repeating: "*a", count: 500) + "b"
    let rule = SourceProfile(
      name: "n", source: Self.ours, naming: [NamingRule(attribute: "StudyDescription", patterns: [pattern])])
    #expect(rule.examine(Self.header(object)).deviations.count == 1)
  }

  // MARK: Coercing

  struct Way: Sendable, CustomTestStringConvertible {
    var coercion: Coercion
    var stated: String?
    var believed: String?
    var testDescription: String { "\(stated ?? "nothing") becomes \(believed ?? "nothing")" }

    static let table = [
      Way(coercion: Coercion(attribute: "StudyDescription", set: "X"), stated: "Y", believed: "X"),
      Way(coercion: Coercion(attribute: "StudyDescription", set: ""), stated: "Y", believed: nil),
      Way(coercion: Coercion(attribute: "StudyDescription", setIfEmpty: "X"), stated: "Y", believed: "Y"),
      Way(coercion: Coercion(attribute: "StudyDescription", setIfEmpty: "X"), stated: "", believed: "X"),
      Way(coercion: Coercion(attribute: "StudyDescription", setIfEmpty: "X"), stated: nil, believed: "X"),
      Way(
        coercion: Coercion(attribute: "StudyDescription", map: ["Chest X-Ray": "Radiograph, Chest"]),
        stated: "Chest X-Ray", believed: "Radiograph, Chest"),
      Way(coercion: Coercion(attribute: "StudyDescription", map: ["a": "b"]), stated: "c", believed: "c"),
      Way(
        coercion: Coercion(attribute: "StudyDescription", copyIfEmpty: "AccessionNumber"), stated: nil, believed: "A1"),
      Way(coercion: Coercion(attribute: "StudyDescription", removePrefix: "XR "), stated: "XR hand", believed: "hand"),
      Way(
        coercion: Coercion(attribute: "StudyDescription", removeSuffix: "_old"), stated: "hand_old", believed: "hand"),
      Way(coercion: Coercion(attribute: "StudyDescription", addPrefix: "N-"), stated: "7", believed: "N-7"),
      Way(coercion: Coercion(attribute: "StudyDescription", addPrefix: "N-"), stated: "N-7", believed: "N-7"),
      Way(coercion: Coercion(attribute: "StudyDescription", upperCase: true), stated: "hand é", believed: "HAND É"),
      Way(coercion: Coercion(attribute: "StudyDescription", tidy: true), stated: "a   b", believed: "a b"),
      Way(coercion: Coercion(attribute: "StudyDescription", set: "X", modalities: ["CT"]), stated: "Y", believed: "Y"),
      // Longer than the VR allows: not believed.
      Way(
        coercion: Coercion(attribute: "AccessionNumber", copyIfEmpty: "PatientComments"), stated: nil, believed: nil),
    ]
  }

  @Test("believes what its coercions say, and keeps what was stated beside it", arguments: Way.table)
  func way(way: Way) throws {
    var object = SmallObject(study: 1).dataSet
    object.set(.patientComments, .lt, "a comment longer than sixteen characters")
    let tag = try #require(DataDictionary.tag(keyword: way.coercion.attribute))
    if way.coercion.copyIfEmpty == "PatientComments" { object[.accessionNumber] = nil }
    if let stated = way.stated { object.set(tag, .lo, stated) }
    let moment = Instant(nanoseconds: 1_760_000_000_000_000_000)
    let profile = Self.profile([way.coercion])
    let believed = profile.applied(to: object, received: moment)
    #expect(believed.string(tag) == way.believed)
    #expect(profile.applied(to: object, received: moment) == believed, "the same again")
    let items = believed.items(.originalAttributesSequence)
    guard way.stated ?? "" != way.believed ?? "" else {
      #expect(believed == object)
      #expect(profile.examine(Self.header(object)).coerced.isEmpty)
      return
    }
    let original = try #require(items.first?.items(.modifiedAttributesSequence).first)
    #expect(original.string(tag) == (way.stated == "" ? nil : way.stated))
    #expect(items.first?.string(.reasonForTheAttributeModification) == "COERCE")
    #expect(items.first?.string(.attributeModificationDateTime)?.hasPrefix("20251009") == true)
  }

  @Test(
    "reads texts in the encoding that a device really writes",
    arguments: [
      ("", "windows-1252", [0x42, 0x94, 0x80] as [UInt8], "B”€"), ("", "ISO_IR 100", [0x4D, 0xFC], "Mü"),
      ("", "GBK", [0xCD, 0xF5, 0x5E, 0xD0, 0xA1], "王^小"), ("ISO_IR 100", "ISO_IR 192", [0xE5, 0xB1, 0xB1], "山"),
      ("", "Shift_JIS", [0x8E, 0x52, 0x93, 0x63], "山田"), ("LATIN9", "windows-1250", [0xB3], "ł"),
      ("", "ISO_IR 192", [0xC3, 0xA9], "é"),
    ])
  func characterSet(stated: String, encoding: String, bytes: [UInt8], text: String) throws {
    var object = SmallObject(study: 1).dataSet
    object[.specificCharacterSet] = nil
    if !stated.isEmpty { object.set(.specificCharacterSet, .cs, stated) }
    object.set(.patientName, .pn, bytes: bytes)
    let rule = stated.isEmpty ? CharacterSetRule(whenMissing: encoding) : CharacterSetRule(aliases: [stated: encoding])
    let profile = Self.profile(characterSet: rule)
    try profile.check()
    let believed = profile.applied(to: object, received: Instant(nanoseconds: 0))
    #expect(believed.string(.patientName) == text)
    #expect(believed.string(.specificCharacterSet) == "ISO_IR 192")
    let original = try #require(
      believed.items(.originalAttributesSequence).first?.items(.modifiedAttributesSequence).first)
    #expect(original.contains(.specificCharacterSet))
    #expect(original.string(.specificCharacterSet) ?? "" == stated)
    if let kept = original[.patientName] { #expect(kept.bytes == bytes, "the bytes that were stated") }
  }

  @Test("leaves alone what is no text of the encoding it assumes, and what needs none")
  func otherCharacterSet() {
    let profile = Self.profile(characterSet: CharacterSetRule(whenMissing: "ISO_IR 192", aliases: ["X": "GBK"]))
    var object = SmallObject(study: 1).dataSet
    object[.specificCharacterSet] = nil
    #expect(profile.applied(to: object, received: Instant(nanoseconds: 0)) == object)
    object.set(.patientName, .pn, bytes: [0xFF, 0xFE, 0x41])
    #expect(profile.applied(to: object, received: Instant(nanoseconds: 0)) == object)
    object.set(.specificCharacterSet, .cs, "ISO_IR 100")
    #expect(profile.applied(to: object, received: Instant(nanoseconds: 0)) == object)
  }

  @Test("gives back what was stated from what it keeps beside it, whatever its coercions", arguments: 0..<8)
  func recoverable(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let attributes = ["StudyDescription", "AccessionNumber", "BodyPartExamined", "PatientName", "InstitutionName"]
    let values = ["", "A", "a  b", "XR hand", "HAND", "M\u{FC}ller^J\u{FC}rgen ^", "\u{5C71}\u{7530}"]
    for _ in 0..<200 {
      func pick<Value>(_ list: [Value]) -> Value { list[Int.random(in: list.indices, using: &chance)] }
      var object = SmallObject(study: 1).dataSet
      if chance.oneIn(2) { object.set(.specificCharacterSet, .cs, "ISO_IR 192") }
      for attribute in attributes where !chance.oneIn(3) {
        let tag = try #require(DataDictionary.tag(keyword: attribute))
        object.set(tag, try #require(DataDictionary.vr(tag)), pick(values))
      }
      let coercions = (0..<Int.random(in: 1...6, using: &chance)).map { _ in
        let (attribute, text) = (pick(attributes), pick(values))
        return pick([
          Coercion(attribute: attribute, set: text), Coercion(attribute: attribute, setIfEmpty: text),
          Coercion(attribute: attribute, map: [pick(values): text]),
          Coercion(attribute: attribute, removePrefix: "XR "),
          Coercion(attribute: attribute, copyIfEmpty: pick(attributes)), Coercion(attribute: attribute, addPrefix: "N"),
          Coercion(attribute: attribute, upperCase: true), Coercion(attribute: attribute, tidy: true),
        ])
      }
      let profile = Self.profile(coercions)
      let believed = profile.applied(to: object, received: Instant(nanoseconds: 0))
      let names = profile.examine(Self.header(object)).coerced.map(\.attribute)
      guard let item = believed.items(.originalAttributesSequence).first else {
        #expect(believed == object && names.isEmpty)
        continue
      }
      var restored = believed
      for element in try #require(item.items(.modifiedAttributesSequence).first) { restored.set(element) }
      for attribute in attributes {
        let tag = try #require(DataDictionary.tag(keyword: attribute))
        #expect(
          restored.strings(tag).filter { !$0.isEmpty } == object.strings(tag).filter { !$0.isEmpty }, "seed \(seed)")
        #expect(names.contains(tag) == (believed.strings(tag) != object.strings(tag)), "seed \(seed)")
      }
    }
  }

  @Test(
    "is refused when it would change what identifies or places an object, or says what cannot be",
    arguments: [
      Coercion(attribute: "StudyInstanceUID", set: "1.2"), Coercion(attribute: "SOPClassUID", set: "1.2"),
      Coercion(attribute: "Rows", set: "1"), Coercion(attribute: "ImageOrientationPatient", set: "1"),
      Coercion(attribute: "Laterality", set: "L"), Coercion(attribute: "PatientOrientation", set: "L"),
      Coercion(attribute: "SpecificCharacterSet", set: "ISO_IR 192"), Coercion(attribute: "StudyDescription"),
      Coercion(attribute: "StudyDescription", set: "a", upperCase: true), Coercion(attribute: "Doe^Jane", set: "a"),
      Coercion(attribute: "StudyDate", set: "20240231"), Coercion(attribute: "Modality", set: "lower"),
      Coercion(attribute: "PatientID", set: "1"), Coercion(attribute: "AccessionNumber", map: [:]),
      Coercion(attribute: "AccessionNumber", map: ["A": "longer than sixteen characters"]),
    ])
  func refused(coercion: Coercion) {
    #expect(throws: ArchiveError.self) { try Self.profile([coercion]).check() }
  }

  @Test("is one of a source, of a site, or of a device; the more precise one holds")
  func precision() {
    let register = ProfileRegisterUnderTest.make([
      SourceProfile(id: "site", name: "s", source: ProfiledSource(site: "north")),
      SourceProfile(id: "source", name: "n", source: ProfiledSource(name: "CT1")),
      SourceProfile(id: "device", name: "d", source: ProfiledSource(name: "CT1", station: "ROOM2")),
      SourceProfile(id: "other", name: "o", source: ProfiledSource(name: "CT2", station: "ROOM2")),
    ])
    var object = DataSet()
    #expect(register(Self.source, object) == "source")
    #expect(register(Source(channel: .stow, name: "web", site: SiteID("north")), object) == "site")
    #expect(register(Source(channel: .stow, name: "web", site: SiteID("south")), object) == nil)
    object.set(.stationName, .sh, "ROOM2")
    #expect(register(Self.source, object) == "device")
  }

  // MARK: In the archive

  @Test(
    "is what is found, described and given back of what comes, while stored bytes stay",
    arguments: CorrectionTests.syntaxes)
  func everywhere(syntax: TransferSyntax) async throws {
    let test = try await TestArchive()
    try await test.archive.hold(Self.chest, true, as: TestArchive.principal)
    let object = SmallObject(study: 1)
    let file = try object.file(in: syntax)
    try await test.store([file], from: Self.source, as: Self.sender())

    let found = try #require(try await CorrectionTests.found(object, in: test))
    #expect(found.string(.studyDescription) == "Radiograph, Chest")
    #expect(found.string(.patientID) == "1" && found.string(.issuerOfPatientID) == "NORTH")
    #expect(found.strings(.modalitiesInStudy) == ["DX"])
    let metadata = try await CorrectionTests.metadata(object, in: test)
    let given = try Part10.read(try await CorrectionTests.retrieved(object, from: test)).dataSet
    for told in [metadata, given] {
      #expect(told.string(.bodyPartExamined) == "CHEST")
      #expect(told.string(.modality) == "DX" && told.string(.patientID) == "1")
      let item = try #require(told.items(.originalAttributesSequence).first)
      #expect(item.string(.reasonForTheAttributeModification) == "COERCE")
      let before = try #require(item.items(.modifiedAttributesSequence).first)
      #expect(before.string(.patientID) == "P1" && before.string(.modality) == "OT")
      #expect(before.contains(.bodyPartExamined) && before.string(.bodyPartExamined) == nil)
    }
    #expect(given[.pixelData]?.bytes == object.dataSet[.pixelData]?.bytes)
    let reference = try #require(
      try await test.archive.instances(.study(object.studyUID), as: TestArchive.principal).first)
    #expect(reference.profile == ProfileVersion(id: "p", version: 1))
    var stored: [UInt8] = []
    for try await chunk in try await test.archive.bytes(of: reference) { stored += Array(chunk.readableBytesView) }
    #expect(stored == file, "originals are sacred")
    #expect(try await test.archive.verify(as: TestArchive.principal).isEmpty)
  }

  @Test("leaves every byte of a source without one as it came")
  func others() async throws {
    let test = try await TestArchive()
    try await test.archive.hold(Self.chest, true, as: TestArchive.principal)
    let object = SmallObject(study: 1)
    let file = try object.file()
    let other = Source(channel: .association, name: "CT2", site: SiteID("north"))
    try await test.store([file], from: other, as: Self.sender("CT2"))
    #expect(try await CorrectionTests.retrieved(object, from: test) == file)
    let reference = try #require(
      try await test.archive.instances(.study(object.studyUID), as: TestArchive.principal).first)
    #expect(reference.isAsStated)
  }

  @Test("of another version changes what comes later, and what is sent again not at all")
  func versions() async throws {
    let test = try await TestArchive()
    let (first, second) = (SmallObject(study: 1), SmallObject(study: 2))
    let one = Self.profile([Coercion(attribute: "StudyDescription", set: "one")])
    let two = Self.profile(version: 2, [Coercion(attribute: "StudyDescription", set: "two")])
    try await test.archive.hold(one, true, as: TestArchive.principal)
    try await test.store([try first.file()], from: Self.source, as: Self.sender())
    try await test.archive.hold(two, true, as: TestArchive.principal)
    let outcomes = try await test.store([try first.file(), try second.file()], from: Self.source, as: Self.sender())
    #expect(outcomes.map(\.kind) == [.alreadyStored, .stored])
    try await test.archive.hold(two, false, as: TestArchive.principal)
    let third = SmallObject(study: 3)
    try await test.store([try third.file()], from: Self.source, as: Self.sender())
    for (object, said) in [(first, "one"), (second, "two"), (third, nil)] {
      #expect(try await CorrectionTests.found(object, in: test)?.string(.studyDescription) == said)
      let given = try Part10.read(try await CorrectionTests.retrieved(object, from: test)).dataSet
      #expect(given.string(.studyDescription) == said)
    }
  }

  @Test("makes no conflict of what was given out coerced and comes back from a workstation")
  func returned() async throws {
    let test = try await TestArchive()
    try await test.archive.hold(Self.chest, true, as: TestArchive.principal)
    let object = SmallObject(study: 1)
    try await test.store([try object.file()], from: Self.source, as: Self.sender())
    let given = try await CorrectionTests.retrieved(object, from: test)
    let workstation = Source(channel: .association, name: "WS1", site: SiteID("north"))
    #expect(try await test.store([given], from: workstation, as: Self.sender("WS1")).map(\.kind) == [.alreadyStored])
    var changed = object
    changed.shade = 1
    #expect(
      try await test.store([try changed.file()], from: workstation, as: Self.sender("WS1")).map(\.kind) == [
        .quarantined
      ])
    let before = try await RecoveryTests.answers(test)
    _ = try await test.catalog.withRebuild { rebuilding in
      try await Archive(
        Archive.Parts(
          blobs: test.blobs, catalog: rebuilding, documents: test.documents, audit: test.audit, environment: .system)
      ).replayEverything()
    }
    #expect(try await RecoveryTests.answers(test) == before)
  }

  @Test("is believed alike after a rebuild, a restart, a correction on top and its undoing")
  func rebuild() async throws {
    let first = try await TestArchive()
    try await first.archive.hold(Self.chest, true, as: TestArchive.principal)
    for study in 1...3 {
      let objects = (1...2).map { SmallObject(study: study, instance: $0) }
      try await first.store(try objects.map { try $0.file() }, from: Self.source, as: Self.sender())
    }
    let corrected = SmallObject(study: 2)
    let correction = try await first.archive.correct(
      corrected.studyUID, CorrectionTests.values([(.studyDescription, "typed")]), as: TestArchive.principal,
      reason: "wrong")
    let given = try Part10.read(try await CorrectionTests.retrieved(corrected, from: first)).dataSet
    #expect(
      given.items(.originalAttributesSequence).map { $0.string(.reasonForTheAttributeModification) } == [
        "COERCE", "CORRECT",
      ])
    let before = try await RecoveryTests.answers(first)
    // Nobody remembers: the ledger says which profiles there were.
    func afresh(_ catalog: any Catalog) -> Archive {
      Archive(
        Archive.Parts(
          blobs: first.blobs, catalog: catalog, documents: InMemorySeriesDocuments(), audit: first.audit,
          environment: .system))
    }
    _ = try await first.catalog.withRebuild { try await afresh($0).replayEverything() }
    #expect(try await RecoveryTests.answers(first) == before)
    let restarted = afresh(first.catalog)
    _ = try await restarted.recover()
    #expect(restarted.profiles.holding == [Self.chest])
    let reference = try #require(
      try await restarted.instances(.study(corrected.studyUID), as: TestArchive.principal).first)
    #expect(reference.profile == Self.chest.key)
    var again: [UInt8] = []
    for try await chunk in try await restarted.bytes(of: reference, restarted.file(of: reference)) {
      again += Array(chunk.readableBytesView)
    }
    #expect(try Part10.read(again).dataSet == given)
    _ = try await first.archive.undo(
      correction.id, of: corrected.studyUID, as: TestArchive.principal, reason: "was right")
    #expect(
      try await CorrectionTests.found(corrected, in: first)?.string(.studyDescription) == "Radiograph, Chest")
  }
}

/// Profiles that hold, in an archive of nothing else.
enum ProfileRegisterUnderTest {
  static func make(_ profiles: [SourceProfile]) -> (Source, DataSet) -> String? {
    let register = ProfileRegister(holding: profiles)
    return { register.profile(for: $0, by: SourceProfileTests.sender($0.name), $1)?.id }
  }
}
