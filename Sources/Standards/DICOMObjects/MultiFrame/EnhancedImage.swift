public import DICOM

/// The functional groups of an enhanced image as values, frame by frame (PS3.3 §C.7.6.16): a view for reading.
public struct EnhancedImage: Hashable, Sendable {
  /// What is known of one frame, whether it stands in its own group or in the shared one.
  public struct Frame: Hashable, Sendable {
    /// Frame Type (0008,9007).
    public var type: [String]
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
    public var rescale: Rescale?
    public var windows: [Window]
    public var computedTomography: ComputedTomography?
    public var magneticResonance: MagneticResonance?
  }

  /// Pixel Value Transformation (§C.7.6.16.2.9).
  public struct Rescale: Hashable, Sendable {
    public var slope: Double
    public var intercept: Double
    public var type: String
  }

  /// Frame VOI LUT (§C.7.6.16.2.10).
  public struct Window: Hashable, Sendable {
    public var center: Double
    public var width: Double
    public var explanation: String
  }

  /// Exposure and reconstruction of a CT frame (§C.8.15.3).
  public struct ComputedTomography: Hashable, Sendable {
    public var peakKilovoltage: Double?
    public var tubeCurrentMilliamperes: Double?
    public var exposureMilliampereSeconds: Double?
    public var convolutionKernel: String?
    public var spiralPitchFactor: Double?
  }

  /// Timing, echo and diffusion of an MR frame (§C.8.13.5).
  public struct MagneticResonance: Hashable, Sendable {
    public var repetitionTimeMilliseconds: Double?
    public var flipAngleDegrees: Double?
    public var effectiveEchoTimeMilliseconds: Double?
    public var diffusionBValue: Double?
    /// A unit vector in the patient; nil where none was applied.
    public var diffusionDirection: SIMD3<Double>?
  }

  public var frames: [Frame]

  /// - Throws: `.missingAttribute` when the object has no functional groups.
  public init(dataSet: DataSet) throws(ObjectError) {
    let groups = FunctionalGroupReader(ItemReader(dataSet))
    guard !groups.frames.isEmpty, groups.frames.count <= FunctionalGroupReader.maximumFrames else {
      throw ObjectError(
        .missingAttribute, path: TagPath(.perFrameFunctionalGroupsSequence),
        "functional groups of up to \(FunctionalGroupReader.maximumFrames) frames")
    }
    frames = groups.frames.indices.map { Frame(groups, $0) }
  }
}

extension EnhancedImage.Frame {
  fileprivate init(_ groups: FunctionalGroupReader, _ frame: Int) {
    func macro(_ sequence: Tag) -> ItemReader? { groups.macro(sequence, frame: frame) }
    let kinds: [Tag] = [.ctImageFrameTypeSequence, .mrImageFrameTypeSequence, .petFrameTypeSequence]
    type = kinds.lazy.compactMap { macro($0)?.strings(.frameType) }.first ?? []
    plane = FramePlane(groups, frame: frame)
    let content = macro(.frameContentSequence)
    stackID = content?.string(.stackID)
    inStackPosition = content?.int(.inStackPositionNumber)
    temporalPosition = content?.int(.temporalPositionIndex)
    dimensionIndices = content?.ints(.dimensionIndexValues) ?? []
    acquisitionDateTime = content?.string(.frameAcquisitionDateTime)
    if let item = macro(.pixelValueTransformationSequence), let slope = item.double(.rescaleSlope),
      let intercept = item.double(.rescaleIntercept)
    {
      rescale = EnhancedImage.Rescale(slope: slope, intercept: intercept, type: item.string(.rescaleType) ?? "")
    }
    windows = macro(.frameVOILUTSequence).map(EnhancedImage.Window.all) ?? []
    computedTomography = EnhancedImage.ComputedTomography(macro)
    magneticResonance = EnhancedImage.MagneticResonance(macro)
  }
}

extension EnhancedImage.Window {
  fileprivate static func all(_ item: ItemReader) -> [EnhancedImage.Window] {
    let explanations = item.strings(.windowCenterWidthExplanation)
    return zip(item.doubles(.windowCenter), item.doubles(.windowWidth)).enumerated().map { number, window in
      EnhancedImage.Window(
        center: window.0, width: window.1,
        explanation: explanations.indices.contains(number) ? explanations[number] : "")
    }
  }
}

extension EnhancedImage.ComputedTomography {
  fileprivate init?(_ macro: (Tag) -> ItemReader?) {
    let exposure = macro(.ctExposureSequence)
    let beam = macro(.ctxRayDetailsSequence)
    let reconstruction = macro(.ctReconstructionSequence)
    let table = macro(.ctTableDynamicsSequence)
    guard exposure != nil || beam != nil || reconstruction != nil || table != nil else { return nil }
    peakKilovoltage = beam?.double(.kvp)
    tubeCurrentMilliamperes = exposure?.double(.xRayTubeCurrentInmA)
    exposureMilliampereSeconds = exposure?.double(.exposureInmAs)
    convolutionKernel = reconstruction?.string(.convolutionKernel)
    spiralPitchFactor = table?.double(.spiralPitchFactor)
  }
}

extension EnhancedImage.MagneticResonance {
  fileprivate init?(_ macro: (Tag) -> ItemReader?) {
    let timing = macro(.mrTimingAndRelatedParametersSequence)
    let echo = macro(.mrEchoSequence)
    let diffusion = macro(.mrDiffusionSequence)
    guard timing != nil || echo != nil || diffusion != nil else { return nil }
    repetitionTimeMilliseconds = timing?.double(.repetitionTime)
    flipAngleDegrees = timing?.double(.flipAngle)
    effectiveEchoTimeMilliseconds = echo?.double(.effectiveEchoTime)
    diffusionBValue = diffusion?.double(.diffusionBValue)
    let direction =
      diffusion?.item(.diffusionGradientDirectionSequence)?.doubles(.diffusionGradientOrientation) ?? []
    diffusionDirection = direction.count == 3 ? SIMD3(direction[0], direction[1], direction[2]) : nil
  }
}
