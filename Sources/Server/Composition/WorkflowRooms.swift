import ArchiveCore
import DIMSE
import Doors
import EmbeddedStore
import Foundation
import Logging
import ServiceLifecycle
import Workflow

/// What reacts to the journal, put together: completion, routing, and the queues of the destinations.
struct WorkflowRooms: Sendable {
  let store: EmbeddedWorkflowStore
  let completion: CompletionSubscriber
  let routing: RoutingSubscriber
  let forwarding: Forwarding
  let worklist: Worklist
  let performedSteps: PerformedSteps
  private let traffic: TrafficProjection
  private let probe: NodeProbe
  private let connector: DestinationConnector
  private let opened: OpenArchive
  private let registry: PrometheusRegistry
  private let logger: Logger

  init(
    configuration: Configuration, opened: OpenArchive, transcoder: InstanceTranscoder, registry: PrometheusRegistry,
    logger: Logger
  ) throws {
    guard let title = AETitle(configuration.aeTitle) else {
      throw CommandFailure("\(configuration.aeTitle) is no AE title")
    }
    var zones: [SiteID: TimeZone] = [:]
    for site in configuration.sites {
      guard let zone = TimeZone(identifier: site.timeZone) else {
        throw CommandFailure("\(site.timeZone) of site \(site.id) is no time zone; Europe/Berlin is one")
      }
      zones[site.id] = zone
    }
    let clocks = SiteClocks(zones)
    let settings = configuration.completion
    let environment = opened.environment
    store = EmbeddedWorkflowStore(sharing: opened.catalog)
    completion = CompletionSubscriber(
      store: store, archive: opened.archive, settings: settings, environment: environment)
    routing = RoutingSubscriber(store: store, archive: opened.archive, clocks: clocks, environment: environment)
    let connector = DestinationConnector(
      archive: opened.archive, transcoder: transcoder, nodes: opened.nodes, title: title, environment: environment)
    forwarding = Forwarding(
      store: store, archive: opened.archive, environment: environment, clocks: clocks, completion: settings,
      connect: connector.connect)
    worklist = Worklist(
      store: store, archive: opened.archive, environment: environment, settings: configuration.worklist)
    performedSteps = PerformedSteps(
      store: store, archive: opened.archive, environment: environment,
      forwardTo: configuration.forwardPerformedStepsTo)
    traffic = TrafficProjection(store: store, environment: environment)
    probe = NodeProbe(calling: title, environment: environment)
    self.connector = connector
    self.opened = opened
    self.registry = registry
    self.logger = logger
  }

  var services: WorkflowServices {
    WorkflowServices(
      completion: completion, forwarding: forwarding, traffic: traffic, probe: probe, worklist: worklist,
      performedSteps: performedSteps, bell: store.bell)
  }

  /// Service classes behind the DIMSE door, beside those of the archive itself.
  var serviceClasses: [any ServiceClassProvider] {
    [
      WorklistProvider(worklist: worklist),
      PerformedStepProvider(steps: performedSteps),
    ]
  }

  /// What runs while the server does. A crash anywhere in it is followed by the same work again.
  var running: [any Service] {
    let (completion, routing, worklist, logger) = (completion, routing, worklist, logger)
    let runner = QueueRunner(
      store: store, archive: opened.archive, environment: opened.environment, connect: connector.connect,
      observe: observe)
    return [
      UntilShutdown { await completion.run { logger.error("completion failed", metadata: ["error": "\($0)"]) } },
      UntilShutdown { await routing.run { logger.error("routing failed", metadata: ["error": "\($0)"]) } },
      UntilShutdown { await runner.run() },
      UntilShutdown {
        await worklist.runExpiry { logger.error("worklist expiry failed", metadata: ["error": "\($0)"]) }
      },
      QueueFigures(store: store, environment: opened.environment, registry: registry),
    ]
  }

  private var observe: @Sendable (QueueEvent) -> Void {
    let (registry, logger) = (registry, logger)
    return { event in
      switch event {
      case .sent(let destination, let instances):
        registry.count(MetricNames.forwarded, [("destination", destination)], by: Double(instances))
      case .failed(let destination, let reason):
        registry.count(MetricNames.forwardFailures, [("destination", destination)])
        logger.notice("forwarding failed", metadata: ["destination": "\(destination)", "reason": "\(reason)"])
      case .setAside(let destination, let reason):
        registry.count(MetricNames.forwardFailures, [("destination", destination)])
        logger.warning("set aside", metadata: ["destination": "\(destination)", "reason": "\(reason)"])
      case .postponed(let destination, let reason, let wait):
        logger.notice(
          "destination postponed",
          metadata: [
            "destination": "\(destination)", "reason": "\(reason)", "seconds": "\(wait.components.seconds)",
          ])
      }
    }
  }
}

/// Finds the destination behind a record.
private struct DestinationConnector: Sendable {
  let archive: Archive
  let transcoder: InstanceTranscoder
  let nodes: NodeDirectory
  let title: AETitle
  let environment: ArchiveCore.Environment

  @Sendable func connect(_ record: DestinationRecord) async throws -> any Destination {
    switch record.address {
    case .dimse(let aeTitle, let host, let port): return try dimse(aeTitle, host, port)
    case .node(let aeTitle):
      guard let node = try await nodes.node(aeTitle: aeTitle) else {
        throw DestinationFailure("there is no node of that title")
      }
      return try dimse(node.aeTitle, node.host, node.port, transferSyntaxes: node.transferSyntaxes)
    case .dicomweb(let url):
      return STOWDestination(archive: archive, url: url, token: record.token, environment: environment)
    }
  }

  private func dimse(
    _ aeTitle: String, _ host: String, _ port: Int, transferSyntaxes: [String]? = nil
  ) throws -> DIMSEDestination {
    guard let called = AETitle(aeTitle) else { throw DestinationFailure("this is no AE title") }
    return DIMSEDestination(
      transcoder: transcoder, host: host, port: port, calling: title, called: called, transferSyntaxes: transferSyntaxes
    )
  }
}

/// Work that goes on until the server stops.
private struct UntilShutdown: Service {
  let work: @Sendable () async -> Void

  func run() async throws { await cancelWhenGracefulShutdown { await work() } }
}

/// Measures now and then what waits and who lags behind, for `/metrics`.
private struct QueueFigures: Service {
  let store: EmbeddedWorkflowStore
  let environment: ArchiveCore.Environment
  let registry: PrometheusRegistry

  /// Changes of so long are measured together.
  private static let gathering = Duration.seconds(1)

  func run() async throws {
    while !Task.isShuttingDownGracefully {
      let heard = store.queueBell.count
      // A figure that cannot be had now is had next time.
      for queue in (try? await store.queues()) ?? [] {
        let label = [("destination", queue.destination)]
        registry.set(MetricNames.forwardWaiting, label, to: Double(queue.waiting))
        registry.set(MetricNames.forwardSetAside, label, to: Double(queue.setAside))
        let age = queue.oldest.map { environment.now().seconds - $0.seconds } ?? 0
        registry.set(MetricNames.forwardOldest, label, to: Double(max(0, age)))
      }
      await measureSubscribers()
      do {
        try await cancelWhenGracefulShutdown {
          await store.queueBell.wait(past: heard, atMost: StorageFigures.interval, in: environment)
          try await environment.sleep(Self.gathering)
        }
      } catch {
        return
      }
    }
  }

  private func measureSubscribers() async {
    guard let end = try? await store.journalEnd() else { return }
    for name in [CompletionSubscriber.name, RoutingSubscriber.name] {
      guard let position = try? await store.position(of: name) else { continue }
      registry.set(
        MetricNames.subscriberBehind, [("subscriber", name)], to: Double(max(0, end.sequence - position.sequence)))
    }
  }
}
