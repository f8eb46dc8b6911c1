import DICOM
import DICOMObjects

/// Identifiers and times of built objects; nothing here is random.
enum Identities {
  static let study: UID = "2.25.301"
  static let sourceSeries: UID = "2.25.302"
  static let frameOfReference: UID = "2.25.303"

  static func header(_ number: Int, name: PersonName = PersonName(dicom: "Objects^Built")) -> ObjectHeader {
    ObjectHeader(
      patient: PatientIdentity(name: name, id: "OBJ-1", birthDate: "19700102", sex: "O"),
      study: StudyIdentity(
        uid: study, date: "20261121", time: "101500", id: "1", accessionNumber: "A1",
        referringPhysicianName: PersonName(dicom: "Refer^Ring"), description: "Built"),
      seriesUID: UID("2.25.310.\(number)"), seriesNumber: number, seriesDescription: "Objects",
      equipment: EquipmentIdentity(
        manufacturer: "Isocenter", modelName: "Tests", deviceSerialNumber: "1", softwareVersions: ["0.1.0"]),
      sopInstanceUID: UID("2.25.320.\(number)"), instanceNumber: 1,
      created: DateTime(date: "20261121", time: "103000"))
  }

  static func ct(_ number: Int) -> InstanceReference {
    InstanceReference(sopClassUID: .ctImageStorage, sopInstanceUID: UID("2.25.330.\(number)"))
  }

  static let slide = InstanceReference(
    sopClassUID: .vlWholeSlideMicroscopyImageStorage, sopInstanceUID: "2.25.335.1")

  static func evidence(_ instances: [InstanceReference]) -> [HierarchicalReference] {
    instances.map { HierarchicalReference(studyUID: study, seriesUID: sourceSeries, instance: $0) }
  }
}
