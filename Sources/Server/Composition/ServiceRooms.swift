import ArchiveCore
import DIMSE
import Doors
import EmbeddedStore
import Logging
import ServiceLifecycle
import Workflow

/// The service classes beside storage and query, put together, with what delivers the messages they owe.
struct ServiceRooms: Sendable {
  let commitment: StorageCommitment
  let worklist: Worklist
  let performedSteps: PerformedSteps
  private let unifiedSteps: UnifiedStepRoom
  private let availability: AvailabilitySubscriber
  private let notices: NoticeRunner
  private let opened: OpenArchive
  private let logger: Logger

  init(
    configuration: Configuration, store: EmbeddedWorkflowStore, opened: OpenArchive, title: AETitle,
    security: NodeSecurity,
    registry: PrometheusRegistry, logger: Logger
  ) {
    let environment = opened.environment
    commitment = StorageCommitment(
      store: store, archive: opened.archive, environment: environment, title: title.rawValue)
    worklist = Worklist(
      store: store, archive: opened.archive, environment: environment, settings: configuration.worklist)
    performedSteps = PerformedSteps(
      store: store, archive: opened.archive, environment: environment,
      forwardTo: configuration.forwardPerformedStepsTo)
    unifiedSteps = UnifiedStepRoom(configuration: configuration, opened: opened, store: store)
    availability = AvailabilitySubscriber(
      store: store, archive: opened.archive, nodes: opened.nodes, environment: environment, title: title.rawValue)
    let delivery = NoticeDelivery(nodes: opened.nodes, calling: title, security: security)
    notices = NoticeRunner(
      store: store, environment: environment,
      deliver: { try await delivery.deliver($0, to: $1, told: $2) },
      observe: NoticeLog(registry: registry, logger: logger).note)
    self.opened = opened
    self.logger = logger
  }

  var providers: [any ServiceClassProvider] {
    [
      WorklistProvider(worklist: worklist), PerformedStepProvider(steps: performedSteps),
      StorageCommitmentProvider(commitment, nodes: opened.nodes), unifiedSteps.provider,
    ]
  }

  /// What runs while the server does.
  var running: [any Service] {
    let (availability, notices, commitment, worklist) = (availability, notices, commitment, worklist)
    let (environment, logger) = (opened.environment, logger)
    return [
      UntilShutdown { await notices.run() },
      UntilShutdown { await availability.run { logger.error("availability failed", metadata: ["error": "\($0)"]) } },
      UntilShutdown {
        await worklist.runExpiry { logger.error("worklist expiry failed", metadata: ["error": "\($0)"]) }
      },
      UntilShutdown {
        while !Task.isCancelled {
          // What cannot be done now is done at the next look.
          try? await commitment.expire()
          try? await environment.sleep(Self.lookAfterOldOnes)
        }
      },
    ] + unifiedSteps.running
  }

  /// Between two looks for what nobody has answered.
  private static let lookAfterOldOnes = Duration.seconds(600)
}

/// What became of messages that were owed to nodes: titles and reasons.
private struct NoticeLog: Sendable {
  let registry: PrometheusRegistry
  let logger: Logger

  @Sendable func note(_ event: NoticeEvent) {
    let node = event.notice.node
    switch event.outcome {
    case .delivered: registry.count(MetricNames.noticesDelivered, [("node", node)])
    case .again(_, let reason):
      registry.count(MetricNames.noticeFailures, [("node", node)])
      logger.notice("a notice was not taken", metadata: ["node": "\(node)", "reason": "\(reason)"])
    case .setAside(let reason):
      registry.count(MetricNames.noticeFailures, [("node", node)])
      logger.warning("a notice was set aside", metadata: ["node": "\(node)", "reason": "\(reason)"])
    }
  }
}
