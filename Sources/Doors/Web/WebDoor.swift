public import ArchiveCore
public import Hummingbird

/// The product's own HTTP interface: signing in, administration, changes, health, figures and a first page.
///
/// `router()` gives a router with this door's middleware and routes; other doors add theirs to it afterwards, and are
/// behind the same authentication.
public struct WebDoor: Sendable {
  private let archive: Archive
  private let signIn: SignIn
  private let administration: Administration
  private let metrics: PrometheusRegistry
  private let settings: WebSettings
  private let environment: ArchiveCore.Environment
  private let workflow: WorkflowServices
  private let isReady: @Sendable () async throws -> Void

  /// - Parameter isReady: throws while the server cannot do its work; asked at every `/readyz`.
  public init(
    archive: Archive, signIn: SignIn, administration: Administration, metrics: PrometheusRegistry,
    workflow: WorkflowServices, settings: WebSettings, environment: ArchiveCore.Environment,
    isReady: @escaping @Sendable () async throws -> Void
  ) {
    self.archive = archive
    self.signIn = signIn
    self.administration = administration
    self.metrics = metrics
    self.workflow = workflow
    self.settings = settings
    self.environment = environment
    self.isReady = isReady
  }

  public func router() -> Router<WebContext> {
    let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
    // From outside to inside: what an answer passes last stands first.
    router.add(middleware: RequestLog(metrics: metrics, environment: environment))
    router.add(middleware: SecurityHeaders(isSecure: settings.isSecure))
    router.add(middleware: ErrorTranslation())
    router.add(middleware: Authentication(signIn: signIn, settings: settings))
    router.add(middleware: CrossSiteGuard(isOpen: settings.isOpen))
    addRoutes(to: router)
    return router
  }

  private func addRoutes(to router: Router<WebContext>) {
    HealthRoutes(administration: administration, metrics: metrics, isReady: isReady).add(to: router)
    PageRoutes().add(to: router)
    let api = router.group("api/v1")
    SessionRoutes(signIn: signIn, settings: settings, metrics: metrics, environment: environment).add(to: api)
    NodeRoutes(administration: administration, probe: workflow.probe, traffic: workflow.traffic).add(to: api)
    TokenRoutes(administration: administration).add(to: api)
    AccountRoutes(administration: administration).add(to: api)
    StudyListRoutes(archive: archive).add(to: api)
    StudyRoutes(archive: archive).add(to: api)
    CorrectionRoutes(archive: archive).add(to: api)
    StudyArchiveRoutes(archive: archive, environment: environment).add(to: api)
    JournalRoutes(archive: archive).add(to: api)
    AuditRoutes(administration: administration).add(to: api)
    CompletionRoutes(completion: workflow.completion).add(to: api)
    CommitmentRoutes(commitment: workflow.commitment).add(to: api)
    NoticeRoutes(notices: workflow.notices).add(to: api)
    RuleRoutes(forwarding: workflow.forwarding, environment: environment).add(to: api)
    ProfileRoutes(profiles: workflow.profiles).add(to: api)
    DestinationRoutes(forwarding: workflow.forwarding).add(to: api)
    QueueRoutes(forwarding: workflow.forwarding).add(to: api)
    WorklistRoutes(worklist: workflow.worklist).add(to: api)
    PerformedStepRoutes(steps: workflow.performedSteps).add(to: api)
    TrafficRoutes(archive: archive, traffic: workflow.traffic, environment: environment).add(to: api)
    EventRoutes(
      feed: EventFeed(
        archive: archive, forwarding: workflow.forwarding, bell: workflow.bell, environment: environment)
    ).add(to: api)
  }
}
