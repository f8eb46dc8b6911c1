public import NIOCore

/// Cuts one direction of a connection into the events of a trace.
public struct TraceReader {
  private let keepsContent: Bool
  private var decoder = PDUStreamDecoder(maximumLength: PDULimits.greatestMaximumLength)
  private var isNoise = false
  /// The value that is arriving.
  private var length = 0
  private var bytes: [UInt8] = []

  /// - Parameter keepsContent: whether data sets are kept as they are; commands always are.
  public init(keepsContent: Bool = false) { self.keepsContent = keepsContent }

  public mutating func read(_ buffer: ByteBuffer) -> [TraceEntry.Event] {
    guard !isNoise else { return [.noise(length: buffer.readableBytes)] }
    var events: [TraceEntry.Event] = []
    decoder.feed(buffer)
    do {
      while let output = try decoder.next() {
        switch output {
        case .pdu(let pdu): events.append(.pdu(Array(pdu.withoutSecrets.encoded.readableBytesView)))
        case .dataTransferBegan: break
        case .fragment(let piece):
          length += piece.bytes.readableBytes
          if piece.isCommand || keepsContent { bytes += piece.bytes.readableBytesView }
          guard piece.endsValue else { continue }
          events.append(
            .value(
              contextID: piece.contextID, isCommand: piece.isCommand, isLast: piece.isLast, length: length,
              bytes: piece.isCommand || keepsContent ? bytes : nil))
          length = 0
          bytes = []
        }
      }
    } catch {
      // There is no way back into the stream (PS3.8 §9.3.1).
      isNoise = true
      events.append(.noise(length: buffer.readableBytes))
    }
    return events
  }
}

extension PDU {
  /// The same without what proves who somebody is.
  fileprivate var withoutSecrets: PDU {
    switch self {
    case .associateRequest(var request):
      request.userInformation.userIdentity?.primary = []
      request.userInformation.userIdentity?.secondary = []
      return .associateRequest(request)
    case .associateAccept(var accept):
      if accept.userInformation.userIdentityResponse != nil { accept.userInformation.userIdentityResponse = [] }
      return .associateAccept(accept)
    default: return self
    }
  }
}

/// Listens on a connection, above TLS and below the association, and changes nothing.
public final class TraceHandler: ChannelDuplexHandler {
  public typealias InboundIn = ByteBuffer
  public typealias OutboundIn = ByteBuffer

  private let isRequestor: Bool
  private let record: @Sendable (TraceEntry) -> Void
  private let began = NIODeadline.now()
  private var inbound: TraceReader
  private var outbound: TraceReader

  /// - Parameters:
  ///   - isRequestor: whether this side asks for the association.
  ///   - record: called on the event loop; must not block for long.
  public init(isRequestor: Bool, keepsContent: Bool = false, record: @escaping @Sendable (TraceEntry) -> Void) {
    self.isRequestor = isRequestor
    self.record = record
    inbound = TraceReader(keepsContent: keepsContent)
    outbound = TraceReader(keepsContent: keepsContent)
  }

  public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    note(inbound.read(unwrapInboundIn(data)), isFromRequestor: !isRequestor)
    context.fireChannelRead(data)
  }

  public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    note(outbound.read(unwrapOutboundIn(data)), isFromRequestor: isRequestor)
    context.write(data, promise: promise)
  }

  public func channelInactive(context: ChannelHandlerContext) {
    note([.closed], isFromRequestor: !isRequestor)
    context.fireChannelInactive()
  }

  private func note(_ events: [TraceEntry.Event], isFromRequestor: Bool) {
    let microseconds = (NIODeadline.now() - began).nanoseconds / 1000
    for event in events {
      record(TraceEntry(microseconds: microseconds, isFromRequestor: isFromRequestor, event: event))
    }
  }
}
