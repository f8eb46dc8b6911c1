import DICOM

/// A CT series of chest or abdomen with contrast medium (PS3.3 §A.3).
struct TorsoCT: DemoSeries {
  enum Region: Hashable, Sendable {
    case chest, abdomen

    var slices: Int { self == .chest ? 120 : 144 }
    var spacingMillimetres: Double { self == .chest ? 2.5 : 3 }
    /// z of the first slice, the one nearest to the head.
    var top: Double { self == .chest ? 150 : -40 }
    var bodyPart: String { self == .chest ? "CHEST" : "ABDOMEN" }
    var name: String { self == .chest ? "Chest 2.5 soft" : "Abdomen 3.0 soft" }
  }

  static let grid = AxialGrid(rows: 512, columns: 512, spacingMillimetres: 0.8)

  let study: DemoStudy
  let region: Region
  let modality = "CT"
  let number = 2
  var count: Int { region.slices }
  private let modules: DemoModules
  private let shared: DataSet
  private let painter: SlicePainter

  init(_ study: DemoStudy, _ region: Region) {
    self.study = study
    self.region = region
    modules = DemoModules(
      study: study, modality: modality, seriesNumber: number, seriesDescription: region.name,
      sopClass: .ctImageStorage, bodyPart: region.bodyPart)
    painter = TorsoCT.painter(study)
    var shared = modules.shared()
    shared.addCT(
      study, TorsoCT.grid, spacing: region.spacingMillimetres, kernel: "B30", milliampereSeconds: 105,
      dose: region == .chest ? .chest : .abdomen)
    shared.set(.contrastBolusAgent, .lo, "Iodine")
    shared.set(.contrastBolusRoute, .lo, "IV")
    shared.set(.windowCenter, .ds, ints: region == .chest ? [50, -600] : [60, 300])
    shared.set(.windowWidth, .ds, ints: region == .chest ? [400, 1500] : [400, 1600])
    shared.set(
      .windowCenterWidthExplanation, .lo, strings: region == .chest ? ["MEDIASTINUM", "LUNG"] : ["ABDOMEN", "BONE"])
    self.shared = shared
  }

  /// The same person at every visit, but for what has grown and for the noise.
  static func painter(_ study: DemoStudy) -> SlicePainter {
    SlicePainter(
      TorsoPhantom(study.build, random: DemoRandom(seed: study.seed, study.patient.ordinal, 1)).bodies,
      appearances: CTTissue.appearances, random: DemoRandom(seed: study.seed, study.ordinal, 2))
  }

  /// In the patient's own millimetres.
  func height(_ position: Int) -> Double { region.top - Double(position) * region.spacingMillimetres }

  func dataSet(_ position: Int) -> DataSet {
    var set = shared
    modules.identify(&set, position: position)
    modules.date(&set, position: position)
    let z = height(position)
    set.setAxialPlane(TorsoCT.grid, z: z, thicknessMillimetres: region.spacingMillimetres)
    set.setMonochrome(
      rows: TorsoCT.grid.rows, columns: TorsoCT.grid.columns, bitsStored: 12,
      pixels: painter.draw(TorsoCT.grid, z: z, scale: study.patient.scale))
    return set
  }
}
