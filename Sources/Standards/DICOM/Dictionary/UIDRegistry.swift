/// The registry of DICOM unique identifiers (PS3.6 Annex A).
public enum UIDRegistry {
  public enum Kind: String, Hashable, Sendable {
    case sopClass = "SOP Class"
    case metaSOPClass = "Meta SOP Class"
    case transferSyntax = "Transfer Syntax"
    case sopInstance = "Well-known SOP Instance"
    case frameOfReference = "Well-known frame of reference"
    case other = ""
  }

  public struct Entry: Hashable, Sendable {
    public var uid: UID
    public var kind: Kind
    public var keyword: String
    public var name: String
    public var isRetired: Bool
  }

  /// Every entry, in the order of the standard.
  public static let all: [Entry] = "\(uidRegistryTable)".split(separator: "\n").compactMap { line in
    let fields = line.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false)
    guard fields.count == 5 else { return nil }
    return Entry(
      uid: UID(rawValue: String(fields[0])), kind: Kind(rawValue: String(fields[1])) ?? .other,
      keyword: String(fields[3]), name: String(fields[4]), isRetired: fields[2] == "R")
  }

  public static func entry(_ uid: UID) -> Entry? {
    entries[uid]
  }

  private static let entries = Dictionary(all.map { ($0.uid, $0) }) { first, _ in first }
}

/// The SOP classes whose instances a storage service keeps (PS3.4 Annexes B and GG).
public enum StorageSOPClasses {
  /// The storage SOP classes in force.
  public static var all: [UID] { storageSOPClassTable }

  public static func contains(_ uid: UID) -> Bool {
    members.contains(uid)
  }

  private static let members = Set(storageSOPClassTable)
}
