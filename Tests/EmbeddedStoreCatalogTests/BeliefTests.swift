import ArchiveCore
import DICOM
import Foundation
import GRDB
import Testing

@testable import EmbeddedStore

@Suite("What the catalog believes")
struct BeliefTests {
  @Test("keeps the same number from two sites two patients, and one site's from the other's readers")
  func issuers() async throws {
    try await atHome { home in
      let north = Arrival().with { $0.site = "north" }
      let south = Arrival().with {
        $0.site = "south"
        $0.study = "1.9"
        $0.series = "1.9.1"
        $0.instance = "1.9.1.1"
        $0.name = "Roe^Richard"
      }
      try await home.catalog.store(north, south)
      let patients = try await home.catalog.find(Query(level: .patient), within: .all).matches.map(\.attributes)
      #expect(Set(patients.compactMap { $0.string(.issuerOfPatientID) }) == ["north", "south"])
      #expect(patients.map { $0.int(.numberOfPatientRelatedStudies) } == [1, 1])
      #expect(try await home.catalog.conflicts(within: .all, limit: 9).isEmpty)

      let onlyNorth = Principal.Sites.only([SiteID("north")])
      for level in Query.Level.allCases {
        let found = try await home.catalog.answers(Query(level: level), .patientName, within: onlyNorth)
        #expect(found == ["Doe^Jane"])
      }
      let hidden = Selection.study(try #require(StudyUID("1.9")))
      #expect(try await home.catalog.instances(of: hidden, within: onlyNorth).isEmpty)
      #expect(try await home.catalog.records(of: hidden, within: onlyNorth).isEmpty)
      #expect(try await home.catalog.instances(of: hidden, within: .only([])).isEmpty)
      #expect(try await home.catalog.find(Query(level: .study), within: .only([])).matches.isEmpty)
      #expect(try await home.catalog.counters(within: onlyNorth).map(\.site) == [SiteID("north")])
    }
  }

  @Test("numbers of a patient's studies count only what the caller may know of")
  func scopedNumbers() async throws {
    try await atHome { home in
      let first = Arrival().with {
        $0.issuer = "CITY"; $0.site = "north"
      }
      let second = first.with {
        $0.site = "south"; $0.study = "1.9"; $0.series = "1.9.1"; $0.instance = "1.9.1.1"
      }
      try await home.catalog.store(first, second)
      let query = Query(level: .patient)
      #expect(try await home.catalog.answers(query, .numberOfPatientRelatedStudies) == ["2"])
      let sites = Principal.Sites.only([SiteID("south")])
      #expect(try await home.catalog.answers(query, .numberOfPatientRelatedStudies, within: sites) == ["1"])
    }
  }

  @Test(
    "marks a contradiction once, with a proposal, and hides nothing",
    arguments: [
      (CatalogConflict.Kind.birthDate, CatalogConflict.Proposal.splitPatient), (.sex, .splitPatient),
      (.name, .keepFirstName), (.otherPatient, .keepStudyWithFirstPatient),
    ])
  func contradictions(kind: CatalogConflict.Kind, proposal: CatalogConflict.Proposal) async throws {
    try await atHome { home in
      let first = Arrival()
      let second = first.with {
        $0.study = kind == .otherPatient ? $0.study : "1.9"
        $0.series = "1.9.1"
        switch kind {
        case .birthDate: $0.birthDate = "19800101"
        case .sex: $0.sex = "M"
        case .name: $0.name = "Doe^Janet"
        case .otherPatient: $0.patientID = "P2"
        }
      }
      try await home.catalog.store(first)
      for number in 0..<3 { try await home.catalog.store(second.with { $0.instance = "1.9.1.\(number)" }) }
      let conflicts = try await home.catalog.conflicts(within: .all, limit: 9)
      #expect(conflicts.map(\.kind) == [kind])
      #expect(conflicts.map(\.proposal) == [proposal])
      #expect(conflicts.map(\.believed.id) == ["P1"])
      #expect(conflicts.map(\.stated.id) == [second.patientID])
      #expect(conflicts.map(\.study.value) == [second.study])
      #expect(try await home.catalog.find(Query(level: .instance), within: .all).matches.count == 4)
      #expect(try await home.catalog.find(Query(level: .patient), within: .all).matches.count == 1)
    }
  }

  @Test("is no contradiction where one side says nothing, or says the same in other letters")
  func agreement() async throws {
    try await atHome { home in
      try await home.catalog.store(
        Arrival(),
        Arrival().with {
          $0.instance = "1.1"; $0.name = "DOE^JANE^^"
        },
        Arrival().with {
          $0.instance = "1.2"; $0.birthDate = ""; $0.sex = ""; $0.name = ""
        })
      #expect(try await home.catalog.conflicts(within: .all, limit: 9).isEmpty)
    }
  }

  @Test("of text is in UTF-8, whatever repertoire it arrived in")
  func repertoires() async throws {
    try await atHome { home in
      let latin = Arrival().with {
        $0.more = [
          DataElement(tag: .specificCharacterSet, vr: .cs, value: .bytes(Array("ISO_IR 100".utf8))),
          DataElement(tag: .patientName, vr: .pn, value: .bytes([0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72, 0x5E, 0x4A])),
        ]
      }
      try await home.catalog.store(latin)
      let key = MatchingKey.parse(tag: .patientName, vr: .pn, text: "MÜLL*")
      let found = try await home.catalog.find(Query(level: .study, keys: [key]), within: .all).matches
      #expect(found.first?.attributes.string(.patientName) == "Müller^J")
      #expect(found.first?.attributes.string(.specificCharacterSet) == "ISO_IR 192")
    }
  }

  @Test("of values too long to be kept is silent; the object is found all the same")
  func longValues() async throws {
    try await atHome { home in
      let long = String(repeating: "x", count: LevelAttributes.maximumValueLength + 2)
      try await home.catalog.store(
        Arrival().with {
          $0.description = long; $0.name = long
        })
      let study = try #require(try await home.catalog.find(Query(level: .study), within: .all).matches.first)
      #expect(study.attributes[.studyDescription] == nil)
      #expect(study.attributes[.patientName] == nil)
    }
  }
}

@Suite("A record in the catalog")
struct RecordTests {
  @Test("is found where it was moved to, and its container is known by what lives in it")
  func relocates() async throws {
    try await atHome { home in
      let arrival = Arrival()
      let second = arrival.with { $0.instance = "1.2.3.1.2" }
      try await home.catalog.store(arrival, second)
      let place = RecordLocation(container: ContainerID(bits: 9), offset: 4096, length: 2048)
      #expect(try await home.catalog.commit([.relocate([arrival.recordID: place])]) == [.applied])
      #expect(try await home.catalog.location(of: arrival.recordID) == place)
      let instance = Selection.instances([try #require(InstanceUID(arrival.instance))])
      #expect(try await home.catalog.instances(of: instance, within: .all).map(\.location) == [place])
      let moved = try await home.catalog.records(in: ContainerID(bits: 9))
      #expect(moved.map(\.record) == [arrival.recordID])
      #expect(moved.first?.series.value == arrival.series)
      #expect(moved.first?.seriesChangedAt == home.clock.now)
      #expect(try await home.catalog.records(in: ContainerID(bits: 1)).map(\.record) == [second.recordID])
    }
  }

  @Test("belongs to a container whose progress never goes back")
  func progress() async throws {
    try await atHome { home in
      let container = ContainerID(bits: 3)
      #expect(try await home.catalog.appliedOffset(of: container) == 0)
      for (offset, expected) in [(100, 100), (50, 100), (300, 300)] as [(UInt64, UInt64)] {
        _ = try await home.catalog.commit([.applied(container, upTo: offset)])
        #expect(try await home.catalog.appliedOffset(of: container) == expected)
      }
    }
  }

  @Test("is there after the catalog was closed and opened again")
  func survives() async throws {
    let first = try await Home()
    let arrivals = (0..<30).map { number in Arrival().with { $0.instance = "1.2.3.1.\(number)" } }
    try await first.catalog.store(arrivals)
    let query = Query(level: .instance)
    let before = try await first.catalog.find(query, within: .all)
    try await first.catalog.close()
    await #expect(throws: (any Error).self) { try await first.catalog.find(query, within: .all) }
    await #expect(throws: (any Error).self) { try await first.catalog.store(arrivals) }
    let second = try await Home(directory: first.directory)
    #expect(try await second.catalog.find(query, within: .all) == before)
    #expect(try await second.catalog.store(Arrival().with { $0.instance = "1.7" }) == [.applied])
    try await second.remove()
  }

  @Test("list of a selection is in the order of series, then arrival, and may name instances alone")
  func selections() async throws {
    try await atHome { home in
      let uids = ["1.5.1", "1.4.1", "1.5.2", "1.4.2"]
      for uid in uids {
        try await home.catalog.store(
          Arrival().with {
            $0.series = String(uid.prefix(3)); $0.instance = uid
          })
      }
      let study = try #require(StudyUID(Arrival().study))
      let series = try #require(SeriesUID("1.4"))
      let instance = try #require(InstanceUID("1.4.2"))
      func list(_ selection: Selection) async throws -> [String] {
        try await home.catalog.instances(of: selection, within: .all).map(\.instance.value)
      }
      let inOrder = ["1.5.1", "1.5.2", "1.4.1", "1.4.2"]
      #expect(try await list(.study(study)) == inOrder)
      #expect(try await list(.series(study, series)) == ["1.4.1", "1.4.2"])
      #expect(try await list(.instance(study, series, instance)) == ["1.4.2"])
      #expect(try await list(.instances(uids.reversed().compactMap { InstanceUID($0) } + [instance])) == inOrder)
      #expect(try await list(.instance(study, try #require(SeriesUID("1.5")), instance)).isEmpty)
      #expect(try await list(.instances([])).isEmpty)
      let many = (0..<1500).compactMap { InstanceUID("9.9.\($0)") } + [instance]
      #expect(try await list(.instances(many)) == ["1.4.2"])
    }
  }
}

@Suite("The catalog's file")
struct FileTests {
  @Test("of a newer program is refused, and not touched")
  func newer() async throws {
    let home = try await Home()
    try await home.catalog.database.pool.writeWithoutTransaction { db in
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')")
    }
    try await home.catalog.close()
    let error = await #expect(throws: ArchiveError.self) { try await EmbeddedCatalog.open(at: home.directory) }
    #expect(error?.code == .unsupported)
    try FileManager.default.removeItem(atPath: home.directory)
  }

  @Test("that is no catalog is called damaged")
  func damaged() async throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("catalog-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: "\(directory)/catalog.sqlite"))
    let error = await #expect(throws: ArchiveError.self) { try await EmbeddedCatalog.open(at: directory) }
    #expect(error?.code == .damaged)
    try FileManager.default.removeItem(atPath: directory)
  }
}
