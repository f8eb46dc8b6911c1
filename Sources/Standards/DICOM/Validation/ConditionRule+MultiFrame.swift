extension ConditionRule {
  private static let enhanced: Set<String> = [
    "enhanced-ct-image", "enhanced-mr-image", "enhanced-pet-image", "enhanced-xa-xrf-image", "mr-spectroscopy",
  ]

  /// Enhanced images: what an `ORIGINAL` or `MIXED` one says of its acquisition.
  static let multiFrame: [ConditionRule] =
    [
      ConditionRule(.acquisitionDateTime, "§C.8.15.2", in: enhanced, isOriginal),
      ConditionRule(.acquisitionDuration, "§C.8.15.2", in: ["enhanced-mr-image", "mr-spectroscopy"], isOriginal),
      ConditionRule(.contentQualification, "§C.8.15.2", in: enhanced, isOriginal),
      ConditionRule(.resonantNucleus, "§C.8.13.1", in: enhanced, isOriginal),
      ConditionRule(.kSpaceFiltering, "§C.8.13.1", in: enhanced, isOriginal),
      ConditionRule(.magneticFieldStrength, "§C.8.13.1", in: enhanced, isOriginal),
      ConditionRule(.applicableSafetyStandardAgency, "§C.8.13.1", in: enhanced, isOriginal),
      ConditionRule(.complexImageComponent, "§C.8.13.3", in: ["enhanced-mr-image"], isOriginal),
      ConditionRule(.acquisitionContrast, "§C.8.13.3", in: ["enhanced-mr-image"], isOriginal),
      ConditionRule(.burnedInAnnotation, "§C.8.13.1", in: ["enhanced-mr-image"], isOriginal),
      ConditionRule(.perFrameFunctionalGroupsSequence, "§C.7.6.16", isNotFull),
      ConditionRule(.dimensionIndexSequence, "§C.7.6.17", in: ["multi-frame-dimension"], isNotFull),
      ConditionRule(.totalPixelMatrixFocalPlanes, "§C.8.12.4", in: ["whole-slide-microscopy-image"]) { item in
        item.string(.dimensionOrganizationType) == "TILED_FULL"
      },
      ConditionRule(.numberOfOpticalPaths, "§C.8.12.5", in: ["optical-path"]) { item in
        item.string(.dimensionOrganizationType) == "TILED_FULL"
      },
      ConditionRule(.presentationLUTShape, "§C.8.12.4", in: ["whole-slide-microscopy-image"], isGrey),
      ConditionRule(.rescaleIntercept, "§C.8.12.4", in: ["whole-slide-microscopy-image"], isGrey),
      ConditionRule(.rescaleSlope, "§C.8.12.4", in: ["whole-slide-microscopy-image"], isGrey),
    ] + pulseSequence

  /// MR Pulse Sequence (§C.8.13.4): all of an original image.
  private static let pulseSequence: [ConditionRule] = {
    let attributes: [Tag] = [
      .pulseSequenceName, .mrAcquisitionType, .echoPulseSequence, .multiPlanarExcitation, .phaseContrast,
      .timeOfFlightContrast, .steadyStatePulseSequence, .echoPlanarPulseSequence, .saturationRecovery,
      .spectrallySelectedSuppression, .oversamplingPhase, .geometryOfKSpaceTraversal, .segmentedKSpaceTraversal,
      .numberOfKSpaceTrajectories,
    ]
    return attributes.map { ConditionRule($0, "§C.8.13.4", in: ["mr-pulse-sequence"], isOriginal) }
  }()

  private static let isGrey = when(.photometricInterpretation, is: "MONOCHROME2")

  private static let isNotFull: @Sendable (DataSet) -> Bool? = { item in
    item.string(.dimensionOrganizationType) != "TILED_FULL"
  }

  /// Whether Image Type value 1 is ORIGINAL or MIXED.
  private static let isOriginal: @Sendable (DataSet) -> Bool? = { item in
    item.strings(.imageType).first.map { $0 == "ORIGINAL" || $0 == "MIXED" }
  }
}
