import DICOM

/// A radiograph of the chest, computed (CR, PS3.3 §A.2) or digital (DX for presentation, PS3.3 §A.26).
struct ChestRadiograph: DemoSeries {
  private static let projection = ChestProjection(
    rows: 1024, columns: 1024, spacingMillimetres: 0.39, middle: -12)

  let study: DemoStudy
  let number = 1
  let count = 1
  private let isDigital: Bool
  private let modules: DemoModules

  var modality: String { isDigital ? "DX" : "CR" }

  init(_ study: DemoStudy, isDigital: Bool) {
    self.study = study
    self.isDigital = isDigital
    modules = DemoModules(
      study: study, modality: isDigital ? "DX" : "CR", seriesNumber: number, seriesDescription: "Chest PA",
      sopClass: isDigital ? .digitalXRayImageStorageForPresentation : .computedRadiographyImageStorage,
      bodyPart: "CHEST")
  }

  func dataSet(_ position: Int) -> DataSet {
    var set = modules.shared()
    modules.identify(&set, position: position)
    modules.date(&set, position: position)
    let projection = ChestRadiograph.projection
    let phantom = TorsoPhantom(
      study.build, isStanding: true, random: DemoRandom(seed: study.seed, study.patient.ordinal, 1))
    set.setMonochrome(
      rows: projection.rows, columns: projection.columns, bitsStored: 12,
      pixels: projection.draw(
        phantom, scale: study.patient.scale, random: DemoRandom(seed: study.seed, study.ordinal, 4)))
    ChestRadiograph.add(to: &set, isDigital: isDigital, spacing: projection.spacingMillimetres)
    return set
  }

  /// What makes an image a radiograph of the chest from the back.
  static func add(to set: inout DataSet, isDigital: Bool, spacing: Double) {
    set.set(.imagerPixelSpacing, .ds, doubles: [spacing, spacing])
    // The patient's right is at the left of the image.
    set.set(.patientOrientation, .cs, "L", "F")
    set.set(.viewPosition, .cs, "PA")
    set.set(.acquisitionNumber, .is, 1)
    set.set(.kvp, .ds, 125)
    set.set(.exposure, .is, 2)
    set.set(.burnedInAnnotation, .cs, "NO")
    set.set(.windowCenter, .ds, 2048)
    set.set(.windowWidth, .ds, 4096)
    if isDigital {
      addDigital(to: &set)
    } else {
      set.set(.imageType, .cs, "ORIGINAL", "PRIMARY")
      set.set(.filterType, .sh, "")
      set.set(.plateID, .lo, "")
    }
  }

  /// DX Series, Anatomy Imaged, Image, Detector and Acquisition Context (PS3.3 §C.8.11, §C.7.6.14).
  private static func addDigital(to set: inout DataSet) {
    set.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "")
    set.set(.presentationIntentType, .cs, "FOR PRESENTATION")
    set.set(.imageLaterality, .cs, "U")
    set.set(.anatomicRegionSequence, code: "51185008", scheme: "SCT", meaning: "Chest")
    set.set(.viewCodeSequence, code: "272479007", scheme: "SCT", meaning: "postero-anterior")
    set.set(.pixelIntensityRelationship, .cs, "LOG")
    set.set(.pixelIntensityRelationshipSign, .ss, -1)
    set.set(.rescaleIntercept, .ds, 0)
    set.set(.rescaleSlope, .ds, 1)
    set.set(.rescaleType, .lo, "US")
    set.set(.presentationLUTShape, .cs, "IDENTITY")
    set.set(.lossyImageCompression, .cs, "00")
    set.set(.detectorType, .cs, "SCINTILLATOR")
    set.set(.detectorConfiguration, .cs, "AREA")
    set.set(.positionerType, .cs, "NONE")
    set.set(.acquisitionContextSequence, items: [])
  }
}
