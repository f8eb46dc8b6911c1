import DICOM

/// Why an attribute says something else than it did (PS3.3 §C.12.1.1.9).
enum ModificationReason: String {
  case coerce = "COERCE"
  case correct = "CORRECT"
}

extension DataSet {
  /// Who modified the attributes, in Original Attributes Sequence.
  static let modifyingSystem = "ISOCENTER"

  /// One item of Original Attributes Sequence: what was stated, and who says otherwise since when.
  static func originalAttributes(
    _ stated: DataSet, since: Instant, because reason: ModificationReason
  ) -> DataSet {
    var item = DataSet()
    item.set(.modifiedAttributesSequence, items: [stated])
    item.set(.attributeModificationDateTime, .dt, since.dicomDateTime)
    item.set(.modifyingSystem, .lo, modifyingSystem)
    item.set(.sourceOfPreviousValues, .lo, bytes: [])
    item.set(.reasonForTheAttributeModification, .cs, reason.rawValue)
    return item
  }
}
