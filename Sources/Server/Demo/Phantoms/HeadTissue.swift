/// What a head is made of, as CT and MR show it.
enum HeadTissue: Int, CaseIterable, Sendable {
  case air, skin, fat, muscle, bone, diploe, fluid, cortex, cerebellum, white, nuclei, vitreous, lens, vessel, sinus
  case lesion, blood, oedema

  enum Weighting: Hashable, Sendable {
    case t1, t2
  }

  /// Hounsfield units. Cortex and cerebellum are drawn pixel by pixel of grey and white matter.
  var hounsfield: Int {
    switch self {
    case .air: -1000
    case .skin: 30
    case .fat: -95
    case .muscle: 55
    case .bone: 1350
    case .diploe: 560
    case .fluid: 6
    case .cortex, .cerebellum: HeadTissue.greyHounsfield
    case .white: HeadTissue.whiteHounsfield
    case .nuclei: 38
    case .vitreous: 12
    case .lens: 75
    case .vessel: 48
    case .sinus: -985
    case .lesion: 24
    case .blood: 68
    case .oedema: 20
    }
  }

  static let greyHounsfield = 38
  static let whiteHounsfield = 28

  /// Stored value of an MR image.
  func signal(_ weighting: Weighting) -> Int {
    let signals: (t1: Int, t2: Int) =
      switch self {
      case .air, .sinus: (18, 18)
      case .skin: (640, 330)
      case .fat: (1250, 840)
      case .muscle: (390, 210)
      case .bone: (45, 40)
      case .diploe: (430, 260)
      case .fluid: (170, 1420)
      case .cortex, .cerebellum: (470, 640)
      case .white: (690, 430)
      case .nuclei: (540, 540)
      case .vitreous: (185, 1500)
      case .lens: (420, 230)
      case .vessel: (70, 60)
      case .lesion: (430, 1020)
      case .blood: (820, 330)
      case .oedema: (520, 930)
      }
    return weighting == .t1 ? signals.t1 : signals.t2
  }
}
