import ArchiveCore
public import DICOM

/// What is said of Unified Procedure Steps in general: their class, the instances that stand for many, and what is ours
/// alone (PS3.4 §CC.3.1).
public enum UnifiedStep {
  /// Every step is an instance of UPS Push, whichever class is negotiated.
  public static let sopClass = UID.unifiedProcedureStepPush
  /// Stands for every step there is and will be.
  public static let everyStep = "1.2.840.10008.5.1.4.34.5"
  /// Stands for those among them that match keys.
  public static let filteredSteps = "1.2.840.10008.5.1.4.34.5.1"

  /// What is kept with a step and shown to nobody: the key to the lock, and who holds it.
  static let hidden: Set<Tag> = [.transactionUID, .performedStationAETitle]

  /// The keys of an identifier; the lock's key cannot be found out by asking.
  static func keys(of identifier: DataSet) -> [MatchingKey] {
    Query(level: .instance, identifier: identifier).keys.filter { !hidden.contains($0.tag) }
  }

  /// Whether an attribute in UTF-8 says something else than it did; padding says nothing.
  static func differs(_ element: DataElement, from kept: DataElement?) -> Bool {
    guard let kept else { return true }
    func alone(_ element: DataElement) -> DataSet {
      var part = DataSet()
      part.set(.specificCharacterSet, .cs, "ISO_IR 192")
      part.set(element)
      return part
    }
    return !alone(element).canonicallyEqual(to: alone(kept))
  }

  /// Some attributes of a step, in its character set.
  static func extract(_ tags: some Sequence<Tag>, from attributes: DataSet) -> DataSet {
    var part = DataSet()
    for tag in tags where attributes[tag]?.value.isEmpty == false { part[tag] = attributes[tag] }
    if !part.isEmpty { part[.specificCharacterSet] = attributes[.specificCharacterSet] }
    return part
  }
}
