import ArchiveCore
import DICOM
import NIOCore

/// A made-up hospital: the same patients, studies and images for the same seed, on every machine.
///
/// Its objects hold every attribute that their IODs ask for (PS3.3 Annex A), so that any archive and viewer takes them.
enum DemoHospital {
  /// What decides everything about it unless another seed is given.
  static let seed: UInt64 = 1
  /// Most small studies made in one run.
  static let maximumSmallStudies = 10_000_000

  /// Twelve patients with twenty studies at two sites.
  static func studies(seed: UInt64 = seed) -> [DemoStudy] { DemoPlan.hospital(seed: seed) }

  /// So many small studies, each made when it is asked for.
  static func smallStudies(seed: UInt64 = seed, _ count: Int) -> some Sequence<DemoStudy> & Sendable {
    (0..<count).lazy.map { DemoPlan.small(seed: seed, $0) }
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

/// The instances of a series of the demo, each made from its number alone.
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
        dataSet(position), in: .explicitVRLittleEndian,
        sourceApplicationEntityTitle: site.applicationEntityTitle(modality))
      return DemoObject(name: name, bytes: bytes, site: site.id)
    } catch {
      // Nothing from outside goes into these objects.
      preconditionFailure("\(name) cannot be written: \(error)")
    }
  }
}

extension DemoStudy {
  /// How many instances its series have, known without making them.
  var instances: Int {
    if isSmall { return SmallSeries.instances }
    let images =
      switch kind {
      case .chestCT: TorsoCT.Region.chest.slices
      case .abdomenCT: TorsoCT.Region.abdomen.slices
      case .headCT: HeadCT.slices
      case .brainMR: 2 * BrainMR.slices
      case .mammography: Mammogram.views.count
      case .chestCR, .chestDX, .heartUS: 1
      }
    return images + (hasReport ? 1 : 0) + (hasDose ? 1 : 0)
  }

  /// Whether a dose report comes with it.
  private var hasDose: Bool { kind == .chestCT || kind == .abdomenCT || kind == .headCT }

  /// The series of the study, the images first.
  func series() -> [any DemoSeries] {
    if isSmall { return [SmallSeries(self)] }
    var series: [any DemoSeries] =
      switch kind {
      case .chestCT: [TorsoCT(self, .chest)]
      case .abdomenCT: [TorsoCT(self, .abdomen)]
      case .headCT: [HeadCT(self)]
      case .brainMR: [BrainMR(self, .t1), BrainMR(self, .t2)]
      case .chestCR: [ChestRadiograph(self, isDigital: false)]
      case .chestDX: [ChestRadiograph(self, isDigital: true)]
      case .mammography: [Mammogram(self)]
      case .heartUS: [HeartUltrasound(self)]
      }
    if hasDose { series.append(DoseReport(self)) }
    if hasReport { series.append(TextReport(self)) }
    return series
  }
}
