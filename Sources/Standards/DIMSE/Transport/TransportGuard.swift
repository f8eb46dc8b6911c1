public import NIOCore
import NIOSSL

/// Stands before the TLS handler until the first bytes have come: what is no TLS is recognised, and told so as far as its
/// own protocol allows, instead of failing in a handshake that neither side can read.
final class TransportGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Content types of the first record of a TLS peer (RFC 8446 §5.1).
  private static let alert: UInt8 = 0x15
  private static let handshake: UInt8 = 0x16

  private let isAcceptor: Bool
  private var isForeign = false

  init(isAcceptor: Bool) { self.isAcceptor = isAcceptor }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isForeign else { return }
    let bytes = unwrapInboundIn(data)
    guard let first = bytes.readableBytesView.first else { return }
    guard first != Self.handshake, first != Self.alert else {
      context.fireChannelRead(data)
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
      return
    }
    isForeign = true
    if isAcceptor, first == PDUType.associateRequest.rawValue {
      // The acceptor of its request, to which a rejection is the answer (PS3.8 Table 9-21).
      let reject = AssociateReject(.permanent, .acseNoReasonGiven)
      context.writeAndFlush(wrapOutboundOut(PDU.associateReject(reject).encoded), promise: nil)
    }
    context.fireErrorCaught(ForeignTransport(found: ForeignProtocol(withoutTLS: bytes.readableBytesView)))
    // Closed at once, with bytes unread, the answer would be lost in a reset.
    let isolated = context.loopBound
    context.eventLoop.assumeIsolated().scheduleTask(in: AssociationSettings.abortLinger) {
      isolated.value.close(promise: nil)
    }
  }
}

/// A peer that does not speak TLS on a connection that is to be secured.
struct ForeignTransport: Error, Hashable {
  var found: ForeignProtocol
}

extension ForeignProtocol {
  /// By the first bytes of a connection that are not TLS.
  init(withoutTLS bytes: some Collection<UInt8>) {
    self = ForeignProtocol(firstBytes: bytes) ?? .dicomWithoutTLS
  }
}

extension TransportSecurity {
  /// Puts TLS below the handlers of an accepted connection. On its event loop.
  func secureAcceptor(_ channel: any Channel) throws {
    try channel.pipeline.syncOperations.addHandlers([
      TransportGuard(isAcceptor: true), NIOSSLServerHandler(context: context),
    ])
  }

  /// Puts TLS below the handlers of a connection to `host`, a name or an address. On its event loop; `DIMSEClient` does it
  /// for its own connections.
  public func secureRequestor(_ channel: any Channel, host: String) throws {
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    try channel.pipeline.syncOperations.addHandlers([
      TransportGuard(isAcceptor: false),
      NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host),
    ])
  }
}
