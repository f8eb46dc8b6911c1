import ArchiveCore
import Doors
import EmbeddedStore
import ServiceLifecycle
import Workflow

/// Unified Procedure Steps, put together.
struct UnifiedStepRoom: Sendable {
  let steps: UnifiedSteps
  private let keeper: UnifiedStepKeeper

  init(configuration: Configuration, opened: OpenArchive, store: EmbeddedWorkflowStore) {
    let nodes = opened.nodes
    steps = UnifiedSteps(store: store, audit: opened.audit, environment: opened.environment) { title in
      // A subscriber must have an address, also where any caller is let in.
      guard try await nodes.node(aeTitle: title) != nil else { return nil }
      return try await nodes.caller(aeTitle: title)?.principal
    }
    keeper = UnifiedStepKeeper(
      store: store, environment: opened.environment, retention: configuration.workitems.retention,
      fallback: configuration.workitems.announceTo)
  }

  var provider: UnifiedStepProvider { UnifiedStepProvider(steps) }

  var running: [any Service] {
    let keeper = keeper
    return [UntilShutdown { await keeper.run() }]
  }
}
