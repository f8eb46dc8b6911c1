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
  /// Service classes beside storage and query.
  let services: ServiceRooms
  let profiles: SourceProfiles
  private let profiling: ProfileSubscriber
  private let traffic: TrafficProjection
  private let probe: NodeProbe
  private let connector: DestinationConnector
  private let opened: OpenArchive
  private let registry: PrometheusRegistry
  private let logger: Logger

  init(
    configuration: Configuration, opened: OpenArchive, transcoder: InstanceTranscoder, security: NodeSecurity,
    registry: PrometheusRegistry, logger: Logger
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
      archive: opened.archive, transcoder: transcoder, nodes: opened.nodes, security: security, title: title,
      environment: environment)
    forwarding = Forwarding(
      store: store, archive: opened.archive, environment: environment, clocks: clocks, completion: settings,
      connect: connector.connect)
    services = ServiceRooms(
      configuration: configuration, store: store, opened: opened, title: title, security: security,
      registry: registry, logger: logger)
    profiles = SourceProfiles(store: store, archive: opened.archive, environment: environment)
    profiling = ProfileSubscriber(store: store, archive: opened.archive, environment: environment) { day in
      guard day.examined > 0 else { return }
      let labels = [("source", day.device.source), ("site", day.device.site)]
      registry.count(MetricNames.profileExamined, labels, by: Double(day.examined))
      registry.count(MetricNames.profileCoerced, labels, by: Double(day.coerced))
      for (name, count) in day.deviations {
        // The kind alone: attributes and devices would make too many series.
        let kind = String(name.prefix { $0 != " " && $0 != "." })
        registry.count(MetricNames.profileDeviations, labels + [("kind", kind)], by: Double(count.count))
      }
    }
    traffic = TrafficProjection(store: store, environment: environment)
    probe = NodeProbe(calling: title, environment: environment, security: security)
    self.connector = connector
    self.opened = opened
    self.registry = registry
    self.logger = logger
  }

  /// What the web door needs of it.
  var offered: WorkflowServices {
    WorkflowServices(
      completion: completion, forwarding: forwarding, profiles: profiles, traffic: traffic, probe: probe,
      commitment: services.commitment,
      notices: Notices(store: store, archive: opened.archive, environment: opened.environment),
      worklist: services.worklist, performedSteps: services.performedSteps, bell: store.bell)
  }

  /// What runs while the server does. A crash anywhere in it is followed by the same work again.
  var running: [any Service] {
    let (completion, routing, profiling, logger) = (completion, routing, profiling, logger)
    let runner = QueueRunner(
      store: store, archive: opened.archive, environment: opened.environment, connect: connector.connect,
      observe: observe)
    return [
      UntilShutdown { await completion.run { logger.error("completion failed", metadata: ["error": "\($0)"]) } },
      UntilShutdown { await routing.run { logger.error("routing failed", metadata: ["error": "\($0)"]) } },
      UntilShutdown { await profiling.run { logger.error("profiles failed", metadata: ["error": "\($0)"]) } },
      UntilShutdown { await runner.run() },
      QueueFigures(store: store, environment: opened.environment, registry: registry),
    ] + services.running
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
  let security: NodeSecurity
  let title: AETitle
  let environment: ArchiveCore.Environment

  @Sendable func connect(_ record: DestinationRecord) async throws -> any Destination {
    switch record.address {
    case .dimse(let aeTitle, let host, let port): return try dimse(aeTitle, host, port)
    case .node(let aeTitle):
      guard let node = try await nodes.node(aeTitle: aeTitle) else {
        throw DestinationFailure("there is no node of that title")
      }
      return try dimse(
        node.aeTitle, node.host, node.port, transferSyntaxes: node.transferSyntaxes,
        security: try security.security(for: node))
    case .dicomweb(let url):
      return STOWDestination(archive: archive, url: url, token: record.token, environment: environment)
    }
  }

  private func dimse(
    _ aeTitle: String, _ host: String, _ port: Int, transferSyntaxes: [String]? = nil,
    security: TransportSecurity? = nil
  ) throws -> DIMSEDestination {
    guard let called = AETitle(aeTitle) else { throw DestinationFailure("this is no AE title") }
    return DIMSEDestination(
      transcoder: transcoder, host: host, port: port, calling: title, called: called,
      transferSyntaxes: transferSyntaxes, security: security)
  }
}

/// Work that goes on until the server stops.
struct UntilShutdown: Service {
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
    for name in [CompletionSubscriber.name, RoutingSubscriber.name, ProfileSubscriber.name] {
      guard let position = try? await store.position(of: name) else { continue }
      registry.set(
        MetricNames.subscriberBehind, [("subscriber", name)], to: Double(max(0, end.sequence - position.sequence)))
    }
  }
}
