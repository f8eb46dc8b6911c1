import DICOM

/// The modules that every composite object of the demo has (PS3.3 Annex A, §C.7).
struct DemoModules {
  var study: DemoStudy
  var modality: String
  var seriesNumber: Int
  var seriesDescription: String
  var sopClass: UID
  /// Body Part Examined (0018,0015); none for reports.
  var bodyPart: String?

  /// The machine that made it, when it is not named after the modality.
  var machine: String?

  /// Seconds after the beginning of the study at which the series begins.
  var delaySeconds = 60

  /// Name of the series in identifiers.
  var seriesPath: String { "\(modality)\(seriesNumber)" }
  var time: DemoTime { study.time.after(seconds: delaySeconds) }
  var seriesUID: UID { study.uid(seriesPath) }

  func instanceUID(_ position: Int) -> UID { study.uid("\(seriesPath)/\(position + 1)") }

  /// Everything that the instances of the series share.
  func shared() -> DataSet {
    var set = DataSet()
    addPatient(to: &set)
    addStudy(to: &set)
    addSeries(to: &set)
    addEquipment(to: &set)
    set.set(.sopClassUID, sopClass)
    return set
  }

  /// Adds what tells one instance from another (PS3.3 §C.12.1, §C.7.6.1).
  func identify(_ set: inout DataSet, position: Int) {
    let made = time.after(seconds: position)
    set.set(.sopInstanceUID, instanceUID(position))
    set.set(.instanceNumber, .is, position + 1)
    set.set(.instanceCreationDate, .da, study.date.dicom)
    set.set(.instanceCreationTime, .tm, made.dicom)
    set.set(.contentDate, .da, study.date.dicom)
    set.set(.contentTime, .tm, made.dicom)
  }

  /// Date and time of acquisition, for images.
  func date(_ set: inout DataSet, position: Int) {
    set.set(.acquisitionDate, .da, study.date.dicom)
    set.set(.acquisitionTime, .tm, time.after(seconds: position).dicom)
  }

  // MARK: Modules

  private func addPatient(to set: inout DataSet) {
    let patient = study.patient
    // First, as it decides how names are written.
    set.set(.specificCharacterSet, .cs, strings: patient.script.characterSet)
    set.set(.patientName, patient.name)
    set.set(.patientID, .lo, patient.id)
    set.set(.issuerOfPatientID, .lo, patient.site.code)
    set.set(.patientBirthDate, .da, patient.birthDate.dicom)
    set.set(.patientSex, .cs, patient.isFemale ? "F" : "M")
    let years = (study.date.day - patient.birthDate.day) * 100 / 36_525
    set.set(.patientAge, .as, (years < 100 ? "0" : "") + "\(years)Y")
    set.set(.patientSize, .ds, doubles: [(patient.scale * 174).rounded() / 100])
    set.set(.patientWeight, .ds, doubles: [(patient.scale * patient.scale * (60 + patient.build.fat)).rounded()])
  }

  private func addStudy(to set: inout DataSet) {
    set.set(.studyInstanceUID, study.uid)
    set.set(.studyDate, .da, study.date.dicom)
    set.set(.studyTime, .tm, study.time.dicom)
    set.set(.referringPhysicianName, .pn, study.ordinal % 2 == 0 ? "Quist^Robin" : "Adler^Kim^^Dr")
    set.set(.studyID, .sh, "\(study.ordinal + 1)")
    set.set(.accessionNumber, .sh, study.accessionNumber)
    set.set(.studyDescription, .lo, study.kind.description)
    set.set(.timezoneOffsetFromUTC, .sh, study.patient.site.offset(on: study.date))
  }

  private func addSeries(to set: inout DataSet) {
    set.set(.modality, .cs, modality)
    set.set(.seriesInstanceUID, seriesUID)
    set.set(.seriesNumber, .is, seriesNumber)
    set.set(.seriesDate, .da, study.date.dicom)
    set.set(.seriesTime, .tm, time.dicom)
    set.set(.seriesDescription, .lo, seriesDescription)
    if let bodyPart {
      set.set(.bodyPartExamined, .cs, bodyPart)
      set.set(.protocolName, .lo, seriesDescription)
    }
  }

  private func addEquipment(to set: inout DataSet) {
    let site = study.patient.site
    set.set(.manufacturer, .lo, site.manufacturer)
    set.set(.manufacturerModelName, .lo, site.model(machine ?? modality))
    set.set(.institutionName, .lo, site.institution)
    set.set(.stationName, .sh, site.applicationEntityTitle(machine ?? modality))
    set.set(.deviceSerialNumber, .lo, "\(site.code)\(machine ?? modality)1")
    set.set(.softwareVersions, .lo, "1.0")
  }
}

extension DemoStudy.Kind {
  /// Study Description (0008,1030).
  var description: String {
    switch self {
    case .chestCT: "CT chest with contrast"
    case .abdomenCT: "CT abdomen with contrast"
    case .headCT: "CT head"
    case .brainMR: "MR brain"
    case .chestCR, .chestDX: "Chest PA"
    case .mammography: "Mammography, both sides, two views"
    case .heartUS: "Echocardiography"
    }
  }
}

extension DataSet {
  /// Image Pixel Module (PS3.3 §C.7.6.3) of one sample per pixel in two bytes.
  mutating func setMonochrome(rows: Int, columns: Int, bitsStored: Int, pixels: [UInt8]) {
    set(.samplesPerPixel, .us, 1)
    set(.photometricInterpretation, .cs, "MONOCHROME2")
    set(.rows, .us, rows)
    set(.columns, .us, columns)
    set(.bitsAllocated, .us, 16)
    set(.bitsStored, .us, bitsStored)
    set(.highBit, .us, bitsStored - 1)
    set(.pixelRepresentation, .us, 0)
    set(.pixelData, .ow, bytes: pixels)
  }

  /// Image Plane Module (PS3.3 §C.7.6.2) of an axial plane.
  mutating func setAxialPlane(_ grid: AxialGrid, z: Double, thicknessMillimetres: Double) {
    set(.pixelSpacing, .ds, doubles: [grid.spacingMillimetres, grid.spacingMillimetres])
    set(.imageOrientationPatient, .ds, doubles: [1, 0, 0, 0, 1, 0])
    set(.imagePositionPatient, .ds, doubles: [grid.left, grid.top, z])
    set(.sliceThickness, .ds, doubles: [thicknessMillimetres])
    set(.sliceLocation, .ds, doubles: [z])
  }

  /// Sets a sequence of one coded entry (PS3.3 §8.8).
  mutating func set(_ tag: Tag, code: String, scheme: String, meaning: String) {
    set(tag, items: [DataSet(code: code, scheme: scheme, meaning: meaning)])
  }

  /// A coded entry (PS3.3 §8.8).
  init(code: String, scheme: String, meaning: String) {
    self.init()
    set(.codeValue, .sh, code)
    set(.codingSchemeDesignator, .sh, scheme)
    set(.codeMeaning, .lo, meaning)
  }
}
