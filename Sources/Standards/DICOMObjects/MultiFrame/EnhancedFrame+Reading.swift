import DICOM

extension EnhancedImage.Frame {
  /// Reads a frame counted from 0; `others` is filled when what the properties say is known.
  init(_ groups: FunctionalGroupReader, _ frame: Int, _ kind: EnhancedImage.Kind) throws(ObjectError) {
    func macro(_ sequence: Tag) -> ItemReader? { groups.macro(sequence, frame: frame) }
    let content = macro(.frameContentSequence)
    self.init(
      characteristics: macro(kind.frameTypeSequence).map { EnhancedImage.Characteristics($0, .frameType) },
      plane: FramePlane(groups, frame: frame), stackID: content?.string(.stackID),
      inStackPosition: content?.int(.inStackPositionNumber), temporalPosition: content?.int(.temporalPositionIndex),
      dimensionIndices: content?.ints(.dimensionIndexValues) ?? [],
      acquisitionDateTime: content?.string(.frameAcquisitionDateTime),
      windows: macro(.frameVOILUTSequence).map(EnhancedImage.Window.all) ?? [],
      computedTomography: kind.isTomography ? EnhancedImage.ComputedTomography(macro) : nil,
      magneticResonance: kind.isTomography ? nil : EnhancedImage.MagneticResonance(macro))
    if let item = macro(.frameAnatomySequence), let region = try item.concept(.anatomicRegionSequence) {
      anatomy = EnhancedImage.Anatomy(region, laterality: item.string(.frameLaterality) ?? "")
    }
    if let item = macro(.pixelValueTransformationSequence), let slope = item.double(.rescaleSlope),
      let intercept = item.double(.rescaleIntercept)
    {
      rescale = EnhancedImage.Rescale(slope: slope, intercept: intercept, type: item.string(.rescaleType) ?? "")
    }
    var whole = groups.shared?.dataSet ?? DataSet()
    if groups.frames.indices.contains(frame) {
      for element in groups.frames[frame].dataSet { whole.set(element) }
    }
    // Properties that could not be written again stay among the others.
    others = OtherAttributes((try? self.groups(kind, number: frame)).map { whole.remainder(without: $0) } ?? whole)
  }
}

extension EnhancedImage.Characteristics {
  init(_ item: ItemReader, _ type: Tag) {
    self.init(
      type: item.strings(type), pixelPresentation: item.string(.pixelPresentation) ?? "",
      volumetricProperties: item.string(.volumetricProperties) ?? "",
      volumeBasedCalculation: item.string(.volumeBasedCalculationTechnique) ?? "",
      complexComponent: item.string(.complexImageComponent), acquisitionContrast: item.string(.acquisitionContrast))
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
    let beam = macro(.ctxRayDetailsSequence)
    let exposure = macro(.ctExposureSequence)
    self.init(
      irradiationEventUID: macro(.irradiationEventIdentificationSequence)?.uid(.irradiationEventUID),
      peakKilovoltage: beam?.double(.kvp), tubeCurrentMilliamperes: exposure?.double(.xRayTubeCurrentInmA),
      exposureMilliampereSeconds: exposure?.double(.exposureInmAs),
      convolutionKernel: macro(.ctReconstructionSequence)?.string(.convolutionKernel),
      spiralPitchFactor: macro(.ctTableDynamicsSequence)?.double(.spiralPitchFactor))
    if self == EnhancedImage.ComputedTomography() { return nil }
  }
}

extension EnhancedImage.MagneticResonance {
  fileprivate init?(_ macro: (Tag) -> ItemReader?) {
    let timing = macro(.mrTimingAndRelatedParametersSequence)
    let diffusion = macro(.mrDiffusionSequence)
    let direction =
      diffusion?.item(.diffusionGradientDirectionSequence)?.doubles(.diffusionGradientOrientation) ?? []
    self.init(
      repetitionTimeMilliseconds: timing?.double(.repetitionTime), flipAngleDegrees: timing?.double(.flipAngle),
      effectiveEchoTimeMilliseconds: macro(.mrEchoSequence)?.double(.effectiveEchoTime),
      diffusionBValue: diffusion?.double(.diffusionBValue),
      diffusionDirection: direction.count == 3 ? SIMD3(direction[0], direction[1], direction[2]) : nil)
    if self == EnhancedImage.MagneticResonance() { return nil }
  }
}
