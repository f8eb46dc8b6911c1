public import ArchiveCore

/// `Traffic` kept in step with the journal: read from its end backwards when first asked for, and forwards from then on.
///
/// It lives in memory with its position; a restart reads it again.
public actor TrafficProjection {
  /// Entries read when it is asked for first; what lies further back is not counted, and `isPartial` says so.
  public static let maximumReplay = 100_000
  static let pageSize = 1000

  private let store: any WorkflowStore
  private let environment: Environment
  private var traffic = Traffic()
  /// Behind the last entry that is counted; `nil` before the first reading.
  private var position: JournalPosition?

  public init(store: any WorkflowStore, environment: Environment) {
    self.store = store
    self.environment = environment
  }

  /// The traffic up to the present end of the journal.
  public func present() async throws -> Traffic {
    if position == nil {
      let (read, end) = try await replay()
      // Somebody else may have read it meanwhile.
      if position == nil { (traffic, position) = (read, end) }
    }
    while let from = position {
      let entries = try await store.journal(after: from, limit: Self.pageSize)
      guard position == from else { continue }
      for entry in entries { traffic.add(entry) }
      position = entries.last?.position ?? from
      if entries.count < Self.pageSize { break }
    }
    traffic.forget(at: environment.now())
    return traffic
  }

  /// What the queues have sent in the time that volumes are kept for.
  public func forwarded() async throws -> [ForwardedHour] {
    try await store.forwarded(since: environment.now().adding(.zero - Traffic.volumesKept))
  }

  private func replay() async throws -> (Traffic, JournalPosition) {
    let first = environment.now().adding(.zero - Traffic.sourcesKept)
    var read = Traffic()
    var end: JournalPosition?
    var before: JournalPosition?
    var count = 0
    while true {
      let entries = try await store.history(before: before, limit: Self.pageSize)
      end = end ?? entries.first?.position ?? .start
      for entry in entries where entry.at >= first { read.add(entry) }
      count += entries.count
      guard let last = entries.last, last.at >= first, entries.count == Self.pageSize else { break }
      guard count < Self.maximumReplay else {
        read.isPartial = true
        break
      }
      before = last.position
    }
    return (read, end ?? .start)
  }
}

/// Instances that a destination took in an hour.
public struct ForwardedHour: Hashable, Sendable {
  public var destination: String
  /// Hours since 1970.
  public var hour: Int64
  public var instances: Int
  public var last: Instant

  public init(destination: String, hour: Int64, instances: Int, last: Instant) {
    self.destination = destination
    self.hour = hour
    self.instances = instances
    self.last = last
  }
}
