import DICOM
import NIOCore
import Synchronization

/// One end of an association as tasks see it. All protocol work happens in `AssociationHandler` on the event loop;
/// this holds what both sides share: the inbox, what waits to be written, and who waits for which response.
final class Association: Sendable {
  /// What tasks ask of the event loop, in order.
  enum Outgoing: Sendable {
    /// One or more P-DATA-TF PDUs, or a slice of one.
    case data(ByteBuffer)
    case accept(AssociateAccept)
    case reject(AssociateReject)
    case releaseRequest
    case releaseResponse
  }

  fileprivate struct Shared {
    var outbox: CircularBuffer<Outgoing> = []
    var outboxBytes = 0
    var isDrainScheduled = false
    var writers: [EventLoopPromise<Void>] = []
    var end: AssociationError?
    /// Responses awaited by message ID.
    var responses: [UInt16: EventLoopPromise<CommandSet>] = [:]
    /// Own operations whose responses are read from the inbox, without a final one yet.
    var streams: Set<UInt16> = []
    /// Requests of the peer without a final response yet, by message ID. A peer may use an ID again as soon as it has
    /// the response, so the serial tells requests apart.
    var openRequests: [UInt16: (serial: UInt64, isCancelled: Bool)] = [:]
    var lastMessageID: UInt16 = 0
    var contexts: [UInt8: PresentationContext] = [:]
    var peerMaximumLength = PDULimits.leastPeerMaximumLength
    var finishesAfterRequest = false
    var security: SecureConnection?
  }

  let channel: any Channel
  let inbox = Inbox()
  private let handler: NIOLoopBound<AssociationHandler>
  private let shared = Mutex(Shared())
  /// The request as acceptor.
  let associateRequest: EventLoopPromise<AssociateRequest>
  /// The acceptance as requestor.
  let associateAccept: EventLoopPromise<AssociateAccept>
  let released: EventLoopPromise<Void>

  /// On the channel's event loop.
  init(channel: any Channel, handler: AssociationHandler) {
    self.channel = channel
    self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    associateRequest = channel.eventLoop.makePromise()
    associateAccept = channel.eventLoop.makePromise()
    released = channel.eventLoop.makePromise()
  }

  // MARK: Reading

  func nextMessage() async throws -> InboundMessage? {
    try await inbox.nextMessage(resumeReading: resumeReading)
  }

  func nextData(serial: UInt64) async throws -> ByteBuffer? {
    try await inbox.nextData(serial: serial, resumeReading: resumeReading)
  }

  private func resumeReading() {
    channel.eventLoop.execute { [handler] in handler.value.resumeReading() }
  }

  // MARK: Writing

  /// Queues buffers that belong together and wakes the event loop once; waits while the peer is slow.
  ///
  /// - Parameter flush: `false` when the same task sends more at once, so that both leave in one write.
  func send(_ buffers: [ByteBuffer], flush: Bool = true) async throws {
    let wait = try enqueue(buffers.map { .data($0) }, flush: flush)
    try await wait?.get()
  }

  func send(_ outgoing: Outgoing) throws {
    _ = try enqueue(CollectionOfOne(outgoing), flush: true)
  }

  private func enqueue(_ outgoing: some Sequence<Outgoing>, flush: Bool) throws -> EventLoopFuture<Void>? {
    let (wakes, wait) = try shared.withLock { shared -> (Bool, EventLoopFuture<Void>?) in
      if let end = shared.end { throw end }
      for item in outgoing {
        if case .data(let buffer) = item { shared.outboxBytes += buffer.readableBytes }
        shared.outbox.append(item)
      }
      guard shared.outboxBytes > AssociationSettings.outboundHighWatermark else {
        defer { if flush { shared.isDrainScheduled = true } }
        return (flush && !shared.isDrainScheduled, nil)
      }
      let promise = channel.eventLoop.makePromise(of: Void.self)
      shared.writers.append(promise)
      defer { shared.isDrainScheduled = true }
      return (!shared.isDrainScheduled, promise.futureResult)
    }
    if wakes { channel.eventLoop.execute { [handler] in handler.value.drainOutbox() } }
    return wait
  }

  /// On the event loop: the next thing to write, `nil` when there is none and the next `send` must wake the loop.
  func takeOutgoing() -> Outgoing? {
    let (item, writers) = shared.withLock { shared -> (Outgoing?, [EventLoopPromise<Void>]) in
      guard let item = shared.outbox.popFirst() else {
        shared.isDrainScheduled = false
        defer { shared.writers = [] }
        return (nil, shared.writers)
      }
      if case .data(let buffer) = item { shared.outboxBytes -= buffer.readableBytes }
      guard !shared.writers.isEmpty, shared.outboxBytes < AssociationSettings.outboundLowWatermark else {
        return (item, [])
      }
      defer { shared.writers = [] }
      return (item, shared.writers)
    }
    for writer in writers { writer.succeed() }
    return item
  }

  /// Ends the association from this side: A-ABORT, then the connection. Harmless when it has ended already.
  func abort(_ cause: AbortCause = .requested) {
    channel.eventLoop.execute { [handler] in handler.value.abort(cause) }
  }

  /// From the event loop: nothing can be sent or received any more.
  func end(_ error: AssociationError) {
    let (writers, responses) = shared.withLock { shared in
      defer {
        shared.writers = []
        shared.responses = [:]
        shared.outbox = []
        shared.outboxBytes = 0
      }
      if shared.end == nil { shared.end = error }
      return (shared.writers, shared.responses)
    }
    for writer in writers { writer.fail(error) }
    for response in responses.values { response.fail(error) }
    associateRequest.fail(error)
    associateAccept.fail(error)
    released.fail(error)
    inbox.finish(error)
  }

  /// From the event loop: the peer sends nothing more, so nobody waits for its answers any longer.
  func releaseArrived() {
    let responses = shared.withLock { shared in
      defer { shared.responses = [:] }
      return shared.responses
    }
    for response in responses.values { response.fail(AssociationError.released) }
    inbox.finish(.released)
  }

  /// Whether an operation of ours has not been answered, of which nobody reads the inbox.
  var awaitsResponse: Bool { shared.withLock { !$0.responses.isEmpty } }

  var hasEnded: Bool { shared.withLock { $0.end != nil } }

  // MARK: What was agreed

  func secured(_ security: SecureConnection?) { shared.withLock { $0.security = security } }

  /// `nil` without TLS.
  var security: SecureConnection? { shared.withLock { $0.security } }

  func agree(contexts: [UInt8: PresentationContext], peerMaximumLength: UInt32) {
    shared.withLock {
      $0.contexts = contexts
      $0.peerMaximumLength = peerMaximumLength
    }
  }

  var contexts: [UInt8: PresentationContext] { shared.withLock { $0.contexts } }

  func context(_ id: UInt8) -> PresentationContext? { shared.withLock { $0.contexts[id] } }

  func fragmenter(contextID: UInt8) -> MessageFragmenter {
    MessageFragmenter(contextID: contextID, maximumLength: shared.withLock { $0.peerMaximumLength })
  }

  // MARK: Own requests

  /// A message ID no outstanding request of ours has, and a promise for its response.
  func openOperation() throws -> (messageID: UInt16, response: EventLoopFuture<CommandSet>) {
    try shared.withLock { shared in
      if let end = shared.end { throw end }
      let promise = channel.eventLoop.makePromise(of: CommandSet.self)
      shared.advanceMessageID()
      shared.responses[shared.lastMessageID] = promise
      return (shared.lastMessageID, promise.futureResult)
    }
  }

  /// A message ID for an operation whose responses are read from the inbox.
  func openStream() -> UInt16 {
    shared.withLock { shared in
      shared.advanceMessageID()
      shared.streams.insert(shared.lastMessageID)
      return shared.lastMessageID
    }
  }

  /// On the event loop: whether somebody waited for this response without reading the inbox.
  func resolve(_ response: CommandSet) -> Bool {
    guard let id = response.integer(.messageIDBeingRespondedTo) else { return false }
    let isFinal = response.status?.isPending != true
    let promise = shared.withLock { shared in
      if isFinal { shared.streams.remove(id) }
      return shared.responses.removeValue(forKey: id)
    }
    guard let promise else { return false }
    promise.succeed(response)
    return true
  }

  // MARK: The peer's requests

  func requestArrived(_ messageID: UInt16, serial: UInt64) {
    shared.withLock { $0.openRequests[messageID] = (serial, false) }
  }

  /// Only of requests that are open: a stranger cannot fill the table.
  func cancelArrived(_ messageID: UInt16) {
    shared.withLock { $0.openRequests[messageID]?.isCancelled = true }
  }

  func isCancelled(_ messageID: UInt16, serial: UInt64) -> Bool {
    shared.withLock { shared in
      guard let request = shared.openRequests[messageID], request.serial == serial else { return false }
      return request.isCancelled
    }
  }

  func isOpen(_ messageID: UInt16, serial: UInt64) -> Bool {
    shared.withLock { $0.openRequests[messageID]?.serial == serial }
  }

  func requestAnswered(_ messageID: UInt16, serial: UInt64) {
    shared.withLock { shared in
      if shared.openRequests[messageID]?.serial == serial { shared.openRequests[messageID] = nil }
    }
  }

  /// Whether the peer has to send something before this side can go on.
  func awaitsPeer(role: AssociationStateMachine.Role) -> Bool {
    shared.withLock { shared in
      if !shared.responses.isEmpty || !shared.streams.isEmpty { return true }
      return role == .acceptor && shared.openRequests.isEmpty
    }
  }

  // MARK: Shutdown

  /// No request after the one being handled. Answers whether none is.
  func finishAfterRequest() -> Bool {
    shared.withLock { shared in
      shared.finishesAfterRequest = true
      return shared.openRequests.isEmpty
    }
  }

  var finishesAfterRequest: Bool { shared.withLock { $0.finishesAfterRequest } }
}

extension Association.Shared {
  fileprivate mutating func advanceMessageID() {
    repeat {
      lastMessageID = lastMessageID &+ 1
    } while lastMessageID == 0 || responses[lastMessageID] != nil || streams.contains(lastMessageID)
  }
}
