import DICOM

/// An MR series of the head (PS3.3 §A.4).
struct BrainMR: DemoSeries {
  static let slices = 24
  private static let grid = AxialGrid(rows: 256, columns: 256, spacingMillimetres: 0.9)
  private static let thicknessMillimetres = 5.0
  private static let spacingMillimetres = 6.0

  let study: DemoStudy
  let modality = "MR"
  let number: Int
  let count = BrainMR.slices
  private let modules: DemoModules
  private let shared: DataSet
  private let painter: SlicePainter

  init(_ study: DemoStudy, _ weighting: BrainPhantom.Weighting) {
    self.study = study
    number = weighting == .t1 ? 2 : 3
    modules = DemoModules(
      study: study, modality: modality, seriesNumber: number,
      seriesDescription: weighting == .t1 ? "T1 SE axial" : "T2 TSE axial", sopClass: .mrImageStorage, bodyPart: "HEAD",
      model: "Demo MR 3T", delaySeconds: weighting == .t1 ? 120 : 480)
    let phantom = BrainPhantom(
      build: study.patient.build, random: DemoRandom(seed: study.seed, study.patient.ordinal, 3))
    painter = SlicePainter(
      phantom.ellipsoids,
      tissues: BrainPhantom.Tissue.allCases.map { ($0.signal(weighting), 14 + $0.signal(weighting) / 12) },
      random: DemoRandom(seed: study.seed, study.ordinal, number))
    shared = BrainMR.shared(modules, weighting)
  }

  func dataSet(_ position: Int) -> DataSet {
    var set = shared
    modules.identify(&set, position: position)
    modules.date(&set, position: position)
    // From feet to head.
    let z = (Double(position) - Double(count - 1) / 2) * BrainMR.spacingMillimetres
    set.setAxialPlane(BrainMR.grid, z: z, thicknessMillimetres: BrainMR.thicknessMillimetres)
    set.setMonochrome(
      rows: BrainMR.grid.rows, columns: BrainMR.grid.columns, bitsStored: 12,
      pixels: painter.draw(BrainMR.grid, z: z))
    return set
  }

  private static func shared(_ modules: DemoModules, _ weighting: BrainPhantom.Weighting) -> DataSet {
    var set = modules.shared()
    let isT1 = weighting == .t1
    set.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "OTHER")
    set.set(.frameOfReferenceUID, modules.study.uid("frame"))
    set.set(.positionReferenceIndicator, .lo, "")
    set.set(.patientPosition, .cs, "HFS")
    set.set(.acquisitionNumber, .is, 1)
    set.set(.scanningSequence, .cs, "SE")
    set.set(.sequenceVariant, .cs, strings: isT1 ? ["NONE"] : ["SK"])
    set.set(.scanOptions, .cs, "")
    set.set(.mrAcquisitionType, .cs, "2D")
    set.set(.sequenceName, .sh, isT1 ? "se2d1" : "tse2d15")
    set.set(.repetitionTime, .ds, isT1 ? 550 : 4500)
    set.set(.echoTime, .ds, isT1 ? 10 : 95)
    set.set(.echoTrainLength, .is, isT1 ? 1 : 15)
    set.set(.numberOfAverages, .ds, 1)
    set.set(.imagingFrequency, .ds, doubles: [123.25])
    set.set(.imagedNucleus, .sh, "1H")
    set.set(.echoNumbers, .is, 1)
    set.set(.magneticFieldStrength, .ds, 3)
    set.set(.spacingBetweenSlices, .ds, doubles: [spacingMillimetres])
    set.set(.pixelBandwidth, .ds, 180)
    set.set(.flipAngle, .ds, 90)
    set.set(.acquisitionMatrix, .us, 0, grid.rows, grid.columns, 0)
    set.set(.inPlanePhaseEncodingDirection, .cs, "ROW")
    set.set(.windowCenter, .ds, isT1 ? 500 : 650)
    set.set(.windowWidth, .ds, isT1 ? 900 : 1300)
    return set
  }
}
