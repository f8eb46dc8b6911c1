public import NIOCore
public import NIOPosix

/// A DICOM acceptor: binds a port, and runs one task for each association (PS3.8 §9).
///
/// ```swift
/// let server = try await DIMSEServer.bind(configuration, provider: provider)
/// try await server.run()
/// ```
/// Cancelling `run` aborts all associations; `shutdown` lets running requests finish first.
public final class DIMSEServer: Sendable {
  private let listener: any Channel
  private let connections: AsyncStream<Association>
  private let connectionRunner: ServerConnectionRunner
  private let registry: Registry
  private let shutdownRequest: EventLoopPromise<Duration>

  private init(
    listener: any Channel, connections: AsyncStream<Association>, runner: ServerConnectionRunner, registry: Registry
  ) {
    self.listener = listener
    self.connections = connections
    self.connectionRunner = runner
    self.registry = registry
    shutdownRequest = listener.eventLoop.makePromise()
  }

  deinit {
    listener.close(promise: nil)
    shutdownRequest.fail(CancellationError())
  }

  /// Binds the port; connections wait until `run`.
  ///
  /// - Parameters:
  ///   - onEvent: called on event loops and by tasks, must not block.
  ///   - prepareChannel: puts handlers between ours and an accepted connection, above TLS.
  /// - Throws: what the operating system says when the address cannot be bound.
  public static func bind(
    _ configuration: DIMSEServerConfiguration, provider: any DIMSEServiceProvider,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    onEvent: @escaping @Sendable (DIMSEServerEvent) -> Void = { _ in },
    prepareChannel: @escaping @Sendable (any Channel) throws -> Void = { _ in }
  ) async throws -> DIMSEServer {
    let registry = Registry(
      maximumAssociations: configuration.maximumAssociations,
      maximumConnections: configuration.maximumAssociations + configuration.maximumExtraConnections)
    let settings = AssociationSettings(
      maximumLength: configuration.maximumLength, artim: configuration.associationTimeout,
      idle: configuration.idleTimeout, isSecure: configuration.security != nil)
    let (connections, arrivals) = AsyncStream.makeStream(of: Association.self)
    let listener = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: 256)
      .associationOptions()
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let peer = channel.remoteAddress
          try configuration.security?().secureAcceptor(channel)
          try prepareChannel(channel)
          let association = try AssociationHandler.install(on: channel, settings: settings) { end in
            if let event = DIMSEServerEvent(end, peer: peer) { onEvent(event) }
          }
          guard registry.add(association) else {
            onEvent(.connectionRefused(peer: peer))
            throw AssociationError.connectionClosed
          }
          arrivals.yield(association)
        }
      }
      .bind(host: configuration.host, port: configuration.port).get()
    listener.closeFuture.whenComplete { _ in arrivals.finish() }
    return DIMSEServer(
      listener: listener, connections: connections,
      runner: ServerConnectionRunner(
        provider: provider, configuration: configuration, maximumLength: settings.maximumLength, registry: registry,
        onEvent: onEvent), registry: registry)
  }

  /// Where the server listens.
  public var localAddress: SocketAddress? { listener.localAddress }
  public var port: Int? { localAddress?.port }
  /// Associations open now.
  public var associationCount: Int { registry.associationCount }

  /// Serves until `shutdown` or cancellation. Call it once.
  public func run() async throws {
    defer {
      listener.close(promise: nil)
      shutdownRequest.fail(CancellationError())
      registry.closeAll()
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.serve() }
      group.addTask {
        // A run that ends otherwise fails the promise only afterwards: wait in a way cancellation reaches.
        let grace = try await self.waitForShutdown()
        self.listener.close(promise: nil)
        self.registry.finishAll()
        try await Task.sleep(for: grace)
      }
      try await group.next()
      group.cancelAll()
    }
  }

  /// Stops accepting, aborts idle associations, lets requests that are being handled finish for at most `grace`, then
  /// aborts what is left. `run` returns afterwards.
  public func shutdown(grace: Duration = .seconds(20)) {
    shutdownRequest.succeed(grace)
  }

  private func serve() async {
    await withDiscardingTaskGroup { group in
      for await association in connections {
        let executor = EventLoopTaskExecutor(association.channel.eventLoop)
        group.addTask(executorPreference: executor) { await self.connectionRunner.run(association) }
      }
    }
  }

  private func waitForShutdown() async throws -> Duration {
    try await withTaskCancellationHandler {
      try await shutdownRequest.futureResult.get()
    } onCancel: {
      shutdownRequest.fail(CancellationError())
    }
  }
}

extension ServerBootstrap {
  fileprivate func associationOptions() -> ServerBootstrap {
    self
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.socketOption(.so_keepalive), value: 1)
      .childChannelOption(
        .recvAllocator,
        value: FixedSizeRecvByteBufferAllocator(capacity: AssociationSettings.receiveBufferSize)
      )
      .childChannelOption(
        .writeBufferWaterMark,
        value: .init(
          low: AssociationSettings.outboundLowWatermark, high: AssociationSettings.outboundHighWatermark))
  }
}
