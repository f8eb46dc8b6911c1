import ArchiveCore
import Foundation
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization
import Workflow

/// The live feed (HTML Living Standard §9.2, server-sent events): what happens, as far as the caller may know of it.
///
/// A feed reads the journal itself, so nobody waits for a slow reader: one that takes its bytes too slowly is cut off
/// and comes back with the position it has seen.
struct EventFeed: Sendable {
  /// Feeds at a time.
  static let maximumFeeds = 256
  /// Feeds of one principal at a time.
  static let maximumFeedsEach = 16
  /// Journal entries looked at in one step.
  static let pageSize = 1000
  /// What gathers in so long becomes one event a study.
  static let gathering = Duration.milliseconds(250)
  /// The longest silence; proxies close what says nothing.
  static let heartbeat = Duration.seconds(15)
  /// After so long a reader must come back and say again who it is; browsers do so by themselves.
  static let longestLife = Duration.seconds(600)
  /// How long a reader may take over one write.
  static let slowest = Duration.seconds(20)

  let archive: Archive
  let forwarding: Forwarding
  let bell: Bell
  let environment: ArchiveCore.Environment
  let open = OpenFeeds()

  /// Writes events until the reader has gone, is too slow, or the server stops.
  ///
  /// - Parameter closeConnection: ends the connection, and with it a write that does not.
  @concurrent func run(
    after start: JournalPosition, as principal: Principal, closeConnection: @escaping @Sendable () -> Void,
    to writer: inout any ResponseBodyWriter
  ) async throws {
    let guardian = WriteGuardian()
    let watch = Task { [environment] in
      await guardian.watch(in: environment, limit: Self.slowest, closeConnection)
    }
    defer { watch.cancel() }
    var position = start
    var queues: [String: FeedEvent] = [:]
    var isFirst = true
    // A comment at once: the reader knows that it is connected, and proxies pass the head on.
    try await write(": isocenter\nretry: 2000\n\n", to: &writer, guardian)
    let end = environment.now().adding(Self.longestLife)
    while !Task.isCancelled, !Task.isShuttingDownGracefully, environment.now() < end {
      let heard = bell.count
      let queueHeard = forwarding.queueBell.count
      let page = try await archive.journal(after: position, limit: Self.pageSize, as: principal)
      var text = ""
      for event in FeedFold.events(of: page.entries, after: position) { text += try Self.text(event) }
      let hasMoved = page.next != position
      position = page.next
      for event in try await queueEvents(&queues, isFirst: isFirst, as: principal) { text += try Self.text(event) }
      isFirst = false
      if !text.isEmpty { try await write(text, to: &writer, guardian) }
      if hasMoved { continue }
      if await silence(past: heard, queueHeard) {
        try await write(": still here\n\n", to: &writer, guardian)
      } else {
        try await environment.sleep(Self.gathering)
      }
    }
  }

  /// Waits until something may have happened.
  ///
  /// - Returns: whether nothing did for so long that a heartbeat is due.
  private func silence(past heard: UInt64, _ queueHeard: UInt64) async -> Bool {
    await cancelWhenGracefulShutdown {
      await withTaskGroup { group in
        group.addTask {
          await bell.wait(past: heard)
          return false
        }
        group.addTask {
          await forwarding.queueBell.wait(past: queueHeard)
          return false
        }
        group.addTask {
          try? await environment.sleep(Self.heartbeat)
          return true
        }
        defer { group.cancelAll() }
        return await group.next() ?? true
      }
    }
  }

  /// What has changed of the queues since the last look, for those who may see them.
  private func queueEvents(
    _ known: inout [String: FeedEvent], isFirst: Bool, as principal: Principal
  ) async throws -> [FeedEvent] {
    guard principal.sites == .all, AccessPolicy().permits(.administer, to: principal) else { return [] }
    var changed: [FeedEvent] = []
    var present: [String: FeedEvent] = [:]
    for queue in try await forwarding.queues(as: principal) {
      let event = FeedEvent(queue)
      present[queue.destination] = event
      if !isFirst, known[queue.destination] != event { changed.append(event) }
    }
    known = present
    return changed
  }

  @concurrent private func write(
    _ text: String, to writer: inout any ResponseBodyWriter, _ guardian: WriteGuardian
  ) async throws {
    guardian.begin(at: environment.now())
    defer { guardian.end() }
    try await writer.write(ByteBuffer(string: text))
  }

  static func text(_ event: FeedEvent) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = String(decoding: try encoder.encode(event.body), as: UTF8.self)
    let id = event.position.map { "id: \($0)\n" } ?? ""
    return "\(id)event: \(event.kind.rawValue)\ndata: \(data)\n\n"
  }
}

/// How many feeds are open, by principal.
final class OpenFeeds: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  func hasRoom(for principal: String) -> Bool {
    counts.withLock { Self.hasRoom($0, principal) }
  }

  private static func hasRoom(_ counts: [String: Int], _ principal: String) -> Bool {
    counts.values.reduce(0, +) < EventFeed.maximumFeeds
      && counts[principal, default: 0] < EventFeed.maximumFeedsEach
  }

  /// Whether there was room for one more.
  func begin(_ principal: String) -> Bool {
    counts.withLock { counts in
      guard Self.hasRoom(counts, principal) else { return false }
      counts[principal, default: 0] += 1
      return true
    }
  }

  func end(_ principal: String) {
    counts.withLock { counts in
      let left = (counts[principal] ?? 1) - 1
      counts[principal] = left > 0 ? left : nil
    }
  }
}

/// Ends the connection of a reader that does not take its bytes.
private final class WriteGuardian: Sendable {
  private let began = Mutex<Instant?>(nil)

  func begin(at moment: Instant) { began.withLock { $0 = moment } }
  func end() { began.withLock { $0 = nil } }

  func watch(
    in environment: ArchiveCore.Environment, limit: Duration, _ closeConnection: @Sendable () -> Void
  ) async {
    while !Task.isCancelled {
      do { try await environment.sleep(limit / 2) } catch { return }
      let isStuck = began.withLock { $0.map { $0.adding(limit) < environment.now() } ?? false }
      if isStuck {
        closeConnection()
        return
      }
    }
  }
}
