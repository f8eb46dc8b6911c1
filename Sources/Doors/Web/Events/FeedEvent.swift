import ArchiveCore
import Workflow

/// What a page that stays open is told: identifiers and counts, never names.
struct FeedEvent: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable, CaseIterable {
    case instanceStored = "instance-stored"
    case studyCompleted = "study-completed"
    case studyDeleted = "study-deleted"
    case studyCorrected = "study-corrected"
    case queueChanged = "queue-changed"
    case workChanged = "work-changed"
  }

  /// The JSON behind `data:`; what does not belong to the kind is absent.
  struct Body: Hashable, Sendable, Encodable {
    var at: String?
    var study: String?
    var site: String?
    var sites: [String]?
    /// Of stored ones: how many came with this event. Of a completed study: how many it has.
    var instances: Int?
    var modalities: [String]?
    /// Whether the study was not there before.
    var isNew: Bool?
    var revision: Int?
    var destination: String?
    var paused: Bool?
    var waiting: Int?
    var setAside: Int?
    var sent: Int?
    /// Failures of the destination itself in a row, and why.
    var failures: Int?
    var reason: String?
    /// Of something people work by: what it is, its UID, and how far it is now.
    var kind: String?
    var item: String?
    var state: String?
  }

  var kind: Kind
  var body: Body
  /// Where to go on behind it: nothing before that position is missed. `nil` for what is not in the journal.
  var position: JournalPosition?

  init(_ kind: Kind, _ body: Body, position: JournalPosition? = nil) {
    self.kind = kind
    self.body = body
    self.position = position
  }

  init(_ queue: QueueStatus) {
    self.init(
      .queueChanged,
      Body(
        destination: queue.destination, paused: queue.isPaused, waiting: queue.waiting, setAside: queue.setAside,
        sent: queue.sent, failures: queue.postponement?.failures ?? 0, reason: queue.postponement?.reason))
  }
}
