import Dispatch

/// A serial executor for blocking file calls, off Swift's own few threads.
///
/// An actor that has one runs its methods on it: they may block for as long as the disk takes. Another actor may share
/// it and then calls the first without a change of threads. The queue is a private one of Dispatch, which gives it a
/// thread while it has work and none otherwise; its jobs run one after the other, which is what an executor of an actor
/// must promise. The only stored property is that queue, which is safe to use from any thread.
public final class FileExecutor: SerialExecutor {
  private let queue: DispatchQueue

  public init(_ label: String) {
    queue = DispatchQueue(label: label)
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  /// Carries out blocking work for a caller that is elsewhere.
  func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: body()) }
    }
  }

  /// The same for work that can fail.
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: body)) }
    }
  }
}
