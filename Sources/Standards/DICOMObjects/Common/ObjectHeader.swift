public import DICOM

/// The patient an object belongs to (PS3.3 §C.7.1.1).
public struct PatientIdentity: Hashable, Sendable {
  public var name: PersonName
  public var id: String
  /// `YYYYMMDD`, or empty.
  public var birthDate: String
  /// `M`, `F`, `O`, or empty.
  public var sex: String

  public init(name: PersonName = PersonName(), id: String = "", birthDate: String = "", sex: String = "") {
    self.name = name
    self.id = id
    self.birthDate = birthDate
    self.sex = sex
  }
}

/// The study an object belongs to (PS3.3 §C.7.2.1).
public struct StudyIdentity: Hashable, Sendable {
  public var uid: UID
  /// `YYYYMMDD`, or empty.
  public var date: String
  /// `HHMMSS.FFFFFF`, or empty.
  public var time: String
  public var id: String
  public var accessionNumber: String
  public var referringPhysicianName: PersonName
  public var description: String

  public init(
    uid: UID, date: String = "", time: String = "", id: String = "", accessionNumber: String = "",
    referringPhysicianName: PersonName = PersonName(), description: String = ""
  ) {
    self.uid = uid
    self.date = date
    self.time = time
    self.id = id
    self.accessionNumber = accessionNumber
    self.referringPhysicianName = referringPhysicianName
    self.description = description
  }
}

/// The equipment that made an object (PS3.3 §C.7.5.1, §C.7.5.2).
public struct EquipmentIdentity: Hashable, Sendable {
  public var manufacturer: String
  public var modelName: String
  public var deviceSerialNumber: String
  public var softwareVersions: [String]

  public init(
    manufacturer: String = "", modelName: String = "", deviceSerialNumber: String = "", softwareVersions: [String] = []
  ) {
    self.manufacturer = manufacturer
    self.modelName = modelName
    self.deviceSerialNumber = deviceSerialNumber
    self.softwareVersions = softwareVersions
  }
}

/// Whose and what an object is, apart from its content: patient, study, series, equipment, instance.
///
/// Modality and SOP class are not here: the kind of object decides them.
public struct ObjectHeader: Hashable, Sendable {
  public var patient: PatientIdentity
  public var study: StudyIdentity
  public var seriesUID: UID
  public var seriesNumber: Int
  public var seriesDescription: String
  public var equipment: EquipmentIdentity
  public var sopInstanceUID: UID
  public var instanceNumber: Int
  /// When the content was made: Content Date and Content Time, `YYYYMMDDHHMMSS`.
  public var created: DateTime

  public init(
    patient: PatientIdentity, study: StudyIdentity, seriesUID: UID, seriesNumber: Int, seriesDescription: String = "",
    equipment: EquipmentIdentity, sopInstanceUID: UID, instanceNumber: Int, created: DateTime
  ) {
    self.patient = patient
    self.study = study
    self.seriesUID = seriesUID
    self.seriesNumber = seriesNumber
    self.seriesDescription = seriesDescription
    self.equipment = equipment
    self.sopInstanceUID = sopInstanceUID
    self.instanceNumber = instanceNumber
    self.created = created
  }

  /// Reads what there is; what identifies the object and is absent is noted.
  init(_ reader: ItemReader) {
    patient = PatientIdentity(
      name: reader.personName(.patientName) ?? PersonName(), id: reader.string(.patientID) ?? "",
      birthDate: reader.string(.patientBirthDate) ?? "", sex: reader.string(.patientSex) ?? "")
    study = StudyIdentity(
      uid: ObjectHeader.uid(.studyInstanceUID, reader), date: reader.string(.studyDate) ?? "",
      time: reader.string(.studyTime) ?? "", id: reader.string(.studyID) ?? "",
      accessionNumber: reader.string(.accessionNumber) ?? "",
      referringPhysicianName: reader.personName(.referringPhysicianName) ?? PersonName(),
      description: reader.string(.studyDescription) ?? "")
    seriesUID = ObjectHeader.uid(.seriesInstanceUID, reader)
    seriesNumber = reader.int(.seriesNumber) ?? 0
    seriesDescription = reader.string(.seriesDescription) ?? ""
    equipment = EquipmentIdentity(
      manufacturer: reader.string(.manufacturer) ?? "", modelName: reader.string(.manufacturerModelName) ?? "",
      deviceSerialNumber: reader.string(.deviceSerialNumber) ?? "",
      softwareVersions: reader.strings(.softwareVersions).filter { !$0.isEmpty })
    sopInstanceUID = ObjectHeader.uid(.sopInstanceUID, reader)
    instanceNumber = reader.int(.instanceNumber) ?? 0
    created = DateTime(
      date: reader.string(.contentDate) ?? reader.string(.instanceCreationDate) ?? "",
      time: reader.string(.contentTime) ?? reader.string(.instanceCreationTime) ?? "")
  }

  /// Absent identifiers are noted and empty: nothing strange is written with them.
  private static func uid(_ tag: Tag, _ reader: ItemReader) -> UID {
    if let uid = reader.uid(tag) { return uid }
    reader.note(.missingAttribute, tag)
    return ""
  }

  /// Writes patient, study, series, equipment and SOP Common.
  func write(to writer: inout ItemWriter, sopClass: UID, modality: String) throws(ObjectError) {
    try writer.put(.sopClassUID, uid: sopClass)
    try writer.put(.sopInstanceUID, uid: sopInstanceUID)
    try writer.put(.patientName, name: patient.name)
    try writer.put(.patientID, orEmpty: patient.id)
    try writer.put(.patientBirthDate, orEmpty: patient.birthDate)
    try writer.put(.patientSex, orEmpty: patient.sex)
    try writer.put(.studyInstanceUID, uid: study.uid)
    try writer.put(.studyDate, orEmpty: study.date)
    try writer.put(.studyTime, orEmpty: study.time)
    try writer.put(.studyID, orEmpty: study.id)
    try writer.put(.accessionNumber, orEmpty: study.accessionNumber)
    try writer.put(.referringPhysicianName, name: study.referringPhysicianName)
    try writer.put(.studyDescription, ifAny: study.description)
    try writer.put(.modality, text: modality)
    try writer.put(.seriesInstanceUID, uid: seriesUID)
    try writer.put(.seriesNumber, .is, seriesNumber)
    try writer.put(.seriesDescription, ifAny: seriesDescription)
    try writer.put(.manufacturer, orEmpty: equipment.manufacturer)
    try writer.put(.manufacturerModelName, ifAny: equipment.modelName)
    try writer.put(.deviceSerialNumber, ifAny: equipment.deviceSerialNumber)
    try writer.put(.softwareVersions, ifAny: equipment.softwareVersions)
    try writer.put(.instanceNumber, .is, instanceNumber)
    guard !created.date.isEmpty, !created.time.isEmpty else {
      throw writer.error(.missingAttribute, .contentDate, "date and time of the content")
    }
    try writer.put(.contentDate, text: created.date)
    try writer.put(.contentTime, text: created.time)
  }

  /// Enhanced General Equipment wants all of it (PS3.3 §C.7.5.2).
  func requireEnhancedEquipment(_ writer: ItemWriter) throws(ObjectError) {
    let values: [(Tag, Bool)] = [
      (.manufacturer, equipment.manufacturer.isEmpty), (.manufacturerModelName, equipment.modelName.isEmpty),
      (.deviceSerialNumber, equipment.deviceSerialNumber.isEmpty),
      (.softwareVersions, equipment.softwareVersions.isEmpty),
    ]
    for (tag, isEmpty) in values where isEmpty {
      throw writer.error(.missingAttribute, tag, "Enhanced General Equipment (PS3.3 §C.7.5.2)")
    }
  }
}
