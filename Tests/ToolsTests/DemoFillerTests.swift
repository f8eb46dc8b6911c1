import ArchiveCore
import DICOM
import TestKit
import Testing

@testable import isocenter

@Suite("Filling an archive with the demo")
struct DemoFillerTests {
  private static let principal = Principal.system("test")

  private func instances(_ archive: Archive, _ studies: [DemoStudy]) async throws -> [Int] {
    var counts: [Int] = []
    for study in studies {
      let uid = try #require(StudyUID(study.uid.rawValue))
      counts.append(try await archive.instances(.study(uid), as: Self.principal).count)
    }
    return counts
  }

  @Test("stores every study once, however often it is done, each at its site")
  func twice() async throws {
    let home = try await TestArchive()
    let studies = DemoHospital.studies().filter { [.chestDX, .headCT].contains($0.kind) }
    let expected = studies.map(\.instances)
    var reported = 0
    let first = try await DemoFiller(home.archive).fill(studies) { objects, _ in reported = objects }
    #expect(first.stored == expected.reduce(0, +))
    #expect(reported == first.stored)
    #expect(try await instances(home.archive, studies) == expected)
    let second = try await DemoFiller(home.archive).fill(studies) { _, _ in }
    #expect(second == DemoSummary(studiesAlreadyThere: studies.count))
    for study in studies {
      let uid = try #require(StudyUID(study.uid.rawValue))
      for site in DemoSite.all.map(\.id) {
        let insider = Principal(kind: .node, name: "insider", roles: [.radiologist], sites: .only([site]))
        let isSeen = (try? await home.archive.instances(.study(uid), as: insider))?.isEmpty == false
        #expect(isSeen == (site == study.patient.site.id))
      }
    }
  }

  @Test("goes on after an interruption without a duplicate")
  func interrupted() async throws {
    let home = try await TestArchive()
    let studies = (0..<40).map { DemoPlan.small(seed: 4, $0) }
    let archive = home.archive
    let running = Task {
      try await DemoFiller(archive).fill(studies) { objects, _ in
        if objects == 31 { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    await #expect(throws: (any Error).self) { try await running.value }
    let summary = try await DemoFiller(archive).fill(studies) { _, _ in }
    #expect(summary.quarantined == 0)
    #expect(try await instances(archive, studies) == studies.map(\.instances))
    let all = try await archive.find(Query(level: .instance), as: Self.principal).matches
    #expect(all.count == studies.reduce(0) { $0 + $1.instances })
    #expect(try await archive.quarantined(as: Self.principal, limit: 10).isEmpty)
  }

  @Test("makes many small studies one by one, each from its number alone")
  func small() throws {
    let many = DemoHospital.smallStudies(seed: 6, 3000)
    var uids: Set<UID> = []
    var patients: Set<String> = []
    for study in many {
      #expect(uids.insert(study.uid).inserted)
      patients.insert(study.patient.id)
    }
    #expect(uids.count == 3000)
    #expect(patients.count == 1500)
    let (alone, among) = (DemoPlan.small(seed: 6, 2999), Array(DemoHospital.smallStudies(seed: 6, 3000)).last)
    #expect(alone == among)
    #expect(alone.series()[0].object(1) == among?.series()[0].object(1))
    #expect(uids.isDisjoint(with: DemoHospital.studies(seed: 6).map(\.uid)))
  }

  @Test("hands an import the same objects")
  func importing() async throws {
    let studies = [DemoPlan.small(seed: 8, 0), DemoPlan.small(seed: 8, 1)]
    var taken: [[UInt8]] = []
    for try await item in DemoImport(studies: studies) {
      guard case .object(let object) = item else { continue }
      let gathered = try await object.gathered()
      #expect(gathered.announced == UInt64(gathered.bytes.count))
      taken.append(gathered.bytes)
    }
    #expect(taken == studies.flatMap { $0.series().flatMap { series in (0..<2).map { series.object($0).bytes } } })
  }
}
