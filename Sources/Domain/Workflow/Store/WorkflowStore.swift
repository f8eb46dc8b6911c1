public import ArchiveCore

/// The records of the workflow, in the same transactions as the journal they follow from.
///
/// `InMemoryWorkflowStore` is the contract as a program; every store passes the same suite.
public protocol WorkflowStore: Sendable {
  /// Rings when the journal may have grown.
  var bell: Bell { get }
  /// Rings when destinations or what waits for them may have changed.
  var queueBell: Bell { get }

  /// Carries out the changes in order, all or none, with their journal entries and audit records, on stable storage.
  ///
  /// - Throws: `WorkflowConflict` when one of them expects what is no longer so; nothing happened then.
  func commit(_ changes: [WorkflowChange]) async throws

  // MARK: Journal

  /// Entries after a position, oldest first.
  func journal(after position: JournalPosition, limit: Int) async throws -> [JournalEntry]
  /// Entries before a position, newest first; from the end when there is none.
  func history(before position: JournalPosition?, limit: Int) async throws -> [JournalEntry]
  /// The epoch that new entries belong to.
  func epoch() async throws -> Int64
  /// How far a subscriber has come.
  func position(of subscriber: String) async throws -> JournalPosition

  // MARK: Completion

  func completion(of study: StudyUID) async throws -> StudyCompletion?
  /// Studies whose deadline is not after the moment, earliest first.
  func completions(dueBy moment: Instant, limit: Int) async throws -> [StudyCompletion]
  func nextCompletionDeadline() async throws -> Instant?

  // MARK: Rules

  /// Every rule, by name and id.
  func rules() async throws -> [RoutingRule]

  // MARK: Profiles and devices

  /// Every profile, by name and id.
  func profiles() async throws -> [ProfileRecord]
  /// What devices sent since a day, newest day first.
  func deviceDays(since day: Int64) async throws -> [DeviceDay]

  // MARK: Destinations and their queues

  /// Every destination, by name.
  func destinations() async throws -> [DestinationRecord]
  /// Every queue, by its destination's name.
  func queues() async throws -> [QueueStatus]
  func queue(of destination: String) async throws -> QueueStatus?
  /// What to send next: waiting items of the one study that has waited longest among those that may be tried now, in
  /// the order they were queued. `nil` when nothing may.
  func nextBatch(for destination: String, at moment: Instant, limit: Int) async throws -> ForwardBatch?
  /// When the next study may be tried; `nil` when nothing waits.
  func nextDue(for destination: String) async throws -> Instant?
  /// Items in a state, oldest first, behind an id.
  func items(
    of destination: String, in state: ForwardItem.State, after id: Int64, limit: Int
  ) async throws -> [ForwardItem]
  /// What was sent since a moment, by destination and hour.
  func forwarded(since moment: Instant) async throws -> [ForwardedHour]

  // MARK: Objects to work by

  func work(_ kind: WorkKind, _ item: WorkUID) async throws -> WorkRecord?
  /// A page of what is asked for, by start and in the order it was made. At most `limit` records are looked at: a page may
  /// hold fewer, and is the last one only when it has no `next`.
  func work(_ question: WorkQuestion, after cursor: WorkCursor?, limit: Int) async throws -> WorkPage

  // MARK: Subscriptions to workitems

  /// Who subscribed to a workitem, or globally, by subscriber.
  func subscriptions(to item: WorkUID?) async throws -> [WorkSubscription]
  /// Every node with a subscription.
  func subscribers() async throws -> [String]
  /// Workitems that came to a final state before a moment, earliest first; `evenLocked`: those with deletion locks too.
  func finishedWorkitems(before moment: Instant, evenLocked: Bool, limit: Int) async throws -> [WorkRecord]

  // MARK: Notices

  /// What each node is owed first among what waits, by node.
  func owed() async throws -> [Notice]
  /// What waits for a node, in order.
  func notices(to node: String, limit: Int) async throws -> [Notice]
  /// Notices in a state, oldest first, behind an id.
  func notices(in state: Notice.State, after id: Int64, limit: Int) async throws -> [Notice]
}

/// A change expected what is no longer so: look again.
public struct WorkflowConflict: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
