public import ArchiveCore
import Synchronization

/// Works on every queue, each by itself.
public struct QueueRunner: Sendable {
  /// The longest wait between two looks for new destinations.
  static let longestWait = Duration.seconds(60)

  let store: any WorkflowStore
  let archive: Archive
  let environment: Environment
  let settings: QueueSettings
  let connect: @Sendable (DestinationRecord) async throws -> any Destination
  let observe: @Sendable (QueueEvent) -> Void

  /// - Parameter connect: gives the destination behind a record; throws `DestinationFailure` for one that cannot be.
  public init(
    store: any WorkflowStore, archive: Archive, environment: Environment, settings: QueueSettings = QueueSettings(),
    connect: @escaping @Sendable (DestinationRecord) async throws -> any Destination,
    observe: @escaping @Sendable (QueueEvent) -> Void = { _ in }
  ) {
    self.store = store
    self.archive = archive
    self.environment = environment
    self.settings = settings
    self.connect = connect
    self.observe = observe
  }

  /// Works until the task is cancelled.
  public func run() async {
    let working = Working()
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let heard = store.queueBell.count
        // A store that cannot be read now is read again at the next look.
        let names = (try? await store.destinations().map(\.name)) ?? []
        for name in names where working.begin(name) {
          group.addTask {
            await QueueWorker(name: name, runner: self).run()
            working.end(name)
          }
        }
        await store.queueBell.wait(past: heard, atMost: Self.longestWait, in: environment)
      }
      group.cancelAll()
    }
  }
}

/// The destinations that are being worked on.
private final class Working: Sendable {
  private let names = Mutex<Set<String>>([])

  /// Whether nobody else works on it.
  func begin(_ name: String) -> Bool { names.withLock { $0.insert(name).inserted } }
  func end(_ name: String) { _ = names.withLock { $0.remove(name) } }
}
