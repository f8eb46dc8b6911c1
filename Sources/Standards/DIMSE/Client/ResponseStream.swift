public import NIOCore

/// The responses to a C-FIND, C-MOVE or C-GET, the final one included and last. For one reader.
public struct ResponseStream: AsyncSequence, Sendable {
  /// One response.
  public struct Element: Sendable {
    public var status: DIMSEStatus
    public var commandSet: CommandSet
    /// The identifier in the transfer syntax of the presentation context, when there is one.
    public var identifier: ByteBuffer?

    /// Of C-MOVE and C-GET; what the peer left out counts as 0.
    public var subOperations: SubOperationCounts {
      SubOperationCounts(
        remaining: commandSet.integer(.numberOfRemainingSubOperations) ?? 0,
        completed: commandSet.integer(.numberOfCompletedSubOperations) ?? 0,
        failed: commandSet.integer(.numberOfFailedSubOperations) ?? 0,
        warning: commandSet.integer(.numberOfWarningSubOperations) ?? 0)
    }
  }

  public typealias Failure = any Error

  /// The longest identifier held.
  public static let maximumIdentifierLength = 16 * 1024 * 1024

  public let messageID: UInt16
  let association: Association
  let contextID: UInt8
  let field: CommandField
  let receive: (@Sendable (DIMSERequest) async throws -> DIMSEStatus)?

  init(
    association: Association, messageID: UInt16, contextID: UInt8, field: CommandField,
    receive: (@Sendable (DIMSERequest) async throws -> DIMSEStatus)?
  ) {
    self.association = association
    self.messageID = messageID
    self.contextID = contextID
    self.field = field
    self.receive = receive
  }

  public func makeAsyncIterator() -> Iterator {
    Iterator(stream: self)
  }

  public struct Iterator: AsyncIteratorProtocol {
    let stream: ResponseStream
    private var isFinished = false

    init(stream: ResponseStream) {
      self.stream = stream
    }

    public mutating func next() async throws -> Element? {
      try await next(isolation: #isolation)
    }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
      guard !isFinished else { return nil }
      guard let element = try await stream.nextResponse() else { throw AssociationError.released }
      isFinished = !element.status.isPending
      return element
    }
  }

  private func nextResponse() async throws -> Element? {
    while let message = try await association.nextMessage() {
      let dataSet = DataSetStream(association: association, serial: message.command.hasDataSet ? message.serial : nil)
      guard message.command.field?.isResponse == true else {
        try await answer(message, dataSet)
        continue
      }
      // Responses of an operation nobody iterated to its end are skipped.
      guard message.command.integer(.messageIDBeingRespondedTo) == messageID else { continue }
      let command = try message.command.checked(answers: field)
      let identifier =
        command.hasDataSet ? try await dataSet.collect(upTo: ResponseStream.maximumIdentifierLength) : nil
      return Element(status: command.status ?? .processingFailure, commandSet: command, identifier: identifier)
    }
    return nil
  }

  /// A C-STORE of a C-GET, a notification that comes before the answer, or something nobody here performs.
  private func answer(_ message: InboundMessage, _ dataSet: DataSetStream) async throws {
    try await association.answer(message, dataSet, receive)
  }
}

extension Association {
  /// Performs a request of the acceptor's and answers it.
  func answer(
    _ message: InboundMessage, _ dataSet: DataSetStream,
    _ receive: (@Sendable (DIMSERequest) async throws -> DIMSEStatus)?
  ) async throws {
    let messageID = message.command.integer(.messageID) ?? 0
    defer { requestAnswered(messageID, serial: message.serial) }
    var status = DIMSEStatus.unrecognizedOperation
    if let receive, let context = context(message.contextID), let command = try? DIMSECommand(message.command) {
      do {
        status = try await receive(
          DIMSERequest(
            command: command, messageID: messageID, presentationContext: context,
            hasDataSet: message.command.hasDataSet, dataSet: dataSet, commandSet: message.command,
            serial: message.serial))
      } catch {
        status = .processingFailure
      }
    }
    let response = CommandSet(respondingTo: message.command, status: status, hasDataSet: false)
    try await send([fragmenter(contextID: message.contextID).message(response, dataSet: nil)])
  }
}
