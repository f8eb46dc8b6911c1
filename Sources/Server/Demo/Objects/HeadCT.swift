import DICOM

/// A CT series of the head without contrast medium (PS3.3 §A.3).
struct HeadCT: DemoSeries {
  static let slices = 32
  private static let grid = AxialGrid(rows: 512, columns: 512, spacingMillimetres: 0.48)
  private static let spacingMillimetres = 5.0
  /// z of the first slice, the one nearest to the feet.
  private static let bottom = -62.0

  let study: DemoStudy
  let modality = "CT"
  let number = 2
  let count = HeadCT.slices
  private let modules: DemoModules
  private let shared: DataSet
  private let painter: SlicePainter
  private let fills: [Int: SlicePainter.Fill]

  init(_ study: DemoStudy) {
    self.study = study
    modules = DemoModules(
      study: study, modality: modality, seriesNumber: number, seriesDescription: "Head 5.0", sopClass: .ctImageStorage,
      bodyPart: "HEAD")
    let phantom = HeadPhantom(.bleeding, random: DemoRandom(seed: study.seed, study.patient.ordinal, 3))
    let noise = DemoRandom(seed: study.seed, study.ordinal, number)
    painter = SlicePainter(
      phantom.bodies,
      appearances: HeadTissue.allCases.map {
        Appearance(
          mean: Double($0.hounsfield - CTTissue.intercept), spread: $0 == .bone || $0 == .diploe ? 40 : 4.5,
          isCoarse: $0 == .diploe)
      }, random: noise)
    func stored(_ hounsfield: Int) -> Float { Float(hounsfield - CTTissue.intercept) }
    fills = phantom.folds.fills(
      BrainFolds.Values(
        fluid: stored(HeadTissue.fluid.hounsfield), grey: stored(HeadTissue.greyHounsfield),
        white: stored(HeadTissue.whiteHounsfield)),
      spread: 4.5, random: noise)
    var shared = modules.shared()
    shared.addCT(
      study, HeadCT.grid, spacing: HeadCT.spacingMillimetres, kernel: "H31", milliampereSeconds: 320, dose: .head)
    shared.set(.windowCenter, .ds, 38, 600)
    shared.set(.windowWidth, .ds, 90, 2800)
    shared.set(.windowCenterWidthExplanation, .lo, "BRAIN", "BONE")
    self.shared = shared
  }

  func dataSet(_ position: Int) -> DataSet {
    var set = shared
    modules.identify(&set, position: position)
    modules.date(&set, position: position)
    let z = HeadCT.bottom + Double(position) * HeadCT.spacingMillimetres
    set.setAxialPlane(HeadCT.grid, z: z, thicknessMillimetres: HeadCT.spacingMillimetres)
    set.setMonochrome(
      rows: HeadCT.grid.rows, columns: HeadCT.grid.columns, bitsStored: 12,
      pixels: painter.draw(HeadCT.grid, z: z, scale: study.patient.scale, fills: fills))
    return set
  }
}
