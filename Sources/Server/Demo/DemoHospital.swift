import ArchiveCore
import DICOM
import NIOCore

/// A made-up hospital: the same patients, studies and images for the same seed, on every machine.
///
/// Its objects hold every attribute that their IODs ask for (PS3.3 Annex A), so that any archive and viewer takes them.
enum DemoHospital {
  static let defaultStudies = 8

  /// The objects of so many studies, study by study, each made when it is asked for.
  static func objects(seed: UInt64 = 1, studies: Int = defaultStudies) -> DemoObjects {
    DemoObjects(studies: DemoPlan.studies(seed: seed, count: studies))
  }
}

/// An object of the demo.
struct DemoObject: Sendable, Equatable {
  /// Site, patient, study, series and number, for people to read.
  var name: String
  /// A Part 10 file (PS3.10 §7.1).
  var bytes: [UInt8]
  var site: SiteID
}

/// Objects made one by one.
struct DemoObjects: Sequence, Sendable {
  var studies: [DemoStudy]

  /// How many there will be.
  var count: Int { studies.reduce(0) { $0 + $1.instances } }

  func makeIterator() -> Iterator {
    Iterator(studies: studies.reversed())
  }

  struct Iterator: IteratorProtocol {
    fileprivate var studies: [DemoStudy]
    fileprivate var series: [any DemoSeries] = []
    fileprivate var current: (any DemoSeries)?
    fileprivate var position = 0

    mutating func next() -> DemoObject? {
      while true {
        if let current, position < current.count {
          defer { position += 1 }
          return current.object(position)
        }
        position = 0
        current = series.popLast()
        if current == nil {
          guard let study = studies.popLast() else { return nil }
          series = study.series.reversed()
        }
      }
    }
  }
}

/// The instances of a series of the demo, each made from its number.
protocol DemoSeries: Sendable {
  var study: DemoStudy { get }
  var modality: String { get }
  /// Series Number (0020,0011).
  var number: Int { get }
  /// Instances.
  var count: Int { get }
  /// An instance by its position from 0.
  func dataSet(_ position: Int) -> DataSet
}

extension DemoSeries {
  /// An instance as a Part 10 file.
  func object(_ position: Int) -> DemoObject {
    let site = study.patient.site
    let name = "\(site.id)/\(study.patient.id)/\(study.accessionNumber)/\(modality)\(number)/\(position + 1)"
    do {
      let bytes = try Part10.write(
        dataSet(position), in: .explicitVRLittleEndian, sourceApplicationEntityTitle: "\(site.code)_\(modality)")
      return DemoObject(name: name, bytes: bytes, site: site.id)
    } catch {
      // Nothing from outside goes into these objects.
      preconditionFailure("\(name) cannot be written: \(error)")
    }
  }
}

extension DemoStudy {
  /// How many instances its series have.
  fileprivate var instances: Int {
    let images =
      switch kind {
      case .chestCT: ChestCT.slices
      case .brainMR: 2 * BrainMR.slices
      case .chestCR, .chestDX, .heartUS: 1
      }
    return images + (hasReport ? 1 : 0)
  }

  /// The series of the study, the images first.
  fileprivate var series: [any DemoSeries] {
    var series: [any DemoSeries] =
      switch kind {
      case .chestCT: [ChestCT(self)]
      case .brainMR: [BrainMR(self, .t1), BrainMR(self, .t2)]
      case .chestCR: [ChestRadiograph(self, isDigital: false)]
      case .chestDX: [ChestRadiograph(self, isDigital: true)]
      case .heartUS: [HeartUltrasound(self)]
      }
    if hasReport { series.append(TextReport(self)) }
    return series
  }
}

/// The objects of a site, or all, as an import takes them.
struct DemoImport: AsyncSequence, Sendable {
  typealias Element = ImportItem

  var objects: DemoObjects
  var site: SiteID?

  func makeAsyncIterator() -> AsyncIterator {
    // Studies of other sites are not even made.
    let studies = objects.studies.filter { site == nil || $0.patient.site.id == site }
    return AsyncIterator(objects: DemoObjects(studies: studies).makeIterator())
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var objects: DemoObjects.Iterator

    mutating func next() async throws -> ImportItem? {
      try Task.checkCancellation()
      return objects.next().map { .object(ImportObject($0)) }
    }
  }
}

extension ImportObject {
  /// A demo object, wholly in memory.
  init(_ object: DemoObject) {
    self.init(
      name: object.name, length: UInt64(object.bytes.count), leniencies: [],
      bytes: ObjectBytes(opening: [ByteBuffer(bytes: object.bytes)], rest: NoPieces()))
  }
}
