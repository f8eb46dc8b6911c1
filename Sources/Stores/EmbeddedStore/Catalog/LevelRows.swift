import ArchiveCore
import DICOM
import Foundation
import GRDB

/// How each level's row becomes attributes again. `columns` are what a row type reads, in order.
enum PatientRow {
  static let columns = [
    "p.id", "p.patient_id", "p.issuer", "p.studies", "p.series", "p.instances", "p.attributes",
  ]
  /// What the row keeps as attributes; identifiers have columns.
  static let blobTags = LevelAttributes.kept(at: .patient).filter { $0 != .patientID && $0 != .issuerOfPatientID }

  static func elements(_ row: Row, at start: Int) -> [DataElement] {
    AttributeCodec.decode(row[start + 6]) + [
      .text(.patientID, .lo, row[start + 1]), .text(.issuerOfPatientID, .lo, row[start + 2]),
    ]
  }

  static func counts(_ row: Row, at start: Int) -> [DataElement] {
    [
      .number(.numberOfPatientRelatedStudies, row[start + 3]), .number(.numberOfPatientRelatedSeries, row[start + 4]),
      .number(.numberOfPatientRelatedInstances, row[start + 5]),
    ]
  }
}

enum StudyRow {
  static let columns = ["s.id", "s.uid", "s.modalities", "s.classes", "s.series", "s.instances", "s.attributes"]
  static let blobTags = LevelAttributes.kept(at: .study).filter { $0 != .studyInstanceUID }

  static func elements(_ row: Row, at start: Int) -> [DataElement] {
    AttributeCodec.decode(row[start + 6]) + [
      .text(.studyInstanceUID, .ui, row[start + 1]), .text(.modalitiesInStudy, .cs, row[start + 2]),
      .text(.sopClassesInStudy, .ui, row[start + 3]), .number(.numberOfStudyRelatedSeries, row[start + 4]),
      .number(.numberOfStudyRelatedInstances, row[start + 5]),
    ]
  }
}

enum SeriesRow {
  static let columns = ["e.id", "e.uid", "e.modality", "e.instances", "e.attributes"]
  static let blobTags = LevelAttributes.kept(at: .series).filter { $0 != .seriesInstanceUID && $0 != .modality }

  static func elements(_ row: Row, at start: Int) -> [DataElement] {
    AttributeCodec.decode(row[start + 4]) + [
      .text(.seriesInstanceUID, .ui, row[start + 1]), .text(.modality, .cs, row[start + 2]),
      .number(.numberOfSeriesRelatedInstances, row[start + 3]),
    ]
  }
}

enum InstanceRow {
  static let columns = ["i.uid", "t.text", "i.number", "f.attributes", "i.own"]
  /// What differs from instance to instance.
  static let ownTags: [Tag] = [.acquisitionDateTime, .contentDate, .contentTime]
  /// What the instances of a series mostly share.
  static let formTags: [Tag] = {
    let elsewhere = Set(ownTags + [.sopClassUID, .sopInstanceUID, .instanceNumber])
    return LevelAttributes.kept(at: .instance).filter { !elsewhere.contains($0) }
  }()

  static func elements(_ row: Row, at start: Int) -> [DataElement] {
    var elements = AttributeCodec.decode(row[start + 3])
    if let own: Data = row[start + 4] { elements += AttributeCodec.decode(own) }
    if let number: Int = row[start + 2] { elements.append(.number(.instanceNumber, number)) }
    elements.append(.text(.sopInstanceUID, .ui, PackedUID.unpack(row[start])))
    elements.append(.text(.sopClassUID, .ui, row[start + 1]))
    return elements
  }

  /// Instances with their current record.
  static let references = """
    SELECT s.uid, e.uid, i.uid, t.text, y.text, r.record, c.container, r.offset, r.length, r.digest, r.received, r.frames,
      e.id, i.id, s.belief, s.believed_since, p.text
    FROM instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study JOIN record r ON r.id = i.record
      JOIN container c ON c.id = r.container JOIN term t ON t.id = i.class JOIN term y ON y.id = r.syntax
      LEFT JOIN term p ON p.id = r.profile
    """

  static func reference(_ row: Row) throws -> InstanceReference {
    let frames: Data? = row[11]
    let profile: String? = row[16]
    return InstanceReference(
      study: try row.study(0), series: try row.series(1), instance: try row.packedInstance(2), sopClass: row[3],
      transferSyntax: row[4], record: try row.identifier(5),
      location: RecordLocation(
        container: try row.identifier(6), offset: try row.uint64(7), length: try row.uint64(8)),
      digest: try row.digest(9), receivedAt: Instant(nanoseconds: row[10]), frames: frames.map(Array.init),
      belief: Belief(row[14], since: row[15]), profile: profile.flatMap(ProfileVersion.init))
  }
}

extension DataElement {
  fileprivate static func text(_ tag: Tag, _ vr: VR, _ text: String) -> DataElement {
    DataElement(tag: tag, vr: vr, value: .bytes(Array(text.utf8)))
  }

  fileprivate static func number(_ tag: Tag, _ number: Int) -> DataElement {
    text(tag, .is, String(number))
  }
}
