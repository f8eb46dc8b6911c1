/// Some entries of the journal, as many of them as the asker may know of.
public struct JournalPage: Hashable, Sendable {
  public var entries: [JournalEntry]
  /// Where to go on: behind everything that was looked at, seen by the asker or not. The position that was asked after
  /// when there is nothing more.
  public var next: JournalPosition

  public init(entries: [JournalEntry], next: JournalPosition) {
    self.entries = entries
    self.next = next
  }
}
