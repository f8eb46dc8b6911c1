import DICOM
import DIMSE
import NIOCore
import NIOPosix
import Synchronization

/// What else may listen where DICOM was expected: told by the first bytes it answers.
enum ForeignPort: Equatable, Sendable {
  case tls
  case http
  /// What was expected, when TLS was spoken to it.
  case dicom

  /// A TLS 1.2 ClientHello without extensions (RFC 5246 §7.4.1.2): enough for any TLS server to answer, be it with an alert.
  private static let clientHello: [UInt8] =
    [0x16, 0x03, 0x01, 0x00, 0x2D, 0x01, 0x00, 0x00, 0x29, 0x03, 0x03] + [UInt8](repeating: 0x2A, count: 32)
    + [0x00, 0x00, 0x02, 0xC0, 0x2F, 0x01, 0x00]
  private static let webRequest = Array("GET / HTTP/1.0\r\n\r\n".utf8)

  static func examine(_ peer: PeerAddress, calling: AETitle, timeout: Duration) async -> ForeignPort? {
    if let first = await answer(of: peer, to: clientHello, timeout).first, first == 0x15 || first == 0x16 {
      return .tls
    }
    let request = PDU.associateRequest(
      AssociateRequest(
        calledAETitle: peer.title, callingAETitle: calling,
        presentationContexts: DIMSEClient.proposals([(.verification, PeerSyntaxes.native.map(\.uid))])))
    if let first = await answer(of: peer, to: Array(request.encoded.readableBytesView), timeout).first,
      PDUType(rawValue: first) != nil
    {
      return .dicom
    }
    return await answer(of: peer, to: webRequest, timeout).starts(with: "HTTP/".utf8) ? .http : nil
  }

  /// The first bytes that come back; none when nothing does in time.
  private static func answer(of peer: PeerAddress, to question: [UInt8], _ timeout: Duration) async -> [UInt8] {
    let amount = TimeAmount.nanoseconds(Int64(timeout / .nanoseconds(1)))
    do {
      let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: [UInt8].self)
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(amount)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(FirstBytes(promise))
          }
        }
        .connect(host: peer.host, port: peer.port).get()
      channel.eventLoop.scheduleTask(in: amount) { promise.succeed([]) }
      try await channel.writeAndFlush(ByteBuffer(bytes: question)).get()
      let bytes = try await promise.futureResult.get()
      channel.close(promise: nil)
      return bytes
    } catch { return [] }
  }
}

/// Keeps the first bytes of a connection.
private final class FirstBytes: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private static let enough = 5
  private let promise: EventLoopPromise<[UInt8]>
  private var bytes: [UInt8] = []

  init(_ promise: EventLoopPromise<[UInt8]>) { self.promise = promise }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += unwrapInboundIn(data).readableBytesView
    if bytes.count >= Self.enough { promise.succeed(bytes) }
  }

  func channelInactive(context: ChannelHandlerContext) { promise.succeed(bytes) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.succeed(bytes)
    context.close(promise: nil)
  }
}
