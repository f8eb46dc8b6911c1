/// What a CT of the demo shows, in Hounsfield units: water is 0, air is -1000.
enum CTTissue: Int, CaseIterable, Sendable {
  case air, skin, fat, muscle, lung, soft, cartilage, cortex, spongy, marrow, disc, nerve
  case myocardium, venousBlood, arterialBlood, lungVessel
  case liver, liverVessel, spleen, kidneyCortex, kidneyMedulla, pancreas, gland
  case water, bile, urine, bowelWall, chyme, gas, couch, nodule
  case brain, greyMatter, nuclei, fluid, denseBone, blood

  var hounsfield: Int {
    switch self {
    case .air: -1000
    case .skin: 20
    case .fat: -100
    case .muscle: 55
    case .lung: -850
    case .soft: 45
    case .cartilage: 95
    case .cortex: 750
    case .spongy: 210
    case .marrow: 120
    case .disc: 80
    case .nerve: 35
    case .myocardium: 105
    case .venousBlood: 170
    case .arterialBlood: 240
    case .lungVessel: 130
    case .liver: 105
    case .liverVessel: 150
    case .spleen: 120
    case .kidneyCortex: 190
    case .kidneyMedulla: 140
    case .pancreas: 90
    case .gland: 40
    case .water: 0
    case .bile: 8
    case .urine: 5
    case .bowelWall: 75
    case .chyme: 25
    case .gas: -940
    case .couch: -650
    case .nodule: 40
    case .brain: 31
    case .greyMatter: 39
    case .nuclei: 37
    case .fluid: 6
    case .denseBone: 1350
    case .blood: 66
    }
  }

  /// Standard deviation of the noise, in Hounsfield units.
  var spread: Double {
    switch self {
    case .air, .gas: 9
    case .lung: 26
    case .spongy, .marrow: 38
    case .cortex, .denseBone: 45
    default: 11
    }
  }

  static let appearances = allCases.map {
    Appearance(
      mean: Double($0.hounsfield - CTTissue.intercept), spread: $0.spread,
      isCoarse: $0 == .spongy || $0 == .marrow || $0 == .lung)
  }

  /// Rescale Intercept (0028,1052): stored value 0.
  static let intercept = -1024
}
