public import ArchiveCore

/// Delivers what is owed to nodes: in order to each, and a node that is silent delays no other.
public struct NoticeRunner: Sendable {
  /// Notices for one node over one association.
  public static let batch = 50
  /// How often a notice is tried until it is set aside: with `backoff`, for about half a day.
  static let maximumAttempts = 80
  /// The longest wait between two looks.
  static let longestWait = Duration.seconds(60)
  /// The wait after the store could not be read or written.
  static let retryWait = Duration.seconds(5)

  /// Delivers notices to a node, in order, and says of each whether it was taken; it ends at the first that was not.
  ///
  /// It throws `DestinationFailure` when the node cannot be spoken to: that is a failure of the first not told of.
  public typealias Deliver =
    @Sendable (_ notices: [Notice], _ node: String, _ told: @Sendable (Notice, NoticeResult) async throws -> Void)
    async throws -> Void

  private let store: any WorkflowStore
  private let environment: Environment
  private let backoff: Backoff
  private let deliver: Deliver
  private let observe: @Sendable (NoticeEvent) -> Void

  public init(
    store: any WorkflowStore, environment: Environment, backoff: Backoff = Backoff(), deliver: @escaping Deliver,
    observe: @escaping @Sendable (NoticeEvent) -> Void = { _ in }
  ) {
    self.store = store
    self.environment = environment
    self.backoff = backoff
    self.deliver = deliver
    self.observe = observe
  }

  /// Works until the task is cancelled.
  public func run() async {
    let working = NodesAtWork()
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let heard = store.queueBell.count
        var wait = Self.longestWait
        do {
          for first in try await store.owed() where await working.begin(first.node) {
            let due = environment.now().wait(until: first.due)
            guard due == .zero else {
              await working.end(first.node)
              wait = min(wait, due)
              continue
            }
            group.addTask {
              await work(on: first.node)
              await working.end(first.node)
              // What came while it was worked on, or is due later, is looked at again.
              store.queueBell.ring()
            }
          }
        } catch {
          wait = Self.retryWait
        }
        await store.queueBell.wait(past: heard, atMost: max(wait, .milliseconds(10)), in: environment)
      }
      group.cancelAll()
    }
  }

  /// Delivers what is due to a node.
  public func work(on node: String) async {
    do {
      while !Task.isCancelled, try await step(node) {}
    } catch {
      try? await environment.sleep(Self.retryWait)
    }
  }

  /// - Returns: whether there may be more to do at once.
  private func step(_ node: String) async throws -> Bool {
    let now = environment.now()
    let notices = Array(try await store.notices(to: node, limit: Self.batch).prefix { $0.due <= now })
    guard let first = notices.first else { return false }
    let told = Told()
    do {
      try await deliver(notices, node) { notice, result in
        await told.note(notice, result)
        try await settle(notice, result)
      }
    } catch let failure as DestinationFailure {
      if let next = await told.next(of: notices) { try await settle(next, .failed(failure.reason)) }
      return false
    }
    // Whoever tells of nothing would be asked for ever.
    guard await told.count > 0 else {
      try await settle(first, .failed("the node told of nothing"))
      return false
    }
    return await told.allTaken
  }

  private func settle(_ notice: Notice, _ result: NoticeResult) async throws {
    let outcome: NoticeOutcome
    switch result {
    case .taken: outcome = .delivered
    case .refused(let reason): outcome = .setAside(reason: reason)
    case .failed(let reason) where notice.attempts + 1 >= Self.maximumAttempts: outcome = .setAside(reason: reason)
    case .failed(let reason):
      let chance = Double(UInt64(truncatingIfNeeded: environment.random() >> 75)) / Double(UInt64(1) << 53)
      let delay = backoff.delay(after: notice.attempts + 1, chance: chance)
      outcome = .again(at: environment.now().adding(delay), reason: reason)
    }
    try await store.commit([.settleNotice(notice.id, outcome)])
    observe(NoticeEvent(notice: notice, outcome: outcome))
  }
}

/// What a node did with a notice.
public enum NoticeResult: Hashable, Sendable {
  case taken
  /// It will not take it, whenever it is asked.
  case refused(reason: String)
  /// It may take it another time.
  case failed(String)
}

/// What became of a notice, for logs and figures.
public struct NoticeEvent: Hashable, Sendable {
  public var notice: Notice
  public var outcome: NoticeOutcome
}

/// The notices of a batch that were told of.
private actor Told {
  private(set) var count = 0
  private(set) var allTaken = true
  private var ids: Set<Int64> = []

  func note(_ notice: Notice, _ result: NoticeResult) {
    count += 1
    ids.insert(notice.id)
    if case .failed = result { allTaken = false }
  }

  func next(of notices: [Notice]) -> Notice? { notices.first { !ids.contains($0.id) } }
}

/// The nodes that are being delivered to.
private actor NodesAtWork {
  private var nodes: Set<String> = []

  /// Whether nobody else works on it.
  func begin(_ node: String) -> Bool { nodes.insert(node).inserted }
  func end(_ node: String) { nodes.remove(node) }
}
