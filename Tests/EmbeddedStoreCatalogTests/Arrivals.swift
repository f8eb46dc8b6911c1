import ArchiveCore
import DICOM
import EmbeddedStore
import Foundation
import Synchronization

/// A catalog in a directory of its own, with a clock that tests set.
struct Home: Sendable {
  let directory: String
  let clock: TestClock
  let catalog: EmbeddedCatalog

  init(directory: String? = nil, clock: TestClock = TestClock()) async throws {
    self.directory =
      directory ?? FileManager.default.temporaryDirectory.appendingPathComponent("catalog-\(UUID().uuidString)").path
    self.clock = clock
    catalog = try await EmbeddedCatalog.open(at: self.directory, environment: clock.environment)
  }

  var file: String { "\(directory)/catalog.sqlite" }

  /// Closes the catalog and removes its directory.
  func remove() async throws {
    try await catalog.close()
    try FileManager.default.removeItem(atPath: directory)
  }
}

/// Runs a test in a home that is gone afterwards.
func atHome(_ body: (Home) async throws -> Void) async throws {
  let home = try await Home()
  do { try await body(home) } catch {
    try? await home.remove()
    throw error
  }
  try await home.remove()
}

/// A clock that stands until it is moved.
final class TestClock: Sendable {
  private let nanoseconds = Mutex<Int64>(1_700_000_000_000_000_000)
  func advance(seconds: Int64) { nanoseconds.withLock { $0 += seconds * 1_000_000_000 } }
  var now: Instant { Instant(nanoseconds: nanoseconds.withLock { $0 }) }

  var environment: ArchiveCore.Environment {
    ArchiveCore.Environment(
      now: { self.now }, random: ArchiveCore.Environment.system.random,
      sleep: { _ in try await Task.sleep(for: .seconds(3600)) })
  }
}

/// One arriving instance, described in few words.
struct Arrival: Sendable {
  var patientID = "P1"
  var issuer: String?
  var name = "Doe^Jane"
  var birthDate = "19700102"
  var sex = "F"
  var study = "1.2.3"
  var date = "20240301"
  var time = "101500"
  var accession = "A1"
  var studyID = "S1"
  var description = "Thorax"
  var series = "1.2.3.1"
  var modality = "CT"
  var instance = "1.2.3.1.1"
  var number: Int? = 1
  var sopClass = "1.2.840.10008.5.1.4.1.1.2"
  var site = "main"
  var sourceName = "SCANNER"
  var delivery: UInt128 = 1
  var container: UInt128 = 1
  var record: UInt128?
  var content: UInt8 = 0
  var length: UInt64 = 2048
  /// One after the other when it is not said.
  var receivedAt: Instant?
  var more: [DataElement] = []

  var recordID: RecordID {
    RecordID(bits: record ?? (UInt128(bitPattern: instance) ^ UInt128(content) << 120))
  }

  var header: DataSet {
    var header = DataSet()
    header.set(.specificCharacterSet, .cs, "ISO_IR 192")
    header.set(.patientName, .pn, name)
    header.set(.patientID, .lo, patientID)
    if let issuer { header.set(.issuerOfPatientID, .lo, issuer) }
    header.set(.patientBirthDate, .da, birthDate)
    header.set(.patientSex, .cs, sex)
    header.set(.studyInstanceUID, .ui, study)
    header.set(.studyDate, .da, date)
    header.set(.studyTime, .tm, time)
    header.set(.accessionNumber, .sh, accession)
    header.set(.studyID, .sh, studyID)
    header.set(.studyDescription, .lo, description)
    header.set(.seriesInstanceUID, .ui, series)
    header.set(.modality, .cs, modality)
    header.set(.sopInstanceUID, .ui, instance)
    header.set(.sopClassUID, .ui, sopClass)
    if let number { header.set(.instanceNumber, .is, ints: [number]) }
    header.set(.rows, .us, ints: [512])
    header.set(.columns, .us, ints: [512])
    header.set(.bitsAllocated, .us, ints: [16])
    for element in more { header.set(element) }
    return header
  }

  func entry() throws -> InstanceEntry {
    guard let study = StudyUID(study), let series = SeriesUID(series), let instance = InstanceUID(instance),
      let digest = Digest(Array(repeating: content, count: 32))
    else { throw ArchiveError(.missingIdentity, "no UID") }
    let source = Source(channel: .association, name: sourceName, site: SiteID(site))
    let attributes = RecordAttributes(
      id: recordID, delivery: DeliveryID(bits: delivery), receivedAt: receivedAt ?? Self.nextMoment(), source: source,
      principalKind: .node, principalName: sourceName, transferSyntax: "1.2.840.10008.1.2.1")
    let location = RecordLocation(container: ContainerID(bits: container), offset: 64, length: length)
    return InstanceEntry(
      patient: PatientIdentity(issuer: issuer ?? source.defaultIssuer, id: patientID), study: study, series: series,
      instance: instance, sopClass: UID(sopClass), header: header,
      record: StoredRecord(attributes: attributes, location: location, digest: digest), frames: nil)
  }

  private static let moments = Mutex<Int64>(1_700_000_000_000_000_000)

  private static func nextMoment() -> Instant {
    moments.withLock {
      $0 += 1000
      return Instant(nanoseconds: $0)
    }
  }

  func with(_ change: (inout Arrival) -> Void) -> Arrival {
    var copy = self
    change(&copy)
    return copy
  }
}

extension UInt128 {
  /// A stable number made of a text (FNV-1a), so that a record's id follows from its instance.
  init(bitPattern text: String) {
    var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    for byte in text.utf8 {
      hash ^= UInt128(byte)
      hash = hash &* 0x0000_0000_0100_0000_0000_0000_0000_013B
    }
    self = hash
  }
}

extension EmbeddedCatalog {
  @discardableResult
  func store(_ arrivals: Arrival...) async throws -> [ChangeOutcome] { try await store(arrivals) }

  @discardableResult
  func store(_ arrivals: [Arrival]) async throws -> [ChangeOutcome] {
    try await commit(try arrivals.map { .store(try $0.entry()) })
  }

  /// The values of an attribute in the answers to a query.
  func answers(_ query: Query, _ tag: Tag, within sites: Principal.Sites = .all) async throws -> [String] {
    try await find(query, within: sites).matches.map { $0.attributes.string(tag) ?? "" }
  }
}

let admin = Principal(kind: .person, name: "admin", roles: [.administrator], sites: .all)
