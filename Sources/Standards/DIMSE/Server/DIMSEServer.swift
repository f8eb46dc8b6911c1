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
  private let listener: NIOAsyncChannel<Association, Never>
  private let connectionRunner: ServerConnectionRunner
  private let registry: Registry
  private let shutdownRequest: EventLoopPromise<Duration>

  private init(
    listener: NIOAsyncChannel<Association, Never>, runner: ServerConnectionRunner, registry: Registry,
    shutdownRequest: EventLoopPromise<Duration>
  ) {
    self.listener = listener
    self.connectionRunner = runner
    self.registry = registry
    self.shutdownRequest = shutdownRequest
  }

  /// Binds the port; connections wait in the backlog until `run`.
  ///
  /// - Parameter onEvent: called on event loops, must not block.
  /// - Throws: what the operating system says when the address cannot be bound.
  public static func bind(
    _ configuration: DIMSEServerConfiguration, provider: any DIMSEServiceProvider,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    onEvent: @escaping @Sendable (DIMSEServerEvent) -> Void = { _ in }
  ) async throws -> DIMSEServer {
    let registry = Registry(
      maximumAssociations: configuration.maximumAssociations,
      maximumConnections: configuration.maximumAssociations + configuration.maximumExtraConnections)
    let settings = AssociationSettings(
      maximumLength: min(configuration.maximumLength, PDULimits.greatestMaximumLength),
      artim: TimeAmount(configuration.associationTimeout), idle: TimeAmount(configuration.idleTimeout))
    let listener = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: 256)
      .associationOptions()
      .bind(host: configuration.host, port: configuration.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          let peer = channel.remoteAddress
          let association = try AssociationHandler.install(on: channel, settings: settings) { end in
            if case .aborted(.foreignProtocol(let stranger)) = end {
              onEvent(.foreignProtocol(stranger, peer: peer))
            } else if case .rejected = end {
              // Reported with its request where the decision is made.
            } else {
              onEvent(.connectionEnded(end, peer: peer))
            }
          }
          guard registry.add(association) else {
            onEvent(.connectionRefused(peer: peer))
            throw AssociationError.connectionClosed
          }
          return association
        }
      }
    return DIMSEServer(
      listener: listener,
      runner: ServerConnectionRunner(
        provider: provider, configuration: configuration, registry: registry, onEvent: onEvent),
      registry: registry, shutdownRequest: listener.channel.eventLoop.makePromise())
  }

  /// Where the server listens.
  public var localAddress: SocketAddress? { listener.channel.localAddress }
  public var port: Int? { localAddress?.port }
  /// Associations open now.
  public var associationCount: Int { registry.associationCount }

  /// Serves until `shutdown` or cancellation. Call it once.
  public func run() async throws {
    defer {
      shutdownRequest.fail(CancellationError())
      registry.closeAll()
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.serve() }
      group.addTask {
        // A run that ends otherwise fails the promise only afterwards: wait in a way cancellation reaches.
        let grace = try await self.waitForShutdown()
        self.listener.channel.close(promise: nil)
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

  private func serve() async throws {
    try await listener.executeThenClose { connections in
      try await withThrowingDiscardingTaskGroup { group in
        for try await association in connections {
          group.addTask { await self.connectionRunner.run(association) }
        }
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
