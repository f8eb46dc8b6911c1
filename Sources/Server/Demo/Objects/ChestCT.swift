import DICOM

/// A CT series of the chest (PS3.3 §A.3).
struct ChestCT: DemoSeries {
  static let slices = 40
  private static let grid = AxialGrid(rows: 256, columns: 256, spacingMillimetres: 1.5)
  private static let spacingMillimetres = 6.0
  private static let interceptHounsfield = -1024

  let study: DemoStudy
  let modality = "CT"
  let number = 2
  let count = ChestCT.slices
  private let modules: DemoModules
  private let shared: DataSet
  private let painter: SlicePainter

  init(_ study: DemoStudy) {
    self.study = study
    modules = DemoModules(
      study: study, modality: modality, seriesNumber: number, seriesDescription: "Chest 6.0 B30",
      sopClass: .ctImageStorage,
      bodyPart: "CHEST", model: "Demo CT 64")
    // What was small in the prior has grown.
    let noduleRadius = study.patient.script == .latin ? 4.5 + Double(study.visit) * 3.5 : 0
    let phantom = ChestPhantom(
      build: study.patient.build, noduleRadius: noduleRadius,
      random: DemoRandom(seed: study.seed, study.patient.ordinal, 1))
    painter = SlicePainter(
      phantom.ellipsoids,
      tissues: ChestPhantom.Tissue.allCases.map { ($0.hounsfield - ChestCT.interceptHounsfield, $0.spread) },
      random: DemoRandom(seed: study.seed, study.ordinal, 2))
    shared = ChestCT.shared(modules)
  }

  func dataSet(_ position: Int) -> DataSet {
    var set = shared
    modules.identify(&set, position: position)
    modules.date(&set, position: position)
    // From head to feet.
    let z = (Double(count - 1) / 2 - Double(position)) * ChestCT.spacingMillimetres
    set.setAxialPlane(ChestCT.grid, z: z, thicknessMillimetres: ChestCT.spacingMillimetres)
    set.setMonochrome(
      rows: ChestCT.grid.rows, columns: ChestCT.grid.columns, bitsStored: 12,
      pixels: painter.draw(ChestCT.grid, z: z))
    return set
  }

  private static func shared(_ modules: DemoModules) -> DataSet {
    var set = modules.shared()
    set.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "AXIAL")
    set.set(.frameOfReferenceUID, modules.study.uid("frame"))
    set.set(.positionReferenceIndicator, .lo, "")
    set.set(.patientPosition, .cs, "HFS")
    set.set(.acquisitionNumber, .is, 1)
    set.set(.kvp, .ds, 120)
    set.set(.xRayTubeCurrent, .is, 210)
    set.set(.exposureTime, .is, 500)
    set.set(.exposure, .is, 105)
    set.set(.convolutionKernel, .sh, "B30")
    set.set(.reconstructionDiameter, .ds, doubles: [Double(grid.columns) * grid.spacingMillimetres])
    set.set(.spacingBetweenSlices, .ds, doubles: [spacingMillimetres])
    set.set(.gantryDetectorTilt, .ds, 0)
    set.set(.contrastBolusAgent, .lo, "Iodine")
    set.set(.contrastBolusRoute, .lo, "IV")
    set.set(.rescaleIntercept, .ds, interceptHounsfield)
    set.set(.rescaleSlope, .ds, 1)
    set.set(.rescaleType, .lo, "HU")
    set.set(.windowCenter, .ds, 40, -600)
    set.set(.windowWidth, .ds, 400, 1500)
    set.set(.windowCenterWidthExplanation, .lo, "MEDIASTINUM", "LUNG")
    return set
  }
}
