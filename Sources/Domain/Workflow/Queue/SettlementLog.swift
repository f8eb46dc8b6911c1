import ArchiveCore
import Synchronization

/// What became of the instances of one batch, on its way into the store: while one commit is synced the next outcomes
/// gather, so that sending does not wait for the disk and a crash repeats a few instances at most.
final class SettlementLog: Sendable {
  private struct State {
    var pending: [Settlement] = []
    var isClosed = false
    var hasFailed = false
  }

  private let worker: QueueWorker
  private let state = Mutex(State())
  private let bell = Bell()

  init(worker: QueueWorker) { self.worker = worker }

  /// - Returns: whether to go on sending: not when something failed, for order's sake, nor when outcomes cannot be kept.
  func add(_ settlement: Settlement) -> Bool {
    defer { bell.ring() }
    return state.withLock { state in
      state.pending.append(settlement)
      if case .again = settlement.result { return false }
      return !state.hasFailed && !state.isClosed
    }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    bell.ring()
  }

  /// Keeps outcomes until it is closed.
  ///
  /// - Returns: how many there were.
  func record() async throws -> Int {
    var count = 0
    while true {
      let heard = bell.count
      let (pending, isClosed) = state.withLock { state in
        defer { state.pending = [] }
        return (state.pending, state.isClosed)
      }
      if !pending.isEmpty {
        count += pending.count
        do {
          try await worker.keep(pending)
        } catch {
          state.withLock { $0.hasFailed = true }
          throw error
        }
      } else if isClosed {
        return count
      } else {
        await bell.wait(past: heard)
      }
    }
  }
}
