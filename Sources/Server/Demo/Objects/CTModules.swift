import DICOM

/// What a CT acquisition gave, as scanners write it into images and dose report.
struct CTDose: Hashable, Sendable {
  /// CTDIvol in mGy.
  var index: Double
  /// In millimetres.
  var scanningLength: Double
  var pitch: Double
  var tubeCurrent: Int
  var rotationSeconds: Double
  var protocolName: String

  static let chest = CTDose(
    index: 6.8, scanningLength: 318, pitch: 1.2, tubeCurrent: 210, rotationSeconds: 0.5, protocolName: "Chest contrast")
  static let abdomen = CTDose(
    index: 9.4, scanningLength: 452, pitch: 1, tubeCurrent: 260, rotationSeconds: 0.5, protocolName: "Abdomen portal")
  static let head = CTDose(
    index: 48.5, scanningLength: 172, pitch: 0.55, tubeCurrent: 320, rotationSeconds: 1, protocolName: "Head plain")

  static func of(_ kind: DemoStudy.Kind) -> CTDose {
    switch kind {
    case .abdomenCT: .abdomen
    case .headCT: .head
    default: .chest
    }
  }

  /// What the index was measured in (CID 4052).
  static func phantom(_ kind: DemoStudy.Kind) -> Concept {
    kind == .headCT ? .dcm("113690", "IEC Head Dosimetry Phantom") : .dcm("113691", "IEC Body Dosimetry Phantom")
  }

  /// DLP in mGy·cm.
  var lengthProduct: Double { (index * scanningLength / 10 * 10).rounded() / 10 }
  var exposureSeconds: Double { (scanningLength / (38.4 * pitch) * rotationSeconds * 100).rounded() / 100 }
}

extension DataSet {
  /// What all slices of a CT series share (PS3.3 §C.8.2.1).
  mutating func addCT(
    _ study: DemoStudy, _ grid: AxialGrid, spacing: Double, kernel: String, milliampereSeconds: Int, dose: CTDose
  ) {
    set(.imageType, .cs, "ORIGINAL", "PRIMARY", "AXIAL")
    set(.frameOfReferenceUID, study.uid("frame"))
    set(.positionReferenceIndicator, .lo, "")
    set(.patientPosition, .cs, "HFS")
    set(.acquisitionNumber, .is, 1)
    set(.irradiationEventUID, study.uid("irradiation"))
    set(.scanOptions, .cs, "HELICAL")
    set(.kvp, .ds, 120)
    set(.xRayTubeCurrent, .is, dose.tubeCurrent)
    set(.exposureTime, .is, ints: [Int(dose.rotationSeconds * 1000)])
    set(.exposure, .is, milliampereSeconds)
    set(.ctdiVol, .fd, doubles: [dose.index])
    set(.ctdiPhantomTypeCodeSequence, items: [CTDose.phantom(study.kind).item])
    set(.spiralPitchFactor, .fd, doubles: [dose.pitch])
    set(.convolutionKernel, .sh, kernel)
    set(.reconstructionDiameter, .ds, doubles: [Double(grid.columns) * grid.spacingMillimetres])
    set(.spacingBetweenSlices, .ds, doubles: [spacing])
    set(.gantryDetectorTilt, .ds, 0)
    set(.rescaleIntercept, .ds, CTTissue.intercept)
    set(.rescaleSlope, .ds, 1)
    set(.rescaleType, .lo, "HU")
  }
}
