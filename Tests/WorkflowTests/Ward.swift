import ArchiveCore
import DICOM
import EmbeddedStore
import Foundation
import Synchronization
import TestKit
import Testing
import Workflow

/// An archive with its workflow, at work on a clock that stands until it is moved.
struct Ward: Sendable {
  let clock = ManualClock()
  let archive: TestArchive
  let store: any WorkflowStore
  let completion: CompletionSubscriber
  let routing: RoutingSubscriber
  let forwarding: Forwarding
  let receivers: Receivers
  /// What stands behind the destinations: the receivers of the test, unless real ones are wanted.
  var connect: @Sendable (DestinationRecord, Archive, ArchiveCore.Environment) throws -> any Destination
  var settings = QueueSettings()

  static let zones: [SiteID: TimeZone] = [
    SiteID("berlin"): TimeZone(identifier: "Europe/Berlin") ?? .gmt,
    SiteID("tokyo"): TimeZone(identifier: "Asia/Tokyo") ?? .gmt,
  ]

  init(at path: String? = nil, receivers: Receivers = Receivers()) async throws {
    archive = try await TestArchive(at: path, environment: clock.environment)
    store = EmbeddedWorkflowStore(sharing: archive.catalog)
    self.receivers = receivers
    connect = { record, _, _ in try receivers.connect(record) }
    let completion = CompletionSettings(quiet: .seconds(60), sources: ["FAST": .seconds(5)])
    let clocks = SiteClocks(Self.zones)
    self.completion = CompletionSubscriber(
      store: store, archive: archive.archive, settings: completion, environment: clock.environment)
    routing = RoutingSubscriber(
      store: store, archive: archive.archive, clocks: clocks, environment: clock.environment)
    forwarding = Forwarding(
      store: store, archive: archive.archive, environment: clock.environment, clocks: clocks, completion: completion,
      connect: { try receivers.connect($0) })
  }

  static let admin = Principal(kind: .person, name: "admin", roles: [.administrator], sites: .all)

  static func source(
    _ name: String = "CT1", site: String = "main", _ channel: Source.Channel = .association
  ) -> Source {
    Source(channel: channel, name: name, site: SiteID(site))
  }

  func store(_ objects: [SmallObject], from source: Source = Ward.source()) async throws {
    let principal = Principal(kind: .node, name: source.name, roles: [.technologist], sites: .all)
    try await archive.store(try objects.map { try $0.file() }, from: source, as: principal)
  }

  @discardableResult
  func rule(_ rule: RoutingRule) async throws -> RoutingRule { try await forwarding.addRule(rule, as: Self.admin) }

  func destination(
    _ name: String, _ address: DestinationRecord.Address = .node(aeTitle: "PACS")
  ) async throws {
    _ = try await forwarding.saveDestination(
      DestinationRecord(name: name, address: address), replacing: false, as: Self.admin)
  }

  /// Everything that follows from what has happened, except sending.
  func settle() async throws {
    _ = try await completion.work()
    try await routing.work()
  }

  func waiting(_ destination: String) async throws -> [String] {
    try await store.items(of: destination, in: .waiting, after: 0, limit: 1000).map(\.instance.value)
  }

  /// Runs the queues while the body does something.
  func sending(_ body: () async throws -> Void) async throws {
    let (connect, archive, environment) = (connect, archive.archive, clock.environment)
    let runner = QueueRunner(
      store: store, archive: archive, environment: environment, settings: settings,
      connect: { try connect($0, archive, environment) })
    let running = Task { await runner.run() }
    do { try await body() } catch {
      running.cancel()
      await running.value
      throw error
    }
    running.cancel()
    await running.value
  }

  /// Moves the clock on, a little each time everybody has gone to sleep, until something is so.
  func pass(
    _ step: Duration = .seconds(1), atMost steps: Int = 20_000, until isSo: () async throws -> Bool
  ) async throws {
    for _ in 0..<steps {
      if try await isSo() { return }
      await Task.yield()
      clock.advance(step)
    }
    Issue.record("it did not come to pass")
  }
}

/// Receivers of the test: what they got, and how they behave.
final class Receivers: Sendable {
  enum Behaviour: Sendable {
    case good
    case dead
    /// Answers so to an instance, as often as said.
    case answers([String: (result: SendResult, times: Int)])
    /// The connection breaks at the instance, each time.
    case breaks(at: String)
  }

  private struct State {
    var behaviour: [String: Behaviour] = [:]
    var got: [String: [String]] = [:]
    var attempts: [String: Int] = [:]
  }

  private let state = Mutex(State())

  func set(_ name: String, _ behaviour: Behaviour) { state.withLock { $0.behaviour[name] = behaviour } }
  /// SOP Instance UIDs in the order they came.
  func got(_ name: String) -> [String] { state.withLock { $0.got[name] ?? [] } }
  /// How often somebody tried to reach it.
  func attempts(_ name: String) -> Int { state.withLock { $0.attempts[name] ?? 0 } }

  func connect(_ record: DestinationRecord) throws -> any Destination { Receiver(name: record.name, receivers: self) }

  fileprivate func open(_ name: String) throws {
    let isDead = state.withLock { state in
      state.attempts[name, default: 0] += 1
      if case .dead = state.behaviour[name] { return true }
      return false
    }
    if isDead { throw DestinationFailure("cannot be reached") }
  }

  fileprivate func take(_ instance: InstanceUID, _ name: String) throws -> SendResult {
    try state.withLock { state in
      switch state.behaviour[name] {
      case .dead: throw DestinationFailure("the connection was closed", during: instance)
      case .breaks(let uid) where uid == instance.value:
        throw DestinationFailure("the connection was closed", during: instance)
      case .answers(var answers):
        if let answer = answers[instance.value], answer.times > 0 {
          answers[instance.value] = (answer.result, answer.times - 1)
          state.behaviour[name] = .answers(answers)
          return answer.result
        }
      case .good, .breaks, nil: break
      }
      state.got[name, default: []].append(instance.value)
      return .sent(remark: nil)
    }
  }
}

private struct Receiver: Destination {
  let name: String
  let receivers: Receivers

  func send(
    _ instances: [InstanceReference], report: @Sendable (InstanceReference, SendResult) async -> Bool
  ) async throws {
    try receivers.open(name)
    for reference in instances {
      let result = try receivers.take(reference.instance, name)
      guard await report(reference, result) else { return }
    }
  }

  func echo() async throws { try receivers.open(name) }
}
