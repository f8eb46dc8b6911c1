import Synchronization

/// A hint without content: something may have changed, look again.
///
/// Whoever waits remembers how often it had rung when they last looked, so nothing is missed between looking and
/// waiting. A hint may come for nothing; what it is about is always read from the store.
public final class Bell: Sendable {
  private struct State {
    var count: UInt64 = 0
    var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var nextWaiter: UInt64 = 0
  }

  private let state = Mutex(State())

  public init() {}

  /// How often it has rung.
  public var count: UInt64 { state.withLock { $0.count } }

  public func ring() {
    let waiting = state.withLock { state in
      state.count &+= 1
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns once it has rung more than so often, or when the task is cancelled.
  public func wait(past count: UInt64) async {
    let waiter = state.withLock { state in
      state.nextWaiter &+= 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDue = state.withLock { state in
          guard state.count <= count, !Task.isCancelled else { return true }
          state.waiting[waiter] = continuation
          return false
        }
        if isDue { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume()
    }
  }

  /// Returns once it has rung more than so often, after the time at the latest, or when the task is cancelled.
  public func wait(past count: UInt64, atMost duration: Duration, in environment: Environment) async {
    await withTaskGroup { group in
      group.addTask { await self.wait(past: count) }
      group.addTask { try? await environment.sleep(duration) }
      await group.next()
      group.cancelAll()
    }
  }
}
