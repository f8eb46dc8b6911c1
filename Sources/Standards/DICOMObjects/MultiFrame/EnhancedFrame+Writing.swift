import DICOM

extension EnhancedImage.Frame {
  /// The properties as functional groups.
  func groups(_ kind: EnhancedImage.Kind, number: Int) throws(ObjectError) -> DataSet {
    var writer = ItemWriter(steps: [TagPath.Step(sequence: .perFrameFunctionalGroupsSequence, item: number)])
    try writer.put(macro: .frameContentSequence) { (item) throws(ObjectError) in
      try item.put(.stackID, ifAny: stackID)
      try item.put(.inStackPositionNumber, .ul, ifAny: inStackPosition)
      try item.put(.temporalPositionIndex, .ul, ifAny: temporalPosition)
      if !dimensionIndices.isEmpty { try item.put(.dimensionIndexValues, .ul, ints: dimensionIndices) }
      try item.put(.frameAcquisitionDateTime, ifAny: acquisitionDateTime)
    }
    if let plane {
      try writer.put(.planePositionSequence, item: PlanePosition(position: plane.position))
      try writer.put(.planeOrientationSequence, item: PlaneOrientation(plane))
      try writer.put(.pixelMeasuresSequence, item: plane.measures)
    }
    if let characteristics {
      try writer.put(macro: kind.frameTypeSequence) { (item) throws(ObjectError) in
        try characteristics.write(to: &item, .frameType)
      }
    }
    if let anatomy {
      try writer.put(macro: .frameAnatomySequence) { (item) throws(ObjectError) in
        try item.put(.frameLaterality, ifAny: anatomy.laterality)
        try item.put(.anatomicRegionSequence, item: anatomy.region)
      }
    }
    if let rescale {
      try writer.put(macro: .pixelValueTransformationSequence) { (item) throws(ObjectError) in
        try item.put(.rescaleIntercept, .ds, doubles: [rescale.intercept])
        try item.put(.rescaleSlope, .ds, doubles: [rescale.slope])
        try item.put(.rescaleType, ifAny: rescale.type)
      }
    }
    if !windows.isEmpty {
      try writer.put(macro: .frameVOILUTSequence) { (item) throws(ObjectError) in
        try item.put(.windowCenter, .ds, doubles: windows.map(\.center))
        try item.put(.windowWidth, .ds, doubles: windows.map(\.width))
        if windows.contains(where: { !$0.explanation.isEmpty }) {
          try item.put(.windowCenterWidthExplanation, texts: windows.map(\.explanation))
        }
      }
    }
    if kind.isConverted { writer.put(.unassignedPerFrameConvertedAttributesSequence, written: [ItemWriter()]) }
    try computedTomography?.write(to: &writer)
    try magneticResonance?.write(to: &writer)
    return writer.dataSet
  }
}

extension EnhancedImage.Characteristics {
  func write(to writer: inout ItemWriter, _ type: Tag) throws(ObjectError) {
    try writer.put(type, texts: self.type)
    try writer.put(.pixelPresentation, ifAny: pixelPresentation)
    try writer.put(.volumetricProperties, ifAny: volumetricProperties)
    try writer.put(.volumeBasedCalculationTechnique, ifAny: volumeBasedCalculation)
    try writer.put(.complexImageComponent, ifAny: complexComponent)
    try writer.put(.acquisitionContrast, ifAny: acquisitionContrast)
  }
}

extension EnhancedImage.ComputedTomography {
  fileprivate func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(macro: .irradiationEventIdentificationSequence) { (item) throws(ObjectError) in
      try item.put(.irradiationEventUID, ifAny: irradiationEventUID)
    }
    try writer.put(macro: .ctxRayDetailsSequence) { (item) throws(ObjectError) in
      try item.put(.kvp, .ds, ifAny: peakKilovoltage.map { [$0] })
    }
    try writer.put(macro: .ctExposureSequence) { (item) throws(ObjectError) in
      try item.put(.xRayTubeCurrentInmA, .fd, ifAny: tubeCurrentMilliamperes.map { [$0] })
      try item.put(.exposureInmAs, .fd, ifAny: exposureMilliampereSeconds.map { [$0] })
    }
    try writer.put(macro: .ctReconstructionSequence) { (item) throws(ObjectError) in
      try item.put(.convolutionKernel, ifAny: convolutionKernel)
    }
    try writer.put(macro: .ctTableDynamicsSequence) { (item) throws(ObjectError) in
      try item.put(.spiralPitchFactor, .fd, ifAny: spiralPitchFactor.map { [$0] })
    }
  }
}

extension EnhancedImage.MagneticResonance {
  fileprivate func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(macro: .mrTimingAndRelatedParametersSequence) { (item) throws(ObjectError) in
      try item.put(.repetitionTime, .ds, ifAny: repetitionTimeMilliseconds.map { [$0] })
      try item.put(.flipAngle, .ds, ifAny: flipAngleDegrees.map { [$0] })
    }
    try writer.put(macro: .mrEchoSequence) { (item) throws(ObjectError) in
      try item.put(.effectiveEchoTime, .fd, ifAny: effectiveEchoTimeMilliseconds.map { [$0] })
    }
    try writer.put(macro: .mrDiffusionSequence) { (item) throws(ObjectError) in
      try item.put(.diffusionBValue, .fd, ifAny: diffusionBValue.map { [$0] })
      guard let direction = diffusionDirection else { return }
      try item.put(macro: .diffusionGradientDirectionSequence) { (item) throws(ObjectError) in
        try item.put(.diffusionGradientOrientation, .fd, doubles: [direction.x, direction.y, direction.z])
      }
    }
  }
}
