import ArchiveCore
import DICOM
import Testing

@Suite("A matching key")
struct ParsingTests {
  static let table: [(VR, String, MatchingKey.Condition)] = [
    // Universal (PS3.4 §C.2.2.2.3)
    (.lo, "", .universal), (.lo, "  ", .universal), (.lo, "*", .universal), (.pn, "**", .universal),
    (.lo, "\"\"", .universal), (.da, "", .universal), (.da, "-", .universal), (.ui, "*", .universal),
    (.ui, "\\", .universal), (.sq, "x", .universal), (.ob, "x", .universal),
    // Single values (§C.2.2.2.1)
    (.lo, " P1 ", .single("P1")), (.ui, "1.2.3\0", .single("1.2.3")), (.da, "20240301", .single("20240301")),
    (.is, "5", .single("5")), (.sh, "A-1", .single("A-1")), (.lo, "a,b", .single("a,b")),
    (.cs, "CT", .single("CT")), (.lt, "a\\b", .single("a\\b")), (.pn, "Doe^Jane", .single("Doe^Jane")),
    // Lists (§C.2.2.2.2)
    (.ui, "1.2\\1.3", .uidList(["1.2", "1.3"])), (.ui, "1.2,1.3", .uidList(["1.2", "1.3"])),
    (.cs, "CT\\MR", .anyOf(["CT", "MR"])), (.cs, "CT,MR", .anyOf(["CT", "MR"])),
    (.lo, "a\\b", .anyOf(["a", "b"])), (.lo, "a\\", .single("a")),
    // Wild cards where the VR has them (§C.2.2.2.4)
    (.lo, "P*", .wildcard("P*")), (.pn, "Do?", .wildcard("Do?")), (.cs, "C?", .wildcard("C?")),
    (.ut, "*x*", .wildcard("*x*")), (.ui, "1.2.*", .single("1.2.*")), (.da, "2024*", .single("2024*")),
    (.is, "1*", .single("1*")), (.as, "0?0Y", .single("0?0Y")), (.ae, "A*", .wildcard("A*")),
    // Ranges for dates and times only (§C.2.2.2.5)
    (.da, "20240101-20240131", .range(from: "20240101", to: "20240131")),
    (.da, "20240101 - 20240131", .range(from: "20240101", to: "20240131")),
    (.da, "-20240131", .range(from: nil, to: "20240131")), (.da, "20240101-", .range(from: "20240101", to: nil)),
    (.tm, "10-1130", .range(from: "10", to: "1130")), (.lo, "1-2", .single("1-2")), (.is, "1-2", .single("1-2")),
    (.dt, "20240101", .single("20240101")), (.dt, "20240101120000-0500", .single("20240101120000-0500")),
    (.dt, "2023-2024", .range(from: "2023", to: "2024")), (.dt, "2023-0500", .single("2023-0500")),
    (.dt, "20240101120000-0500-", .range(from: "20240101120000-0500", to: nil)),
    (.dt, "-20240101120000-0500", .range(from: nil, to: "20240101120000-0500")),
    (
      .dt, "20240101120000-0500-20240102120000+0100",
      .range(from: "20240101120000-0500", to: "20240102120000+0100")
    ),
  ]

  @Test("is read as C-FIND and QIDO-RS write it", arguments: table)
  func parses(vr: VR, text: String, condition: MatchingKey.Condition) {
    #expect(MatchingKey.parse(tag: .patientComments, vr: vr, text: text).condition == condition)
  }

  @Test("of two quotation marks asks for empty values when that was negotiated")
  func emptyValues() {
    let key = MatchingKey.parse(tag: .patientID, vr: .lo, text: "\"\"", emptyValueMatching: true)
    #expect(key.condition == .single(""))
    #expect(!key.isUniversal)
  }

  @Test(
    "knows when it cannot be read",
    arguments: [
      (VR.da, "20240101", true), (.da, "yesterday", false), (.da, "20240101-2024", false), (.tm, "25", false),
      (.is, "x", false), (.is, "5", true), (.lo, "x", true), (.dt, "20241301", false), (.us, "1.5", true),
    ])
  func wellFormed(vr: VR, text: String, expected: Bool) {
    #expect(MatchingKey.parse(tag: .patientComments, vr: vr, text: text).isWellFormed == expected)
  }
}

@Suite("An identifier")
struct IdentifierTests {
  @Test("gives a key for each attribute but those that steer the request")
  func keys() {
    var item = DataSet()
    item.set(.requestedProcedureID, .sh, "R1")
    var identifier = DataSet()
    identifier.set(.specificCharacterSet, .cs, "ISO_IR 100")
    identifier.set(.queryRetrieveLevel, .cs, "STUDY")
    identifier.set(.patientName, .pn, bytes: [0x4D, 0xFC, 0x2A])
    identifier.set(.patientID, .lo, bytes: [])
    identifier.set(.modalitiesInStudy, .cs, "CT", "MR")
    identifier.set(.studyDate, .da, "20240101-")
    identifier.set(.requestAttributesSequence, items: [item])
    identifier.set(.procedureCodeSequence, items: [DataSet()])
    identifier.set(.rows, .us, ints: [512])
    let query = Query(level: .study, identifier: identifier)
    let conditions = Dictionary(uniqueKeysWithValues: query.keys.map { ($0.tag, $0.condition) })
    #expect(
      conditions == [
        .patientName: .wildcard("Mü*"), .patientID: .universal, .modalitiesInStudy: .anyOf(["CT", "MR"]),
        .studyDate: .range(from: "20240101", to: nil), .rows: .single("512"), .procedureCodeSequence: .universal,
        .requestAttributesSequence: .sequence([MatchingKey(.requestedProcedureID, .sh, .single("R1"))]),
      ])
  }

  @Test("nested without end is read to a bound")
  func depth() {
    var identifier = DataSet()
    for _ in 0..<200 {
      var outer = DataSet()
      outer.set(.requestAttributesSequence, items: [identifier])
      identifier = outer
    }
    #expect(Query(level: .series, identifier: identifier).keys.map(\.condition) == [.universal])
  }

  @Test("narrows by attributes of its level and above only; a study's Modality is one of Modalities in Study")
  func levels() {
    let keys = [
      MatchingKey(.modality, .cs, .single("CT")), MatchingKey(.patientID, .lo, .single("1")),
      MatchingKey(.rows, .us, .single("512")), MatchingKey(.studyID, .sh, .universal),
    ]
    #expect(Query(level: .study, keys: keys).narrowingKeys.map(\.tag) == [.modalitiesInStudy, .patientID])
    #expect(Query(level: .patient, keys: keys).narrowingKeys.map(\.tag) == [.patientID])
    #expect(Query(level: .instance, keys: keys).narrowingKeys.map(\.tag) == [.modality, .patientID, .rows])
  }
}

@Suite("Level attributes")
struct LevelAttributesTests {
  @Test("belong to one level each and are in order", arguments: Query.Level.allCases)
  func belong(level: Query.Level) {
    let kept = LevelAttributes.kept(at: level)
    #expect(kept == kept.sorted())
    #expect(Set(kept).count == kept.count)
    #expect(kept.allSatisfy { LevelAttributes.level(of: $0) == level })
    #expect(kept.allSatisfy { DataDictionary.vr($0) != nil })
  }

  @Test("cover what QIDO-RS requires (PS3.18 §10.6.3, Tables 10.6.3-3 to -5)")
  func coverQIDO() {
    let required: [(Query.Level, [DICOM.Tag])] = [
      (
        .study,
        [
          .studyDate, .studyTime, .accessionNumber, .modalitiesInStudy, .referringPhysicianName, .patientName,
          .patientID, .patientBirthDate, .patientSex, .studyInstanceUID, .studyID, .numberOfStudyRelatedSeries,
          .numberOfStudyRelatedInstances,
        ]
      ),
      (
        .series,
        [
          .modality, .seriesDescription, .seriesInstanceUID, .seriesNumber, .numberOfSeriesRelatedInstances,
          .performedProcedureStepStartDate, .performedProcedureStepStartTime, .requestAttributesSequence,
        ]
      ),
      (.instance, [.sopClassUID, .sopInstanceUID, .instanceNumber, .rows, .columns, .bitsAllocated, .numberOfFrames]),
    ]
    for (level, tags) in required { #expect(tags.allSatisfy { LevelAttributes.isKnown($0, at: level) }) }
  }
}
