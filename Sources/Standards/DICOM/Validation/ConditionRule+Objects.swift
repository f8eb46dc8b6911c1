extension ConditionRule {
  /// Reports, segmentations, waveforms, documents and radiotherapy.
  static let objects: [ConditionRule] = [
    ConditionRule(
      .conceptNameCodeSequence, "§C.17.3.2", in: ["sr-document-content"],
      when(
        .valueType, is: "TEXT", "NUM", "CODE", "DATETIME", "DATE", "TIME", "UIDREF", "PNAME")),
    ConditionRule(.segmentationFractionalType, "§C.8.20.2", when(.segmentationType, is: "FRACTIONAL")),
    ConditionRule(.maximumFractionalValue, "§C.8.20.2", when(.segmentationType, is: "FRACTIONAL")),
    ConditionRule(.segmentAlgorithmName, "§C.8.20.4", in: ["segmentation-image"]) { item in
      item.string(.segmentAlgorithmType).map { $0 != "MANUAL" }
    },
    ConditionRule(.trackingID, "§C.8.20.4", in: ["segmentation-image"], with(.trackingUID)),
    ConditionRule(.trackingUID, "§C.8.20.4", in: ["segmentation-image"], with(.trackingID)),
    ConditionRule(.channelSensitivityUnitsSequence, "§C.10.9", with(.channelSensitivity)),
    ConditionRule(.channelSensitivityCorrectionFactor, "§C.10.9", with(.channelSensitivity)),
    ConditionRule(.channelBaseline, "§C.10.9", with(.channelSensitivity)),
    ConditionRule(.channelTimeSkew, "§C.10.9", in: ["waveform"], without(.channelSampleSkew)),
    ConditionRule(.channelSampleSkew, "§C.10.9", in: ["waveform"], without(.channelTimeSkew)),
    ConditionRule(.hl7InstanceIdentifier, "§C.24.2", when(.mimeTypeOfEncapsulatedDocument, is: "text/XML")),
    ConditionRule(
      .referencedRTPlanSequence, "§C.8.8.3", in: ["rt-dose"],
      when(
        .doseSummationType, is: "PLAN", "MULTI_PLAN", "FRACTION", "BEAM", "BRACHY", "FRACTION_SESSION", "BEAM_SESSION",
        "BRACHY_SESSION", "CONTROL_POINT")),
    ConditionRule(.doseGridScaling, "§C.8.8.3", in: ["rt-dose"], with(.pixelData)),
  ]
}
