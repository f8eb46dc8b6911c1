/// Which functional groups the frames of an IOD need (PS3.3 Annex A, tables of functional group macros).
struct FunctionalGroupRule: Sendable {
  /// When a frame needs the group. A condition that no data set decides leaves it to the writer, as `optional` does.
  enum Condition: Character, Sendable {
    case mandatory = "m"
    case optional = "u"
    /// Image Type value 1 is ORIGINAL or MIXED.
    case originalOrMixed = "o"
    /// Image Type value 1 is ORIGINAL.
    case original = "p"
    /// As `originalOrMixed`, unless Acquisition Type (0018,9302) is CONSTANT_ANGLE.
    case notConstantAngle = "a"
    /// As `originalOrMixed`, with Cardiac Synchronization Technique (0018,9037) other than NONE.
    case cardiacSynchronization = "h"
    /// As `originalOrMixed`, with Respiratory Motion Compensation Technique (0018,9170) that needs it.
    case respiratoryCompensation = "r"
    /// As `originalOrMixed`, with Geometry of k-Space Traversal (0018,9032) RECTILINEAR.
    case rectilinear = "k"
    /// As `originalOrMixed`, with Acquisition Contrast (0008,9209) DIFFUSION.
    case diffusion = "f"
    /// Dimension Organization Type (0020,9311) is not TILED_FULL.
    case notTiledFull = "t"
    /// Contrast/Bolus Agent Sequence (0018,0012) is present.
    case contrast = "c"
    /// Photometric Interpretation is MONOCHROME2.
    case monochrome2 = "g"
    /// Pixel Presentation (0008,9205) is COLOR_RANGE.
    case colorRange = "e"
    /// On a slide, and not TILED_FULL.
    case sparseSlide = "s"
    /// In a patient.
    case patient = "q"
  }

  var sequence: Tag
  var condition: Condition

  /// The rules of an IOD by its name; nil when it has no functional groups or the table does not have it.
  static func rules(of iod: String) -> [FunctionalGroupRule]? { table[Substring(iod)] }

  private static let table: [Substring: [FunctionalGroupRule]] = {
    var table: [Substring: [FunctionalGroupRule]] = [:]
    let text = "\(functionalGroupTable)"
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let iod = fields.first else { continue }
      table[iod] = fields.dropFirst().compactMap { field in
        guard let tag = Tag(String(field.prefix(8))), let condition = field.last.flatMap(Condition.init) else {
          return nil
        }
        return FunctionalGroupRule(sequence: tag, condition: condition)
      }
    }
    return table
  }()
}

extension FunctionalGroupRule.Condition {
  /// Whether frames need the group in an image.
  func holds(in dataSet: DataSet) -> Bool {
    let kind = dataSet.strings(.imageType).first
    let isOriginal = kind == "ORIGINAL" || kind == "MIXED"
    let isSlide = dataSet.contains(.imageOrientationSlide)
    let isFull = dataSet.string(.dimensionOrganizationType) == "TILED_FULL"
    switch self {
    case .mandatory: return true
    case .optional: return false
    case .originalOrMixed: return isOriginal
    case .original: return kind == "ORIGINAL"
    case .notConstantAngle: return isOriginal && dataSet.string(.acquisitionType) != "CONSTANT_ANGLE"
    case .cardiacSynchronization:
      return isOriginal && dataSet.string(.cardiacSynchronizationTechnique).map { $0 != "NONE" } == true
    case .respiratoryCompensation:
      let technique = dataSet.string(.respiratoryMotionCompensationTechnique)
      return isOriginal && technique.map { !["NONE", "REALTIME", "BREATH_HOLD"].contains($0) } == true
    case .rectilinear: return isOriginal && dataSet.string(.geometryOfKSpaceTraversal) == "RECTILINEAR"
    case .diffusion: return isOriginal && dataSet.string(.acquisitionContrast) == "DIFFUSION"
    case .notTiledFull: return !isFull && dataSet.string(.segmentationType) != "LABELMAP"
    case .contrast: return dataSet.contains(.contrastBolusAgentSequence)
    case .monochrome2: return dataSet.string(.photometricInterpretation) == "MONOCHROME2"
    case .colorRange: return dataSet.string(.pixelPresentation) == "COLOR_RANGE"
    case .sparseSlide: return isSlide && !isFull
    case .patient: return !isSlide
    }
  }
}
