/// Enumerated values of PS3.3 Annex C that hold wherever an attribute stands; defined terms are not among them, as an
/// implementation may add to those.
enum EnumeratedValues {
  private static let yesNo = ["YES", "NO"]

  /// What each value of an attribute may be.
  static let any: [Tag: [String]] = [
    .patientSex: ["M", "F", "O"],
    .patientSexNeutered: ["ALTERED", "UNALTERED"],
    .anatomicalOrientationType: ["BIPED", "QUADRUPED"],
    .smokingStatus: ["YES", "NO", "UNKNOWN"],
    .pregnancyStatus: ["1", "2", "3", "4"],
    .laterality: ["R", "L"],
    .imageLaterality: ["R", "L", "U", "B"],
    .frameLaterality: ["R", "L", "U", "B"],
    .burnedInAnnotation: yesNo,
    .recognizableVisualFeatures: yesNo,
    .qualityControlImage: ["YES", "NO", "BOTH"],
    .patientIdentityRemoved: yesNo,
    .lossyImageCompression: ["00", "01"],
    .longitudinalTemporalInformationModified: ["UNMODIFIED", "MODIFIED", "REMOVED"],
    .contentQualification: ["PRODUCT", "RESEARCH", "SERVICE"],
    .presentationIntentType: ["FOR PRESENTATION", "FOR PROCESSING"],
    .mrAcquisitionType: ["2D", "3D"],
    .pixelRepresentation: ["0", "1"],
    .planarConfiguration: ["0", "1"],
    .samplesPerPixel: ["1", "3", "4"],
    .pixelIntensityRelationshipSign: ["1", "-1"],
    .voilutFunction: ["LINEAR", "LINEAR_EXACT", "SIGMOID"],
    .shutterShape: ["RECTANGULAR", "CIRCULAR", "POLYGONAL", "BITMAP"],
    .volumetricProperties: ["VOLUME", "SAMPLED", "DISTORTED", "MIXED"],
    .completionFlag: ["PARTIAL", "COMPLETE"],
    .verificationFlag: ["UNVERIFIED", "VERIFIED"],
    .preliminaryFlag: ["PRELIMINARY", "FINAL"],
    .continuityOfContent: ["SEPARATE", "CONTINUOUS"],
    .relationshipType: [
      "CONTAINS", "HAS PROPERTIES", "HAS OBS CONTEXT", "HAS ACQ CONTEXT", "INFERRED FROM", "SELECTED FROM",
      "HAS CONCEPT MOD",
    ],
    .segmentationType: ["BINARY", "FRACTIONAL", "LABELMAP"],
    .segmentationFractionalType: ["PROBABILITY", "OCCUPANCY"],
    .segmentAlgorithmType: ["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"],
    .universalEntityIDType: ["DNS", "EUI64", "ISO", "URI", "UUID", "X400", "X500"],
  ]

  /// What a value may be by its place, from the first on.
  static let byPlace: [Tag: [[String]]] = [
    .imageType: [["ORIGINAL", "DERIVED"], ["PRIMARY", "SECONDARY"]]
  ]

  /// The values allowed at a place counted from 0; nil when any are.
  static func values(of tag: Tag, at place: Int) -> [String]? {
    if let places = byPlace[tag] { return places.indices.contains(place) ? places[place] : nil }
    return any[tag]
  }
}
