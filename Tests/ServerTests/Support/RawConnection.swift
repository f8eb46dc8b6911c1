import NIOCore
import NIOPosix

/// A connection that says what it is told, byte by byte, and then nothing more.
struct RawConnection: Sendable {
  private let channel: any Channel

  static func open(port: Int, saying bytes: [UInt8]) async throws -> RawConnection {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connect(host: "127.0.0.1", port: port).get()
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    return RawConnection(channel: channel)
  }

  /// Waits until the other side has closed.
  func closed() async throws { try await channel.closeFuture.get() }
}
