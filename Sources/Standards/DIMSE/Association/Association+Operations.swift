import DICOM
import NIOCore

extension Association {
  /// Sends a request without data set, or with a short one, and waits for its single response.
  func perform(_ command: DIMSECommand, in contextID: UInt8, dataSet: ByteBuffer? = nil) async throws -> CommandSet {
    let (messageID, response) = try openOperation()
    let set = command.commandSet(messageID: messageID, hasDataSet: dataSet != nil)
    return try await abortingWhenCancelled {
      try await send([fragmenter(contextID: contextID).message(set, dataSet: dataSet)])
      return try await response.get()
    }.checked(answers: command.field)
  }

  /// C-STORE with a data set of any length (PS3.7 §9.1.1).
  func store<DataSet: AsyncSequence>(
    _ command: CStoreCommand, in context: PresentationContext, dataSet: DataSet
  ) async throws -> StoreOutcome where DataSet.Element == ByteBuffer {
    try await startStore(command, in: context, dataSet: dataSet).outcome()
  }

  /// Sends a C-STORE to its last byte, and leaves its answer for later.
  func startStore<DataSet: AsyncSequence>(
    _ command: CStoreCommand, in context: PresentationContext, dataSet: DataSet
  ) async throws -> PendingStore where DataSet.Element == ByteBuffer {
    let (messageID, response) = try openOperation()
    let set = DIMSECommand.cStore(command).commandSet(messageID: messageID, hasDataSet: true)
    let fragmenter = fragmenter(contextID: context.id)
    try await abortingWhenCancelled {
      do {
        var output = [fragmenter.message(set, dataSet: nil)]
        var data = DataSetFragmenter(fragmenter)
        for try await chunk in dataSet {
          data.append(chunk, to: &output)
          // The command waits for the first fragment, so that a small instance leaves in one write.
          if output.count > 1 {
            try await send(output)
            output.removeAll(keepingCapacity: true)
          }
        }
        data.finish(to: &output)
        try await send(output)
      } catch {
        abort()
        throw error
      }
    }
    return PendingStore(association: self) { try await response.get() }
  }

  /// DICOM cannot take a message back: a cancelled wait ends the association.
  func abortingWhenCancelled<Result>(_ body: () async throws -> Result) async throws -> Result {
    try await withTaskCancellationHandler {
      try await body()
    } onCancel: {
      abort()
    }
  }
}

extension CommandSet {
  func checked(answers field: CommandField) throws -> CommandSet {
    guard self.field == field.response, status != nil else { throw AssociationError.unexpectedResponse }
    return self
  }
}
