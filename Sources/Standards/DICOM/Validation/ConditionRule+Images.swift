extension ConditionRule {
  /// Images of every kind: pixels, transformations, lossy compression, patients.
  static let images: [ConditionRule] = [
    ConditionRule(.pixelSpacingCalibrationDescription, "§10.7", with(.pixelSpacingCalibrationType)),
    ConditionRule(.rescaleIntercept, "§C.11.1", in: ["modality-lut"], without(.modalityLUTSequence)),
    ConditionRule(.rescaleType, "§C.11.1", in: ["modality-lut"], with(.rescaleIntercept)),
    ConditionRule(.modalityLUTSequence, "§C.11.1", in: ["modality-lut"], without(.rescaleIntercept)),
    ConditionRule(.windowCenter, "§C.11.2", in: ["voi-lut", "softcopy-voi-lut"], without(.voilutSequence)),
    ConditionRule(.voilutSequence, "§C.11.2", in: ["voi-lut", "softcopy-voi-lut"], without(.windowCenter)),
    ConditionRule(.responsiblePersonRole, "§C.7.1.1", with(.responsiblePerson)),
    ConditionRule(.originalImageIdentificationNomenclature, "§C.7.6.1", with(.originalImageIdentification)),
    ConditionRule(.frameTime, "§C.7.6.5", in: ["cine"], pointsTo(.frameTime)),
    ConditionRule(.frameTimeVector, "§C.7.6.5", in: ["cine"], pointsTo(.frameTimeVector)),
    ConditionRule(.sliceLocationVector, "§C.8.6.4", in: ["sc-multi-frame-vector"], pointsTo(.sliceLocationVector)),
    ConditionRule(.gridFrameOffsetVector, "§C.8.8.3", in: ["rt-dose"], pointsTo(.gridFrameOffsetVector)),
  ]

  /// The condition that Frame Increment Pointer (0028,0009) names an attribute.
  private static func pointsTo(_ tag: Tag) -> @Sendable (DataSet) -> Bool? {
    { $0.tags(.frameIncrementPointer).contains(tag) }
  }
}
