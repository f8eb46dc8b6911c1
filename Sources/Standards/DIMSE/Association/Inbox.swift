import NIOCore
import Synchronization

/// A DIMSE message as it arrived, its data set still on the way.
struct InboundMessage: Sendable {
  var command: CommandSet
  var contextID: UInt8
  /// Distinguishes the data sets that pass through one inbox.
  var serial: UInt64
}

/// The seam between the event loop and the one task that reads an association: messages and their data sets, in order.
///
/// The event loop pushes what one socket read brought; a reader takes piece by piece. When too much lies here the
/// event loop stops reading, and is told to go on when little is left.
final class Inbox: Sendable {
  enum Item: Sendable {
    case message(InboundMessage)
    case data(ByteBuffer)
    case endOfDataSet
  }

  /// What a reader waits for.
  fileprivate enum Wish {
    case message
    case data(serial: UInt64)
  }

  fileprivate enum Taken {
    case item(Item)
    case nothing
    case failure(AssociationError)
    case mustWait
  }

  fileprivate struct State {
    var items: CircularBuffer<Item> = []
    var bytes = 0
    var messages = 0
    var isPaused = false
    var openDataSet: UInt64?
    var end: AssociationError?
    var waiter: (wish: Wish, continuation: CheckedContinuation<Item?, any Error>)?
  }

  private let state = Mutex(State())

  /// Queues items in order. Answers whether reading should stop for now.
  func push(_ items: inout [Item]) -> Bool {
    let (resumption, pauses) = state.withLock { state in
      for item in items { state.append(item) }
      // Once paused, only a reader that drains the inbox ends the pause: it alone tells the event loop.
      if state.isOverfull { state.isPaused = true }
      return (state.satisfyWaiter(), state.isPaused)
    }
    items.removeAll(keepingCapacity: true)
    resumption?()
    return pauses
  }

  /// Nothing more will come. Readers get what is queued, then the error; `.released` ends messages without one.
  func finish(_ error: AssociationError) {
    let resumption = state.withLock { state in
      if state.end == nil { state.end = error }
      return state.satisfyWaiter()
    }
    resumption?()
  }

  /// The next message, after skipping what is left of the last one's data set; `nil` after a release.
  func nextMessage(resumeReading: () -> Void) async throws -> InboundMessage? {
    guard case .message(let message) = try await take(.message, resumeReading) else { return nil }
    return message
  }

  /// The next piece of the data set of message `serial`; `nil` at its end.
  func nextData(serial: UInt64, resumeReading: () -> Void) async throws -> ByteBuffer? {
    guard case .data(let bytes) = try await take(.data(serial: serial), resumeReading) else { return nil }
    return bytes
  }

  private func take(_ wish: Wish, _ resumeReading: () -> Void) async throws -> Item? {
    let (taken, resumes) = state.withLock { state in (state.take(wish), state.drained()) }
    if resumes { resumeReading() }
    switch taken {
    case .item(let item): return item
    case .nothing: return nil
    case .failure(let error): throw error
    case .mustWait: break
    }
    let item = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Item?, any Error>) in
        let resumption = state.withLock { state -> (() -> Void)? in
          guard state.waiter == nil else { return { continuation.resume(throwing: AssociationError.concurrentRead) } }
          if Task.isCancelled { return { continuation.resume(throwing: CancellationError()) } }
          state.waiter = (wish, continuation)
          return state.satisfyWaiter()
        }
        resumption?()
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.continuation.resume(throwing: CancellationError())
    }
    if state.withLock({ $0.drained() }) { resumeReading() }
    return item
  }
}

extension Inbox.State {
  fileprivate var isOverfull: Bool {
    bytes > AssociationSettings.inboundHighWatermark || messages > AssociationSettings.maximumQueuedMessages
  }

  fileprivate mutating func append(_ item: Inbox.Item) {
    switch item {
    case .message: messages += 1
    case .data(let buffer): bytes += buffer.readableBytes
    case .endOfDataSet: break
    }
    items.append(item)
  }

  /// Whether reading, paused before, may go on.
  fileprivate mutating func drained() -> Bool {
    guard isPaused, bytes <= AssociationSettings.inboundLowWatermark,
      messages <= AssociationSettings.maximumQueuedMessages / 2
    else { return false }
    isPaused = false
    return true
  }

  fileprivate mutating func take(_ wish: Inbox.Wish) -> Inbox.Taken {
    if case .data(let serial) = wish, openDataSet != serial { return .nothing }
    while let item = items.popFirst() {
      switch item {
      case .data(let buffer): bytes -= buffer.readableBytes
      case .message: messages -= 1
      case .endOfDataSet: break
      }
      switch (wish, item) {
      case (.message, .message(let message)):
        openDataSet = message.command.hasDataSet ? message.serial : nil
        return .item(item)
      case (.data, .data):
        return .item(item)
      case (.data, _):
        openDataSet = nil
        return .nothing
      case (.message, _):
        openDataSet = nil
      }
    }
    switch (wish, end) {
    case (_, nil): return .mustWait
    case (.message, .released?): return .nothing
    case (_, let end?): return .failure(end)
    }
  }

  /// Gives the waiting reader what it waits for, outside the lock.
  fileprivate mutating func satisfyWaiter() -> (() -> Void)? {
    guard let (wish, continuation) = waiter else { return nil }
    switch take(wish) {
    case .mustWait: return nil
    case .item(let item):
      waiter = nil
      return { continuation.resume(returning: item) }
    case .nothing:
      waiter = nil
      return { continuation.resume(returning: nil) }
    case .failure(let error):
      waiter = nil
      return { continuation.resume(throwing: error) }
    }
  }
}
