import DICOM
import DIMSE
import NIOCore
import NIOPosix

/// Says again to a peer what the requestor of a recorded conversation said, and compares what the peer answers: PDUs by their
/// type and results, commands by what they are and their status. Data sets are passed over.
struct Replay {
  /// What was answered in another way than recorded.
  struct Difference: Codable, Equatable {
    /// The entry, counted from 1.
    var entry: Int
    var recorded: String
    var answered: String
  }

  let peer: PeerAddress
  let security: TransportSecurity?
  let timeout: Duration

  /// - Throws: what the operating system says when the peer cannot be reached.
  func run(_ entries: [TraceEntry]) async throws -> [Difference] {
    var differences: [Difference] = []
    // Each association of a file has a connection of its own.
    var begun: [(offset: Int, element: TraceEntry)] = []
    for (offset, entry) in entries.enumerated() {
      if entry.isFromRequestor, entry.pdu?.type == .associateRequest, !begun.isEmpty {
        differences += try await converse(begun)
        begun = []
      }
      begun.append((offset, entry))
    }
    return differences + (begun.isEmpty ? [] : try await converse(begun))
  }

  private func converse(_ entries: [(offset: Int, element: TraceEntry)]) async throws -> [Difference] {
    let amount = TimeAmount.nanoseconds(Int64(timeout / .nanoseconds(1)))
    let (host, security) = (peer.host, security)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(amount)
      .connect(host: peer.host, port: peer.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try security?.secureRequestor(channel, host: host)
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var answers = Answers(inbound: inbound.makeAsyncIterator())
      var differences: [Difference] = []
      for (offset, entry) in entries {
        if entry.isFromRequestor {
          guard let bytes = entry.encoded else { continue }
          do { try await outbound.write(bytes) } catch { break }
          continue
        }
        guard let recorded = Self.gist(entry.event) else { continue }
        // A peer that never answers closes no connection by itself; the channel's end wakes us.
        let alarm = channel.channel.eventLoop.scheduleTask(in: amount) { channel.channel.close(promise: nil) }
        let answered = await answers.next()
        alarm.cancel()
        guard answered != recorded else { continue }
        differences.append(Difference(entry: offset + 1, recorded: recorded, answered: answered))
        if answered == Answers.nothing { break }
      }
      return differences
    }
  }

  /// What is compared of an answer; `nil` for what is not.
  static func gist(_ event: TraceEntry.Event) -> String? {
    let entry = TraceEntry(microseconds: 0, isFromRequestor: false, event: event)
    switch event {
    case .closed: return Answers.nothing
    case .noise: return "no DICOM"
    case .value(_, false, _, _, _), .value(_, true, false, _, _): return nil
    case .value(let context, true, true, _, let bytes):
      guard let bytes, let set = try? CommandSet(decoding: ByteBuffer(bytes: bytes)), let field = set.field else {
        return "[\(context)] a command"
      }
      return "[\(context)] \(field) \(set.status?.description ?? "")"
    case .pdu:
      switch entry.pdu {
      case .associateAccept(let accept):
        return "A-ASSOCIATE-AC "
          + accept.presentationContexts.map { "[\($0.id)] \($0.result)" }.joined(separator: ", ")
      case nil: return "a PDU that cannot be read"
      case .some: return TraceText.line(entry).split(separator: " ").dropFirst(2).joined(separator: " ")
      }
    }
  }

  /// The peer's answers, one by one.
  private struct Answers {
    static let nothing = "connection closed"

    var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var reader = TraceReader()
    private var gists: [String] = []

    init(inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) { self.inbound = inbound }

    mutating func next() async -> String {
      while gists.isEmpty {
        guard let bytes = try? await inbound.next(isolation: #isolation) else { return Self.nothing }
        gists = reader.read(bytes).compactMap(Replay.gist)
      }
      return gists.removeFirst()
    }
  }
}
