public import DICOM

/// One correction: that it was made survives everything, whatever becomes of the catalog.
public struct CorrectionID: OpaqueIdentifier {
  public let bits: UInt128
  public init(bits: UInt128) { self.bits = bits }
}

/// A new version of what we believe of a study, beside what its objects say.
///
/// Originals are never rewritten: a correction is kept for itself, applied to whatever is found or given back
/// (PS3.3 §C.12.1, Original Attributes Sequence), and can be undone, as can its undoing.
public struct Correction: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    /// These attributes of patient and study are to be believed; an empty value means that there is none.
    case set(DataSet)
    /// An earlier correction of the study was wrong.
    case undo(CorrectionID)
  }

  public var id: CorrectionID
  public var study: StudyUID
  public var action: Action
  public var at: Instant
  public var principalKind: Principal.Kind
  public var principalName: String
  /// Why, in the caller's words; no patient data.
  public var reason: String

  public init(
    id: CorrectionID, study: StudyUID, action: Action, at: Instant, principalKind: Principal.Kind,
    principalName: String, reason: String
  ) {
    self.id = id
    self.study = study
    self.action = action
    self.at = at
    self.principalKind = principalKind
    self.principalName = principalName
    self.reason = reason
  }
}

extension [Correction] {
  /// The corrections that hold: those that no correction undoes which itself holds. In order of time.
  public var standing: [Correction] {
    let ordered = sorted { ($0.at, $0.id.bits) < ($1.at, $1.id.bits) }
    var undone: Set<CorrectionID> = []
    var standing: [Correction] = []
    for correction in ordered.reversed() where !undone.contains(correction.id) {
      if case .undo(let id) = correction.action { undone.insert(id) }
      standing.append(correction)
    }
    return standing.reversed()
  }

  /// What they say together, the later over the earlier; `nil` when nothing is left of them.
  public var belief: Belief? {
    var values = DataSet()
    var last: Correction?
    for correction in standing {
      guard case .set(let corrected) = correction.action else { continue }
      for element in corrected { values.set(element) }
      last = correction
    }
    return last.map { Belief(values: values, since: $0.at) }
  }
}

/// What is believed of a study instead of what its objects say.
public struct Belief: Hashable, Sendable {
  /// Attributes of patient and study, text in UTF-8.
  public var values: DataSet
  /// When the last of them was corrected.
  public var since: Instant

  public init(values: DataSet, since: Instant) {
    self.values = values
    self.since = since
  }

  /// What tells an answer under this belief from one under another.
  public var version: String { String(since.nanoseconds) }
}

extension DataSet {
  /// The values without the padding that encoding gave them (PS3.5 §6.2).
  package var withoutPadding: DataSet {
    DataSet(
      map { element in
        guard case .bytes(var bytes) = element.value else { return element }
        while let last = bytes.last, last == 0x20 || last == 0 { bytes.removeLast() }
        return DataElement(tag: element.tag, vr: element.vr, value: .bytes(bytes))
      })
  }
}
