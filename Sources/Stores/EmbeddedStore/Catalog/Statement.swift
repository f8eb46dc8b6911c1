import ArchiveCore
import Crypto
import DICOM
import Foundation
import GRDB

/// What an object states of its patient, study and series. The instances of a series mostly state the same, so it is
/// kept once for all of them; rows of series, studies and patients say what the first statement about them says.
struct Statement {
  /// An explicit VR little endian data set in UTF-8 (`AttributeCodec`).
  var attributes: Data

  init(_ entry: InstanceEntry, _ levels: LevelExtraction) {
    self.init(
      levels.elements(Self.tags.filter { $0 != .patientID && $0 != .issuerOfPatientID }), of: entry.patient)
  }

  /// - Parameter patient: who the object is of, which its elements need not say.
  init(_ elements: [DataElement], of patient: PatientIdentity) {
    var statement = DataSet(elements)
    statement.set(Self.text(.patientID, patient.id))
    statement.set(Self.text(.issuerOfPatientID, patient.issuer))
    attributes = AttributeCodec.encode(statement)
  }

  init(attributes: Data) { self.attributes = attributes }

  /// Half of a SHA-256: tells the statements of one series apart.
  var digest: Data { Data(SHA256.hash(data: attributes).prefix(16)) }

  /// What is believed where a correction says something else than the statement.
  func levels(believing belief: DataSet? = nil) -> LevelExtraction {
    var elements = DataSet(AttributeCodec.decode(attributes)).withoutPadding
    for element in belief ?? DataSet() { elements.set(element) }
    elements.set(.specificCharacterSet, .cs, "ISO_IR 192")
    return LevelExtraction(elements)
  }

  static let tags = Set(PatientRow.blobTags + StudyRow.blobTags + SeriesRow.blobTags).union([
    .patientID, .issuerOfPatientID, .modality,
  ]).sorted()

  /// The elements of a header that a statement is made of, as they arrived: equal ones make equal statements.
  static func source(_ header: DataSet) -> [DataElement] {
    var found: [DataElement] = []
    found.reserveCapacity(32)
    var wanted = sources[...]
    for element in header {
      while let tag = wanted.first, tag < element.tag { wanted.removeFirst() }
      guard let tag = wanted.first else { break }
      if tag == element.tag { found.append(element) }
    }
    return found
  }

  private static let sources = (tags + [.specificCharacterSet]).sorted()

  private static func text(_ tag: Tag, _ text: String) -> DataElement {
    let value = Array(MatchingText.normalised(text).utf8)
    return DataElement(
      tag: tag, vr: value.count <= LevelAttributes.maximumValueLength ? .lo : .ut, value: .bytes(value))
  }
}

extension LevelExtraction {
  /// Who a statement is of: of any length, as it came in.
  var identity: PatientIdentity {
    PatientIdentity(
      issuer: MatchingText.normalised(header.utf8Text(.issuerOfPatientID)),
      id: MatchingText.normalised(header.utf8Text(.patientID)))
  }
}
