public import DICOM

extension EnhancedImage {
  /// What is known of one frame, whether it stands in its own functional groups or in the shared ones (PS3.3 §C.7.6.16).
  public struct Frame: Hashable, Sendable {
    public var characteristics: Characteristics?
    public var plane: FramePlane?
    public var stackID: String?
    /// In-Stack Position Number (0020,9057), from 1.
    public var inStackPosition: Int?
    /// Temporal Position Index (0020,9128), from 1.
    public var temporalPosition: Int?
    /// Dimension Index Values (0020,9157).
    public var dimensionIndices: [Int]
    /// Frame Acquisition DateTime (0018,9074), DT.
    public var acquisitionDateTime: String?
    public var anatomy: Anatomy?
    public var rescale: Rescale?
    public var windows: [Window]
    public var computedTomography: ComputedTomography?
    public var magneticResonance: MagneticResonance?
    /// Functional groups, and attributes of them, that have no property here.
    public var others: OtherAttributes

    public init(
      characteristics: Characteristics?, plane: FramePlane?, stackID: String? = nil, inStackPosition: Int? = nil,
      temporalPosition: Int? = nil, dimensionIndices: [Int], acquisitionDateTime: String? = nil,
      anatomy: Anatomy? = nil, rescale: Rescale? = nil, windows: [Window] = [],
      computedTomography: ComputedTomography? = nil, magneticResonance: MagneticResonance? = nil,
      others: OtherAttributes = OtherAttributes()
    ) {
      self.characteristics = characteristics
      self.plane = plane
      self.stackID = stackID
      self.inStackPosition = inStackPosition
      self.temporalPosition = temporalPosition
      self.dimensionIndices = dimensionIndices
      self.acquisitionDateTime = acquisitionDateTime
      self.anatomy = anatomy
      self.rescale = rescale
      self.windows = windows
      self.computedTomography = computedTomography
      self.magneticResonance = magneticResonance
      self.others = others
    }
  }

  /// Frame Anatomy (§C.7.6.16.2.8).
  public struct Anatomy: Hashable, Sendable {
    public var region: CodedConcept
    /// Frame Laterality (0020,9072): R, L, U for unpaired, B for both.
    public var laterality: String

    public init(_ region: CodedConcept, laterality: String = "U") {
      self.region = region
      self.laterality = laterality
    }
  }

  /// Pixel Value Transformation (§C.7.6.16.2.9).
  public struct Rescale: Hashable, Sendable {
    public var slope: Double
    public var intercept: Double
    public var type: String

    public init(slope: Double, intercept: Double, type: String) {
      self.slope = slope
      self.intercept = intercept
      self.type = type
    }
  }

  /// Frame VOI LUT (§C.7.6.16.2.10).
  public struct Window: Hashable, Sendable {
    public var center: Double
    public var width: Double
    public var explanation: String

    public init(center: Double, width: Double, explanation: String = "") {
      self.center = center
      self.width = width
      self.explanation = explanation
    }
  }

  /// Exposure and reconstruction of a CT frame (§C.8.15.3).
  public struct ComputedTomography: Hashable, Sendable {
    public var irradiationEventUID: UID?
    public var peakKilovoltage: Double?
    public var tubeCurrentMilliamperes: Double?
    public var exposureMilliampereSeconds: Double?
    public var convolutionKernel: String?
    public var spiralPitchFactor: Double?

    public init(
      irradiationEventUID: UID? = nil, peakKilovoltage: Double? = nil, tubeCurrentMilliamperes: Double? = nil,
      exposureMilliampereSeconds: Double? = nil, convolutionKernel: String? = nil, spiralPitchFactor: Double? = nil
    ) {
      self.irradiationEventUID = irradiationEventUID
      self.peakKilovoltage = peakKilovoltage
      self.tubeCurrentMilliamperes = tubeCurrentMilliamperes
      self.exposureMilliampereSeconds = exposureMilliampereSeconds
      self.convolutionKernel = convolutionKernel
      self.spiralPitchFactor = spiralPitchFactor
    }
  }

  /// Timing, echo and diffusion of an MR frame (§C.8.13.5).
  public struct MagneticResonance: Hashable, Sendable {
    public var repetitionTimeMilliseconds: Double?
    public var flipAngleDegrees: Double?
    public var effectiveEchoTimeMilliseconds: Double?
    public var diffusionBValue: Double?
    /// A unit vector in the patient; nil where none was applied.
    public var diffusionDirection: SIMD3<Double>?

    public init(
      repetitionTimeMilliseconds: Double? = nil, flipAngleDegrees: Double? = nil,
      effectiveEchoTimeMilliseconds: Double? = nil, diffusionBValue: Double? = nil,
      diffusionDirection: SIMD3<Double>? = nil
    ) {
      self.repetitionTimeMilliseconds = repetitionTimeMilliseconds
      self.flipAngleDegrees = flipAngleDegrees
      self.effectiveEchoTimeMilliseconds = effectiveEchoTimeMilliseconds
      self.diffusionBValue = diffusionBValue
      self.diffusionDirection = diffusionDirection
    }
  }
}
