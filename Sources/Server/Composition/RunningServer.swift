import ArchiveCore
import DICOMPixels
import DIMSE
import Doors
import EmbeddedStore
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import UnixSignals

/// A server with its doors open: what `isocenter serve` runs until it is told to stop.
struct RunningServer {
  let live: LiveConfiguration
  let opened: OpenArchive
  let registry: PrometheusRegistry
  let logger: Logger
  let reload: Reload

  private let transcoding: TranscodingRoom

  /// As it was when the doors opened: what listeners and doors are made from.
  private let configuration: Configuration

  init(
    live: LiveConfiguration, opened: OpenArchive, registry: PrometheusRegistry, logger: Logger, threshold: LogThreshold
  ) {
    self.live = live
    self.opened = opened
    self.registry = registry
    self.logger = logger
    configuration = live.current
    transcoding = TranscodingRoom(opened: opened, registry: registry)
    reload = Reload(
      live: live, nodes: opened.nodes, administration: opened.administration, threshold: threshold, logger: logger)
  }

  /// The issuer of Patient ID that a site stands for, by the configuration of the moment.
  private var issuer: @Sendable (SiteID) -> String {
    let live = live
    return { live.current.issuer($0) }
  }

  /// How long requests that are being handled may take after SIGTERM.
  private var gracePeriod: Duration { .seconds(configuration.stopSeconds) }

  /// The longest path of a socket (`sun_path` of unix(7), without the zero at its end).
  static let longestSocketPath = 107

  /// Opens the doors and serves until a signal.
  ///
  /// - Parameter whenOpen: called once every listener is bound.
  func run(whenOpen: @escaping @Sendable () async throws -> Void) async throws {
    let workflow = try WorkflowRooms(
      configuration: configuration, opened: opened, transcoder: transcoding.transcoder, registry: registry,
      logger: logger)
    let dimse = try await dimseServer(serving: workflow.serviceClasses)
    let opening = Countdown(from: 2, then: whenOpen)
    let web = webApplication(
      workflow: workflow.services,
      settings: WebSettings(
        listener: .network, isOpen: configuration.open, isSecure: configuration.trustedProxy,
        trustsProxy: configuration.trustedProxy),
      address: .hostname(configuration.http.host, port: configuration.http.port),
      whenBound: opening.countOne)
    let socket = ControlClient.socketPath(in: configuration.data)
    guard socket.utf8.count <= Self.longestSocketPath else {
      let most = Self.longestSocketPath - ControlClient.socketPath(in: "").utf8.count
      throw CommandFailure(
        "\(configuration.data) is too long a path for the socket in it: it may have \(most) bytes; "
          + "a relative path is often shorter")
    }
    try? FileManager.default.removeItem(atPath: socket)
    // The socket's file must never be open to others, not even for a moment; containers may be the group's to back up.
    let mask = umask(0o077)
    let control = webApplication(
      workflow: workflow.services, settings: WebSettings(listener: .localSocket),
      address: .unixDomainSocket(path: socket),
      whenBound: {
        umask(mask)
        try await opening.countOne()
      })
    var settings = ServiceGroupConfiguration(
      services: [
        .init(service: DIMSEService(server: dimse, grace: gracePeriod)),
        .init(service: web), .init(service: control),
        .init(service: StorageFigures(opened: opened, registry: registry)),
        .init(service: transcoding),
        .init(service: CompactionService(live: live, opened: opened, logger: logger)),
        .init(service: ReloadService(reload: reload)),
      ] + workflow.running.map { .init(service: $0) },
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    // An upload that stands still must not keep the server.
    settings.maximumGracefulShutdownDuration = gracePeriod
    let group = ServiceGroup(configuration: settings)
    defer { try? FileManager.default.removeItem(atPath: socket) }
    do {
      try await group.run()
    } catch is CancellationError {
      // An orderly end all the same: whoever was cut off had been told nothing.
      logger.notice("requests that stood still were cut off")
    }
  }

  private func dimseServer(serving services: [any ServiceClassProvider]) async throws -> DIMSEServer {
    guard let title = AETitle(configuration.aeTitle) else {
      throw CommandFailure("\(configuration.aeTitle) is no AE title")
    }
    var settings = DIMSEServerConfiguration()
    settings.host = configuration.dicom.host
    settings.port = configuration.dicom.port
    settings.maximumAssociations = configuration.maximumAssociations
    settings.idleTimeout = .seconds(configuration.dicomIdleSeconds)
    let door = DIMSEDoor(
      archive: opened.archive, nodes: opened.nodes, aeTitle: title, checksCalledTitle: !configuration.open,
      transcoder: transcoding.transcoder, services: services, logger: logger, issuer: issuer)
    let log = AssociationLog(logger: logger)
    do {
      return try await DIMSEServer.bind(settings, provider: door, onEvent: { log.note($0) })
    } catch {
      throw CommandFailure("cannot listen for DICOM on \(configuration.dicom): \(error)")
    }
  }

  private func webApplication(
    workflow: WorkflowServices, settings: WebSettings, address: BindAddress,
    whenBound: @escaping @Sendable () async throws -> Void
  ) -> some ApplicationProtocol {
    let opened = opened
    let router = WebDoor(
      archive: opened.archive, signIn: opened.signIn, administration: opened.administration, metrics: registry,
      workflow: workflow, settings: settings, environment: opened.environment,
      isReady: { _ = try await opened.catalog.journalEnd() }
    ).router()
    var dicomweb = DICOMwebConfiguration()
    dicomweb.trustsProxy = configuration.trustedProxy
    dicomweb.issuer = issuer
    dicomweb.allowedOrigins = configuration.allowedOrigins
    dicomweb.listeningPort = configuration.http.port
    DICOMwebDoor(opened.archive, dicomweb, environment: opened.environment, transcoder: transcoding.transcoder)
      .addRoutes(
        to: router)
    MaintenanceRoutes(archive: opened.archive, reload: reload).add(to: router)
    router.refuseOtherMethods()
    return Application(
      router: router, server: .http1(configuration: .init(idleTimeout: .seconds(Int64(configuration.httpIdleSeconds)))),
      configuration: ApplicationConfiguration(
        address: address, serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(configuration.maximumConnections)),
      onServerRunning: { _ in
        do {
          try await whenBound()
        } catch {
          logger.error("starting up failed", metadata: ["error": "\(error)"])
        }
      },
      logger: logger)
  }
}

/// Calls something once, when as many have counted as there are.
private final class Countdown: Sendable {
  private let missing: Mutex<Int>
  private let then: @Sendable () async throws -> Void

  init(from count: Int, then: @escaping @Sendable () async throws -> Void) {
    missing = Mutex(count)
    self.then = then
  }

  @Sendable func countOne() async throws {
    let isLast = missing.withLock { missing in
      missing -= 1
      return missing == 0
    }
    if isLast { try await then() }
  }
}

/// The DICOM listener as a service: graceful shutdown lets running requests finish.
private struct DIMSEService: Service {
  let server: DIMSEServer
  let grace: Duration

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await server.run()
    } onGracefulShutdown: {
      server.shutdown(grace: grace)
    }
  }
}

/// What happens on associations, for the log: titles, addresses and reasons, never what was in a data set.
private struct AssociationLog: Sendable {
  let logger: Logger

  func note(_ event: DIMSEServerEvent) {
    switch event {
    case .associationEstablished(let request, _, let peer):
      logger.debug(
        "association", metadata: ["calling": "\(request.callingAETitle)", "peer": "\(peer?.ipAddress ?? "-")"])
    case .associationRejected(let request, let reject, let peer):
      logger.notice(
        "association rejected",
        metadata: [
          "calling": "\(request.callingAETitle)", "called": "\(request.calledAETitle)", "reason": "\(reject.reason)",
          "peer": "\(peer?.ipAddress ?? "-")",
        ])
    case .connectionRefused(let peer):
      logger.warning("connection refused: too many", metadata: ["peer": "\(peer?.ipAddress ?? "-")"])
    case .foreignProtocol(let found, let peer):
      logger.warning(
        "not DICOM on the DICOM port", metadata: ["found": "\(found)", "peer": "\(peer?.ipAddress ?? "-")"])
    case .connectionEnded(let error, let peer):
      logger.debug("connection ended", metadata: ["how": "\(error)", "peer": "\(peer?.ipAddress ?? "-")"])
    case .requestFailed(let field, let error, let peer):
      logger.error(
        "request failed",
        metadata: ["request": "\(field)", "error": "\(type(of: error))", "peer": "\(peer?.ipAddress ?? "-")"])
    }
  }
}
