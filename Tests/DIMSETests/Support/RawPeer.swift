import DIMSE
import NIOCore
import NIOPosix

/// A peer that sends any bytes, and reads what comes back as PDUs.
struct RawPeer {
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  private var decoder = PDUStreamDecoder()

  static func with(port: Int, _ body: (inout RawPeer) async throws -> Void) async throws {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
      }
    try await channel.executeThenClose { inbound, outbound in
      var peer = RawPeer(outbound: outbound, inbound: inbound.makeAsyncIterator())
      try await body(&peer)
    }
  }

  func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }
  /// Nothing more is sent; what comes back can still be read.
  func finishSending() { outbound.finish() }
  func send(_ pdu: PDU) async throws { try await outbound.write(pdu.encoded) }

  /// The next output, `nil` when the server closed.
  mutating func next() async throws -> PDUStreamDecoder.Output? {
    while true {
      if let output = try decoder.next() { return output }
      do {
        guard let bytes = try await inbound.next(isolation: #isolation) else { return nil }
        decoder.feed(bytes)
      } catch is IOError {
        return nil
      }
    }
  }

  /// The next PDU that is not data.
  mutating func nextPDU() async throws -> PDU? {
    while let output = try await next() {
      if case .pdu(let pdu) = output { return pdu }
    }
    return nil
  }

  /// Proposes verification and CT storage in contexts 1 and 3, explicit little endian.
  mutating func associate() async throws -> PDU? {
    try await send(
      .associateRequest(
        AssociateRequest(
          calledAETitle: "ISOCENTER", callingAETitle: "RAW",
          presentationContexts: DIMSEClient.proposals([
            (TestProvider.verification, [TestProvider.explicitLittle]),
            (TestProvider.ctImage, [TestProvider.explicitLittle]),
          ]))))
    return try await nextPDU()
  }
}
