import ArchiveCore
import EmbeddedStore
import Foundation
import Synchronization
import Testing
import Workflow

/// A clock that stands until it is moved; whoever sleeps wakes when it has been moved far enough.
final class ManualClock: Sendable {
  private struct State {
    var now = Instant(nanoseconds: 1_760_000_000_000_000_000)
    var sleepers: [UInt64: (until: Instant, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var next: UInt64 = 0
    var chance: UInt128 = 7
  }

  private let state = Mutex(State())

  var now: Instant { state.withLock { $0.now } }
  var sleepers: Int { state.withLock { $0.sleepers.count } }

  func advance(_ duration: Duration) {
    let due = state.withLock { state in
      state.now = state.now.adding(duration)
      let due = state.sleepers.filter { $0.value.until <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.sorted { $0.until < $1.until }.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  var environment: ArchiveCore.Environment {
    ArchiveCore.Environment(
      now: { self.now },
      random: {
        self.state.withLock { state in
          state.chance = state.chance &* 0x2545_F491_4F6C_DD1D_2545_F491_4F6C_DD1D &+ 1
          return state.chance
        }
      },
      sleep: { try await self.sleep($0) })
  }

  private func sleep(_ duration: Duration) async throws {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let outcome: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          let until = state.now.adding(duration)
          if until <= state.now { return .success(()) }
          state.sleepers[id] = (until, continuation)
          return nil
        }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
    }
  }
}

/// A store under examination, with what a catalog would do beside it.
struct ExaminedStore: Sendable {
  var store: any WorkflowStore
  /// Lets the journal say that an instance was stored.
  var arrive: @Sendable (_ number: Int, _ channel: Source.Channel) async throws -> Void
  var beginEpoch: @Sendable () async throws -> Void
  var audited: @Sendable () async throws -> [AuditRecord]
  /// The same records, opened again; the store itself where there is nothing to open.
  var reopen: @Sendable () async throws -> any WorkflowStore
}

enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case memory
  case embedded

  var testDescription: String { rawValue }

  /// Runs an examination over a fresh store.
  func examine(_ body: (ExaminedStore, ManualClock) async throws -> Void) async throws {
    let clock = ManualClock()
    switch self {
    case .memory:
      let store = InMemoryWorkflowStore(environment: clock.environment)
      try await body(
        ExaminedStore(
          store: store, arrive: { store.append(try Specimen.stored($0, $1, at: clock.now)) },
          beginEpoch: { store.beginEpoch() }, audited: { store.audited }, reopen: { store }), clock)
    case .embedded:
      let folder = FileManager.default.temporaryDirectory.path + "/workflow-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let catalog = try await EmbeddedCatalog.open(at: folder, environment: clock.environment)
      let audit = EmbeddedAuditTrail(sharing: catalog)
      try await body(
        ExaminedStore(
          store: EmbeddedWorkflowStore(sharing: catalog),
          arrive: { _ = try await catalog.commit([.store(try Specimen.entry($0, $1))]) },
          beginEpoch: { try await catalog.beginEpoch() },
          audited: { try await audit.records(limit: 100).reversed() },
          reopen: {
            try await catalog.close()
            return EmbeddedWorkflowStore(
              sharing: try await EmbeddedCatalog.open(at: folder, environment: clock.environment))
          }), clock)
    }
  }
}
