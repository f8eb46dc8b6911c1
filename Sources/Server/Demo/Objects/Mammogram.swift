import DICOM

/// The four standard views of both breasts (Digital Mammography for presentation, PS3.3 §A.27).
struct Mammogram: DemoSeries {
  struct View: Sendable {
    var projection: BreastPhantom.View
    var isRight: Bool
    /// View Position (0018,5101) and View Code Sequence (CID 4014).
    var position: String
    var code: (value: String, meaning: String)
    /// Patient Orientation (0020,0020): along the rows, along the columns.
    var orientation: [String]
  }

  static let views = [
    View(
      projection: .craniocaudal, isRight: true, position: "CC", code: ("399162004", "cranio-caudal"),
      orientation: ["P", "L"]),
    View(
      projection: .craniocaudal, isRight: false, position: "CC", code: ("399162004", "cranio-caudal"),
      orientation: ["A", "R"]),
    View(
      projection: .mediolateralOblique, isRight: true, position: "MLO", code: ("399368009", "medio-lateral oblique"),
      orientation: ["P", "FL"]),
    View(
      projection: .mediolateralOblique, isRight: false, position: "MLO",
      code: ("399368009", "medio-lateral oblique"), orientation: ["A", "FR"]),
  ]

  let study: DemoStudy
  let modality = "MG"
  let number = 1
  let count = Mammogram.views.count
  private let modules: DemoModules

  init(_ study: DemoStudy) {
    self.study = study
    modules = DemoModules(
      study: study, modality: modality, seriesNumber: number, seriesDescription: "Mammography",
      sopClass: .digitalMammographyXRayImageStorageForPresentation, bodyPart: "BREAST")
  }

  func dataSet(_ position: Int) -> DataSet {
    let view = Mammogram.views[position]
    var set = modules.shared()
    modules.identify(&set, position: position)
    modules.date(&set, position: position)
    // What is found grows in the left breast.
    let phantom = BreastPhantom(
      density: 0.55, massRadius: view.isRight ? 0 : study.noduleRadius, hasCalcifications: !view.isRight)
    let random = DemoRandom(seed: study.seed, study.patient.ordinal, view.isRight ? 11 : 12)
    set.setMonochrome(
      rows: BreastPhantom.rows, columns: BreastPhantom.columns, bitsStored: 12,
      pixels: phantom.draw(view.projection, isRight: view.isRight, random: random))
    addImage(view, to: &set)
    addAcquisition(view, to: &set)
    return set
  }

  /// DX Series and Image, Mammography Series and Image (PS3.3 §C.8.11.1, §C.8.11.3, §C.8.11.6, §C.8.11.7).
  private func addImage(_ view: View, to set: inout DataSet) {
    set.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "")
    set.set(.presentationIntentType, .cs, "FOR PRESENTATION")
    var request = DataSet()
    request.set(.requestedProcedureID, .sh, study.accessionNumber)
    request.set(.scheduledProcedureStepID, .sh, "\(study.accessionNumber)-1")
    set.set(.requestAttributesSequence, items: [request])
    set.set(.patientOrientation, .cs, strings: view.orientation)
    set.set(.imageLaterality, .cs, view.isRight ? "R" : "L")
    set.set(.organExposed, .cs, "BREAST")
    set.set(.anatomicRegionSequence, code: "76752008", scheme: "SCT", meaning: "Breast")
    set.set(.viewPosition, .cs, view.position)
    var code = DataSet(code: view.code.value, scheme: "SCT", meaning: view.code.meaning)
    code.set(.viewModifierCodeSequence, items: [])
    set.set(.viewCodeSequence, items: [code])
    set.set(.pixelIntensityRelationship, .cs, "LOG")
    set.set(.pixelIntensityRelationshipSign, .ss, -1)
    set.set(.rescaleIntercept, .ds, 0)
    set.set(.rescaleSlope, .ds, 1)
    set.set(.rescaleType, .lo, "US")
    set.set(.presentationLUTShape, .cs, "IDENTITY")
    set.set(.lossyImageCompression, .cs, "00")
    set.set(.burnedInAnnotation, .cs, "NO")
    set.set(.windowCenter, .ds, 1700)
    set.set(.windowWidth, .ds, 3200)
    set.set(.breastImplantPresent, .cs, "NO")
    set.set(.partialView, .cs, "NO")
  }

  /// Detector, positioning and dose (PS3.3 §C.8.11.4, §C.8.7.5, §C.8.7.8).
  private func addAcquisition(_ view: View, to set: inout DataSet) {
    let spacing = [BreastPhantom.spacingMillimetres, BreastPhantom.spacingMillimetres]
    set.set(.imagerPixelSpacing, .ds, doubles: spacing)
    set.set(.detectorType, .cs, "DIRECT")
    set.set(.detectorConfiguration, .cs, "AREA")
    set.set(.detectorID, .sh, "\(study.patient.site.code)MG1")
    set.set(.positionerType, .cs, "MAMMOGRAPHIC")
    set.set(.positionerPrimaryAngle, .ds, view.projection == .craniocaudal ? 0 : view.isRight ? -45 : 45)
    set.set(.acquisitionNumber, .is, 1)
    set.set(.kvp, .ds, 29)
    set.set(.exposure, .is, 95)
    set.set(.anodeTargetMaterial, .cs, "TUNGSTEN")
    set.set(.filterMaterial, .cs, "RHODIUM")
    set.set(.bodyPartThickness, .ds, 54)
    set.set(.compressionForce, .ds, 108)
    set.set(.organDose, .ds, doubles: [0.0142])
    set.set(.acquisitionContextSequence, items: [])
  }
}
