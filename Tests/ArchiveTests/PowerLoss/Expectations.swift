import ArchiveCore
import DICOM
import TestKit

/// What may be there after a crash, by what was acknowledged and what was not.
struct Expectations {
  /// One of the few instances that the run sends again and again.
  struct Key: Hashable, Comparable {
    var study: Int
    var instance: Int

    static func < (left: Key, right: Key) -> Bool { (left.study, left.instance) < (right.study, right.instance) }

    /// The object with one of its contents.
    func object(_ shade: UInt8) -> SmallObject {
      var object = SmallObject(study: study, instance: instance)
      object.shade = shade
      // Contents on both sides of a block's length.
      object.rows = 8 + instance * 40
      object.columns = 8 + Int(shade) * 64
      return object
    }
  }

  static let shades: [UInt8] = [0, 1, 2]
  static let syntaxes: [TransferSyntax] = [.explicitVRLittleEndian, .implicitVRLittleEndian]

  /// By instance, the contents of which one is current; `nil` among them when it may be absent. An instance that is not
  /// here is absent.
  private(set) var contents: [Key: Set<UInt8?>] = [:]
  /// Records that a sender was told are kept aside.
  private(set) var aside: Set<RecordID> = []
  /// Entries of the journal as a subscriber has read them.
  private(set) var journal: [JournalPosition: JournalEntry] = [:]
  /// The study whose deletion got no answer, and what it had.
  private(set) var halfDeleted: [Key]?
  /// Instances whose deletion may be in the ledger without an answer: the next start carries it out.
  private var doomed: Set<Key> = []

  func possible(_ key: Key) -> Set<UInt8?> { contents[key] ?? [nil] }

  mutating func acknowledged(_ outcome: IngestOutcome, _ key: Key, _ shade: UInt8) -> Bool {
    let before = possible(key)
    halfDeleted?.removeAll { $0 == key }
    switch outcome.kind {
    case .stored:
      contents[key] = [shade]
      doomed.remove(key)
      return before.contains(nil)
    case .alreadyStored:
      contents[key] = [shade]
      doomed.remove(key)
      return before.contains(shade)
    case .quarantined:
      aside.insert(outcome.record)
      let others = before.subtracting([nil, shade])
      contents[key] = doomed.contains(key) ? others.union([nil]) : others
      return !others.isEmpty
    }
  }

  mutating func unanswered(_ key: Key, _ shade: UInt8) {
    var after = possible(key)
    halfDeleted?.removeAll { $0 == key }
    if after.contains(nil) { after.insert(shade) }
    contents[key] = after
  }

  mutating func deleted(_ keys: [Key]) { for key in keys { contents[key] = [nil] } }

  mutating func deletionUnanswered(_ keys: [Key]) {
    doomed.formUnion(keys)
    halfDeleted = keys.filter { !possible($0).contains(nil) }
    for key in keys { contents[key] = possible(key).union([nil]) }
  }

  /// What is there now is what there is from here on.
  mutating func found(_ found: [Key: UInt8], of keys: [Key]) {
    halfDeleted = nil
    doomed = []
    for key in keys { contents[key] = [found[key]] }
  }

  mutating func read(_ entry: JournalEntry) -> Bool {
    defer { journal[entry.position] = entry }
    return journal[entry.position] == nil || journal[entry.position] == entry
  }
}
