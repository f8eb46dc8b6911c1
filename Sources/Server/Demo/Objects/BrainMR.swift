import DICOM

/// An MR series of the head (PS3.3 §A.4).
struct BrainMR: DemoSeries {
  static let slices = 24
  private static let grid = AxialGrid(rows: 256, columns: 256, spacingMillimetres: 0.96)
  private static let thicknessMillimetres = 5.0
  private static let spacingMillimetres = 6.0
  /// z of the first slice, the one nearest to the feet.
  private static let bottom = -54.0
  /// Standard deviation, in stored values.
  private static let noise = 16.0

  let study: DemoStudy
  let modality = "MR"
  let number: Int
  let count = BrainMR.slices
  private let modules: DemoModules
  private let shared: DataSet
  private let painter: SlicePainter
  private let fills: [Int: SlicePainter.Fill]

  init(_ study: DemoStudy, _ weighting: HeadTissue.Weighting) {
    self.study = study
    number = weighting == .t1 ? 2 : 3
    modules = DemoModules(
      study: study, modality: modality, seriesNumber: number,
      seriesDescription: weighting == .t1 ? "T1 SE axial" : "T2 TSE axial", sopClass: .mrImageStorage, bodyPart: "HEAD",
      delaySeconds: weighting == .t1 ? 120 : 480)
    let phantom = HeadPhantom(
      study.visit > 0 ? .bleeding : .spots, random: DemoRandom(seed: study.seed, study.patient.ordinal, 3))
    let noise = DemoRandom(seed: study.seed, study.ordinal, number)
    painter = SlicePainter(
      phantom.bodies,
      appearances: HeadTissue.allCases.map { Appearance(mean: Double($0.signal(weighting)), spread: BrainMR.noise) },
      random: noise)
    fills = phantom.folds.fills(
      BrainFolds.Values(
        fluid: Float(HeadTissue.fluid.signal(weighting)), grey: Float(HeadTissue.cortex.signal(weighting)),
        white: Float(HeadTissue.white.signal(weighting))),
      spread: BrainMR.noise, random: noise)
    var shared = modules.shared()
    shared.addMR(study, weighting, BrainMR.grid, spacing: BrainMR.spacingMillimetres)
    self.shared = shared
  }

  func dataSet(_ position: Int) -> DataSet {
    var set = shared
    modules.identify(&set, position: position)
    modules.date(&set, position: position)
    // From feet to head.
    let z = BrainMR.bottom + Double(position) * BrainMR.spacingMillimetres
    set.setAxialPlane(BrainMR.grid, z: z, thicknessMillimetres: BrainMR.thicknessMillimetres)
    set.setMonochrome(
      rows: BrainMR.grid.rows, columns: BrainMR.grid.columns, bitsStored: 12,
      pixels: painter.draw(BrainMR.grid, z: z, scale: study.patient.scale, fills: fills))
    return set
  }
}

extension DataSet {
  /// What all slices of an MR series share (PS3.3 §C.8.3.1).
  mutating func addMR(_ study: DemoStudy, _ weighting: HeadTissue.Weighting, _ grid: AxialGrid, spacing: Double) {
    let isT1 = weighting == .t1
    set(.imageType, .cs, "ORIGINAL", "PRIMARY", "OTHER")
    set(.frameOfReferenceUID, study.uid("frame"))
    set(.positionReferenceIndicator, .lo, "")
    set(.patientPosition, .cs, "HFS")
    set(.acquisitionNumber, .is, 1)
    set(.scanningSequence, .cs, "SE")
    set(.sequenceVariant, .cs, strings: isT1 ? ["NONE"] : ["SK"])
    set(.scanOptions, .cs, "")
    set(.mrAcquisitionType, .cs, "2D")
    set(.sequenceName, .sh, isT1 ? "se2d1" : "tse2d15")
    set(.repetitionTime, .ds, isT1 ? 550 : 4500)
    set(.echoTime, .ds, isT1 ? 10 : 95)
    set(.echoTrainLength, .is, isT1 ? 1 : 15)
    set(.numberOfAverages, .ds, 1)
    set(.imagingFrequency, .ds, doubles: [123.25])
    set(.imagedNucleus, .sh, "1H")
    set(.echoNumbers, .is, 1)
    set(.magneticFieldStrength, .ds, 3)
    set(.spacingBetweenSlices, .ds, doubles: [spacing])
    set(.pixelBandwidth, .ds, 180)
    set(.flipAngle, .ds, 90)
    set(.acquisitionMatrix, .us, 0, grid.rows, grid.columns, 0)
    set(.inPlanePhaseEncodingDirection, .cs, "ROW")
    set(.windowCenter, .ds, isT1 ? 480 : 700)
    set(.windowWidth, .ds, isT1 ? 900 : 1400)
  }
}
