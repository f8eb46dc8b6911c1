import ArchiveCore
import DICOM
import EmbeddedStore
import Testing

@Suite("A commit")
struct CommitTests {
  @Test("makes an instance found at every level, with maintained counts")
  func storesAndFinds() async throws {
    try await atHome { home in
      let first = Arrival()
      #expect(try await home.catalog.store(first) == [.applied])
      try await home.catalog.store(
        first.with {
          $0.instance = "1.2.3.1.2"; $0.number = 2
        })
      try await home.catalog.store(
        first.with {
          $0.instance = "1.2.3.2.1"; $0.series = "1.2.3.2"; $0.modality = "SR"; $0.sopClass = "1.2.9"
        })
      let study = try #require(try await home.catalog.find(Query(level: .study), within: .all).matches.first)
      #expect(study.attributes.strings(.modalitiesInStudy) == ["CT", "SR"])
      #expect(study.attributes.int(.numberOfStudyRelatedInstances) == 3)
      #expect(study.attributes.int(.numberOfStudyRelatedSeries) == 2)
      #expect(study.attributes.string(.patientName) == "Doe^Jane")
      #expect(try await home.catalog.answers(Query(level: .instance), .instanceNumber) == ["1", "2", "1"])
      #expect(try await home.catalog.answers(Query(level: .patient), .numberOfPatientRelatedInstances) == ["3"])
      let references = try await home.catalog.instances(of: .study(try #require(StudyUID("1.2.3"))), within: .all)
      #expect(references.map(\.instance.value) == ["1.2.3.1.1", "1.2.3.1.2", "1.2.3.2.1"])
      #expect(references.first?.location.length == 2048)
    }
  }

  @Test("of the same content again says so; other content is a conflict that hides nothing")
  func repeats() async throws {
    try await atHome { home in
      let arrival = Arrival()
      try await home.catalog.store(arrival)
      #expect(try await home.catalog.store(arrival) == [.alreadySo(arrival.recordID)])
      let again = arrival.with { $0.record = 99 }
      #expect(try await home.catalog.store(again) == [.alreadySo(arrival.recordID)])
      let other = arrival.with { $0.content = 7 }
      let outcome = try await home.catalog.store(other)
      guard case .conflict(let reference) = try #require(outcome.first) else {
        Issue.record("no conflict")
        return
      }
      #expect(reference.record == arrival.recordID)
      #expect(try await home.catalog.commit([.quarantine(try other.entry())]) == [.applied])
      #expect(try await home.catalog.quarantined(within: .all, limit: 10).map(\.record) == [other.recordID])
      #expect(try await home.catalog.find(Query(level: .instance), within: .all).matches.count == 1)
    }
  }
}
