import DICOM

/// Two small images that stand for a study: what matters is that there are very many.
struct SmallSeries: DemoSeries {
  static let instances = 2
  private static let grid = AxialGrid(rows: 64, columns: 64, spacingMillimetres: 6.4)
  private static let heights = [40.0, -20, -45, 70]

  /// Drawn once; each study shows two of them.
  private static let pictures: [[UInt8]] = {
    let painter = TorsoCT.painter(DemoPlan.small(seed: 0, 0))
    return heights.map { painter.draw(grid, z: $0) }
  }()

  let study: DemoStudy
  let number = 1
  let count = SmallSeries.instances
  private let modules: DemoModules

  var modality: String {
    switch study.kind {
    case .brainMR: "MR"
    case .chestCR: "CR"
    case .chestDX: "DX"
    default: "CT"
    }
  }

  init(_ study: DemoStudy) {
    self.study = study
    let (modality, sopClass): (String, UID) =
      switch study.kind {
      case .brainMR: ("MR", .mrImageStorage)
      case .chestCR: ("CR", .computedRadiographyImageStorage)
      case .chestDX: ("DX", .digitalXRayImageStorageForPresentation)
      default: ("CT", .ctImageStorage)
      }
    modules = DemoModules(
      study: study, modality: modality, seriesNumber: number, seriesDescription: "Small", sopClass: sopClass,
      bodyPart: study.kind == .brainMR ? "HEAD" : "CHEST")
  }

  func dataSet(_ position: Int) -> DataSet {
    var set = modules.shared()
    modules.identify(&set, position: position)
    modules.date(&set, position: position)
    let grid = SmallSeries.grid
    let picture = (study.ordinal + position) % SmallSeries.heights.count
    switch study.kind {
    case .brainMR:
      set.addMR(study, .t1, grid, spacing: 20)
      set.setAxialPlane(grid, z: -20 * Double(position), thicknessMillimetres: 5)
    case .chestCR: ChestRadiograph.add(to: &set, isDigital: false, spacing: grid.spacingMillimetres)
    case .chestDX: ChestRadiograph.add(to: &set, isDigital: true, spacing: grid.spacingMillimetres)
    default:
      set.addCT(study, grid, spacing: 20, kernel: "B30", milliampereSeconds: 105, dose: .chest)
      set.set(.windowCenter, .ds, 50)
      set.set(.windowWidth, .ds, 400)
      set.setAxialPlane(grid, z: -20 * Double(position), thicknessMillimetres: 5)
    }
    set.setMonochrome(
      rows: grid.rows, columns: grid.columns, bitsStored: 12, pixels: SmallSeries.pictures[picture])
    return set
  }
}
