import ArchiveCore
import DICOM
import Testing
import Workflow

/// Instances by number: ten of a study, all of one series.
enum Specimen {
  static func study(_ number: Int) throws -> StudyUID { try #require(StudyUID("1.2.\(number / 10 + 1)")) }
  static func series(_ number: Int) throws -> SeriesUID { try #require(SeriesUID("1.2.\(number / 10 + 1).1")) }
  static func instance(_ number: Int) throws -> InstanceUID {
    try #require(InstanceUID("1.2.\(number / 10 + 1).1.\(number)"))
  }
  static func record(_ number: Int) -> RecordID { RecordID(bits: UInt128(number) + 1) }

  static func request(_ number: Int) throws -> ForwardRequest {
    ForwardRequest(study: try study(number), instance: try instance(number), record: record(number))
  }

  static let cause = ForwardCause(rule: "r1", version: 1, sites: .all)
  static let other = ForwardCause(rule: "r2", version: 3, sites: .only([SiteID("north")]))

  static func destination(_ name: String) -> DestinationRecord {
    DestinationRecord(name: name, address: .dimse(aeTitle: "PACS", host: "pacs", port: 104))
  }

  static func stored(_ number: Int, _ channel: Source.Channel?, at moment: Instant) throws -> JournalEntry {
    JournalEntry(
      position: .start, at: moment, principal: "node:CT1", site: .main, delivery: DeliveryID(bits: 1),
      channel: channel,
      event: .instanceStored(
        InstanceFacts(
          study: try study(number), series: try series(number), instance: try instance(number),
          record: record(number), site: .main, modality: "CT", bytes: 100, seriesEdge: number % 10 == 0,
          studyEdge: number % 10 == 0)))
  }

  static func entry(_ number: Int, _ channel: Source.Channel) throws -> InstanceEntry {
    var header = DataSet()
    header.set(.patientID, .lo, "P1")
    header.set(.studyInstanceUID, .ui, try study(number).value)
    header.set(.seriesInstanceUID, .ui, try series(number).value)
    header.set(.sopInstanceUID, .ui, try instance(number).value)
    header.set(.modality, .cs, "CT")
    let source = Source(channel: channel, name: "CT1", site: .main)
    return InstanceEntry(
      patient: PatientIdentity(issuer: "main", id: "P1"), study: try study(number), series: try series(number),
      instance: try instance(number), sopClass: "1.2.840.10008.5.1.4.1.1.2", header: header,
      record: StoredRecord(
        attributes: RecordAttributes(
          id: record(number), delivery: DeliveryID(bits: 1), receivedAt: Instant(nanoseconds: 5), source: source,
          principalKind: .node, principalName: "CT1", transferSyntax: "1.2.840.10008.1.2.1"),
        location: RecordLocation(container: ContainerID(bits: 1), offset: 64, length: 100),
        digest: try #require(Digest(Array(repeating: UInt8(truncatingIfNeeded: number), count: 32)))),
      frames: nil)
  }
}
