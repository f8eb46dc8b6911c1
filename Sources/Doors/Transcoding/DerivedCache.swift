public import ArchiveCore
import Synchronization

/// Values made from stored payloads, the least recently used ones let go of when they cost too much; whoever asks for one
/// that is being made waits for it.
///
/// Keys are digests: what the catalog does not name cannot be asked for, and a payload never changes.
public actor DerivedCache<Value: Sendable>: DerivedContent {
  public struct Key: Hashable, Sendable {
    public var digest: Digest
    /// What was made of it: the transfer syntax, for instance.
    public var form: String
    /// The frame, from 0; `nil` for all of them.
    public var frame: Int?

    public init(_ digest: Digest, _ form: String, frame: Int? = nil) {
      self.digest = digest
      self.form = form
      self.frame = frame
    }
  }

  /// What a cache has done, for who watches it.
  public struct Figures: Equatable, Sendable {
    /// Answered from what was kept, or with what was being made for somebody else.
    public var hits = 0
    /// Had to be made.
    public var misses = 0
    /// What the kept values cost, in bytes.
    public var bytes = 0
    public var entries = 0
  }

  private struct Entry {
    var value: Value
    var cost: Int
    var lastUsed: UInt64
  }

  private let limit: Int
  private let cost: @Sendable (Value) -> Int
  private let observe: @Sendable (_ isHit: Bool) -> Void
  private var entries: [Key: Entry] = [:]
  private var making: [Key: Making<Value>] = [:]
  private var uses: UInt64 = 0
  public private(set) var figures = Figures()

  /// - Parameters:
  ///   - limit: bytes that the kept values may cost together; one that costs more is given and not kept.
  ///   - observe: hears of each question whether its answer was there, or being made, already.
  ///   - cost: bytes that a value takes.
  public init(
    limit: Int, observe: @escaping @Sendable (_ isHit: Bool) -> Void = { _ in },
    cost: @escaping @Sendable (Value) -> Int
  ) {
    self.limit = limit
    self.observe = observe
    self.cost = cost
  }

  /// The value of a key, made if it is not there.
  ///
  /// Cancellation of one who waits leaves the others their value; when nobody waits any more, making it is cancelled.
  public func value(_ key: Key, make: @escaping @Sendable () async throws -> Value) async throws -> Value {
    if let value = use(key) { return value }
    let current: Making<Value>
    if let other = making[key], other.join() {
      note(isHit: true)
      current = other
    } else {
      note(isHit: false)
      current = Making(make)
      making[key] = current
    }
    do {
      let value = try await current.value()
      finish(current, key, value)
      return value
    } catch {
      if making[key] === current { making[key] = nil }
      throw error
    }
  }

  public func forget(_ digests: Set<Digest>) {
    for key in making.keys where digests.contains(key.digest) { making[key] = nil }
    for (key, entry) in entries where digests.contains(key.digest) { remove(key, entry) }
  }

  private func use(_ key: Key) -> Value? {
    guard entries[key] != nil else { return nil }
    note(isHit: true)
    uses += 1
    entries[key]?.lastUsed = uses
    return entries[key]?.value
  }

  private func note(isHit: Bool) {
    if isHit { figures.hits += 1 } else { figures.misses += 1 }
    observe(isHit)
  }

  /// Keeps what was made, unless it was forgotten meanwhile.
  private func finish(_ made: Making<Value>, _ key: Key, _ value: Value) {
    guard making[key] === made else { return }
    making[key] = nil
    let cost = cost(value)
    guard cost <= limit else { return }
    while figures.bytes + cost > limit, let oldest = entries.min(by: { $0.value.lastUsed < $1.value.lastUsed }) {
      remove(oldest.key, oldest.value)
    }
    uses += 1
    entries[key] = Entry(value: value, cost: cost, lastUsed: uses)
    figures.bytes += cost
    figures.entries = entries.count
  }

  private func remove(_ key: Key, _ entry: Entry) {
    entries[key] = nil
    figures.bytes -= entry.cost
    figures.entries = entries.count
  }
}

/// A value on its way, and those who wait for it.
private final class Making<Value: Sendable>: Sendable {
  private let waiting = Mutex(1)
  private let task: Task<Value, any Error>

  init(_ make: @escaping @Sendable () async throws -> Value) {
    task = Task { try await make() }
  }

  /// Waits too, unless everybody has left.
  func join() -> Bool {
    waiting.withLock { waiting in
      guard waiting > 0 else { return false }
      waiting += 1
      return true
    }
  }

  func value() async throws -> Value {
    try await withTaskCancellationHandler {
      let value = try await task.value
      try Task.checkCancellation()
      return value
    } onCancel: {
      leave()
    }
  }

  private func leave() {
    let isLast = waiting.withLock { waiting in
      waiting -= 1
      return waiting == 0
    }
    if isLast { task.cancel() }
  }
}
