public import ArchiveCore

extension JournalEntry {
  /// AE title, account or token name of who caused it: what stands behind the kind in `principal`.
  public var sourceName: String {
    guard let colon = principal.firstIndex(of: ":") else { return principal }
    return String(principal[principal.index(after: colon)...])
  }

  /// Whether it came as images of patients being examined come, and not by import, migration or demonstration.
  public var isClinical: Bool { channel == .association || channel == .stow }
}
