/// The codes that this library writes or looks for, and those that its callers need to name (PS3.16 Annex D for `DCM`;
/// the DICOM subset for `SCT`; UCUM).
extension CodedConcept {
  // MARK: - Documents (PS3.16 Annex D)
  public static let imagingMeasurementReport = CodedConcept("126000", "DCM", "Imaging Measurement Report")
  public static let languageOfContent = CodedConcept("121049", "DCM", "Language of Content Item and Descendants")
  public static let procedureReported = CodedConcept("121058", "DCM", "Procedure reported")
  public static let imageLibrary = CodedConcept("111028", "DCM", "Image Library")
  public static let imageLibraryGroup = CodedConcept("126200", "DCM", "Image Library Group")
  public static let imagingMeasurements = CodedConcept("126010", "DCM", "Imaging Measurements")
  public static let measurementGroup = CodedConcept("125007", "DCM", "Measurement Group")

  // MARK: - Observation context (TID 1001 to 1004)
  public static let observerType = CodedConcept("121005", "DCM", "Observer Type")
  public static let person = CodedConcept("121006", "DCM", "Person")
  public static let device = CodedConcept("121007", "DCM", "Device")
  public static let personObserverName = CodedConcept("121008", "DCM", "Person Observer Name")
  public static let deviceObserverUID = CodedConcept("121012", "DCM", "Device Observer UID")
  public static let deviceObserverName = CodedConcept("121013", "DCM", "Device Observer Name")
  public static let deviceObserverManufacturer = CodedConcept("121014", "DCM", "Device Observer Manufacturer")
  public static let deviceObserverModelName = CodedConcept("121015", "DCM", "Device Observer Model Name")
  public static let deviceObserverSerialNumber = CodedConcept("121016", "DCM", "Device Observer Serial Number")

  // MARK: - Measurement groups (TID 1501, 1410, 1411, 1419, 1420)
  public static let activitySession = CodedConcept("C67447", "NCIt", "Activity Session")
  public static let trackingIdentifier = CodedConcept("112039", "DCM", "Tracking Identifier")
  public static let trackingUniqueIdentifier = CodedConcept("112040", "DCM", "Tracking Unique Identifier")
  public static let findingCategory = CodedConcept("276214006", "SCT", "Finding category")
  public static let finding = CodedConcept("121071", "DCM", "Finding")
  public static let findingSite = CodedConcept("363698007", "SCT", "Finding Site")
  public static let laterality = CodedConcept("272741003", "SCT", "Laterality")
  public static let measurementMethod = CodedConcept("370129005", "SCT", "Measurement Method")
  public static let derivation = CodedConcept("121401", "DCM", "Derivation")
  public static let imageRegion = CodedConcept("111030", "DCM", "Image Region")
  public static let referencedSegmentationFrame = CodedConcept("121214", "DCM", "Referenced Segmentation Frame")
  public static let referencedSegment = CodedConcept("121191", "DCM", "Referenced Segment")
  public static let sourceImageForSegmentation = CodedConcept("121233", "DCM", "Source image for segmentation")
  public static let sourceSeriesForSegmentation = CodedConcept("121232", "DCM", "Source series for segmentation")
  public static let regionInSpace = CodedConcept("130488", "DCM", "Region in Space")
  public static let sourceOfMeasurement = CodedConcept("121112", "DCM", "Source of Measurement")

  // MARK: - Algorithms (TID 4019)
  public static let algorithmName = CodedConcept("111001", "DCM", "Algorithm Name")
  public static let algorithmParameters = CodedConcept("111002", "DCM", "Algorithm Parameters")
  public static let algorithmVersion = CodedConcept("111003", "DCM", "Algorithm Version")

  // MARK: - Key objects (TID 2010, CID 7010)
  public static let ofInterest = CodedConcept("113000", "DCM", "Of Interest")
  public static let rejectedForQualityReasons = CodedConcept("113001", "DCM", "Rejected for Quality Reasons")
  public static let forReferringProvider = CodedConcept("113002", "DCM", "For Referring Provider")
  public static let forSurgery = CodedConcept("113003", "DCM", "For Surgery")
  public static let forTeaching = CodedConcept("113004", "DCM", "For Teaching")
  public static let manifest = CodedConcept("113030", "DCM", "Manifest")
  public static let documentTitleModifier = CodedConcept("113011", "DCM", "Document Title Modifier")
  public static let keyObjectDescription = CodedConcept("113012", "DCM", "Key Object Description")

  // MARK: - Dose (TID 10001 to 10021)
  public static let xRayRadiationDoseReport = CodedConcept("113701", "DCM", "X-Ray Radiation Dose Report")
  public static let radiopharmaceuticalDoseReport = CodedConcept(
    "113500", "DCM", "Radiopharmaceutical Radiation Dose Report")
  public static let irradiationEventUID = CodedConcept("113769", "DCM", "Irradiation Event UID")
  public static let ctAcquisition = CodedConcept("113819", "DCM", "CT Acquisition")
  public static let irradiationEventXRayData = CodedConcept("113706", "DCM", "Irradiation Event X-Ray Data")
  public static let ctAccumulatedDoseData = CodedConcept("113811", "DCM", "CT Accumulated Dose Data")
  public static let accumulatedXRayDoseData = CodedConcept("113702", "DCM", "Accumulated X-Ray Dose Data")
  public static let meanCTDIvol = CodedConcept("113830", "DCM", "Mean CTDIvol")
  public static let dlp = CodedConcept("113838", "DCM", "DLP")
  public static let ctDoseLengthProductTotal = CodedConcept("113813", "DCM", "CT Dose Length Product Total")
  public static let doseAreaProduct = CodedConcept("122130", "DCM", "Dose Area Product")
  public static let doseAreaProductTotal = CodedConcept("113722", "DCM", "Dose Area Product Total")
  public static let doseRPTotal = CodedConcept("113725", "DCM", "Dose (RP) Total")
  public static let averageGlandularDose = CodedConcept("111631", "DCM", "Average Glandular Dose")
  public static let acquisitionProtocol = CodedConcept("125203", "DCM", "Acquisition Protocol")
  public static let radiopharmaceuticalAdministration = CodedConcept(
    "113502", "DCM", "Radiopharmaceutical Administration")
  public static let radiopharmaceuticalAdministrationEventUID = CodedConcept(
    "113503", "DCM", "Radiopharmaceutical Administration Event UID")

  // MARK: - Segments and purposes (CID 7202, 7203)
  public static let segmentation = CodedConcept("113076", "DCM", "Segmentation")
  public static let sourceImageForImageProcessingOperation = CodedConcept(
    "121322", "DCM", "Source image for image processing operation")
  public static let anatomicalStructure = CodedConcept("123037004", "SCT", "Anatomical Structure")
  public static let tissue = CodedConcept("85756007", "SCT", "Tissue")
  public static let morphologicallyAbnormalStructure = CodedConcept(
    "49755003", "SCT", "Morphologically Abnormal Structure")
  public static let realWorldValueMapQuantity = CodedConcept("246205007", "SCT", "Quantity")

  // MARK: - Units (UCUM)
  public static let noUnits = CodedConcept("1", "UCUM", "no units")
  public static let millimetre = CodedConcept("mm", "UCUM", "millimeter")
  public static let squareMillimetre = CodedConcept("mm2", "UCUM", "square millimeter")
  public static let cubicMillimetre = CodedConcept("mm3", "UCUM", "cubic millimeter")
  public static let hounsfieldUnit = CodedConcept("[hnsf'U]", "UCUM", "Hounsfield unit")

  // MARK: - Languages (RFC 5646)
  public static let english = CodedConcept("en", "RFC5646", "English")
}

extension CodedConcept {
  /// The code that PS3.16 uses today for one of an earlier edition; itself for every other.
  public var current: CodedConcept { CodedConcept.successors[self] ?? self }

  /// Codes of `SRT` and earlier `DCM` that documents in the wild use for the concepts above.
  private static let successors: [CodedConcept: CodedConcept] = [
    CodedConcept("G-C0E3", "SRT", ""): .findingSite,
    CodedConcept("G-C171", "SRT", ""): .laterality,
    CodedConcept("G-C306", "SRT", ""): .measurementMethod,
    CodedConcept("G-C036", "SRT", ""): .measurementMethod,
    CodedConcept("C67447", "NCIt", ""): .activitySession,
    CodedConcept("T-D0050", "SRT", ""): .tissue,
    CodedConcept("T-D000A", "SRT", ""): .anatomicalStructure,
    CodedConcept("M-01000", "SRT", ""): .morphologicallyAbnormalStructure,
    CodedConcept("G-C1C6", "SRT", ""): .realWorldValueMapQuantity,
  ]
}
