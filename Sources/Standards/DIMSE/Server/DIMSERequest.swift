public import NIOCore

/// A request of the peer, its data set on the way (PS3.7 §6.3).
public struct DIMSERequest: Sendable {
  public let command: DIMSECommand
  public let messageID: UInt16
  public let presentationContext: PresentationContext
  /// Whether the command announces a data set.
  public let hasDataSet: Bool
  /// In the transfer syntax of the presentation context; without element when `hasDataSet` is false.
  public let dataSet: DataSetStream
  /// The command as it came, for what `command` leaves out.
  public let commandSet: CommandSet
  let serial: UInt64

  /// A response to this request.
  ///
  /// - Parameters:
  ///   - dataSet: identifier, attribute list or reply, encoded in the presentation context's transfer syntax.
  ///   - subOperations: of C-MOVE and C-GET.
  ///   - errorComment: at most 64 characters of the default repertoire are sent.
  public func response(
    _ status: DIMSEStatus, dataSet: ByteBuffer? = nil, subOperations: SubOperationCounts? = nil,
    errorComment: String? = nil, offendingElements: [UInt32] = []
  ) -> DIMSEResponse {
    var set = CommandSet(respondingTo: commandSet, status: status, hasDataSet: dataSet != nil)
    if let counts = subOperations {
      // A final answer counts no remaining ones (PS3.7 Table 9.3-9), save that a cancelled one does.
      if status.isPending || status.category == .cancel {
        set.set(.numberOfRemainingSubOperations, counts.remaining)
      }
      set.set(.numberOfCompletedSubOperations, counts.completed)
      set.set(.numberOfFailedSubOperations, counts.failed)
      set.set(.numberOfWarningSubOperations, counts.warning)
    }
    if let errorComment { set.set(.errorComment, text: String(errorComment.prefix(DIMSEResponse.commentLength))) }
    if !offendingElements.isEmpty { set.set(.offendingElement, tags: offendingElements) }
    return DIMSEResponse(
      commandSet: set, dataSet: dataSet, messageID: messageID, contextID: presentationContext.id, serial: serial)
  }
}

/// A response to be sent, made by `DIMSERequest.response`.
public struct DIMSEResponse: Hashable, Sendable {
  /// An LO value (PS3.5 §6.2).
  static let commentLength = 64

  /// Open for what a service adds, such as Action Type ID.
  public var commandSet: CommandSet
  public let dataSet: ByteBuffer?
  let messageID: UInt16
  let contextID: UInt8
  let serial: UInt64

  public var status: DIMSEStatus { commandSet.status ?? .processingFailure }
}

/// Sub-operations of a C-MOVE or C-GET (PS3.7 §9.1.4.1.7).
public struct SubOperationCounts: Hashable, Sendable {
  public var remaining: UInt16
  public var completed: UInt16
  public var failed: UInt16
  public var warning: UInt16

  public init(remaining: UInt16, completed: UInt16 = 0, failed: UInt16 = 0, warning: UInt16 = 0) {
    self.remaining = remaining
    self.completed = completed
    self.failed = failed
    self.warning = warning
  }
}

extension CommandSet {
  /// Field, message ID, class and instance follow from the request (PS3.7 §9.3 and §10.3).
  init(respondingTo request: CommandSet, status: DIMSEStatus, hasDataSet: Bool) {
    self.init()
    if let uid = request[.affectedSOPClassUID] ?? request[.requestedSOPClassUID] { self[.affectedSOPClassUID] = uid }
    if let uid = request[.affectedSOPInstanceUID] ?? request[.requestedSOPInstanceUID] {
      self[.affectedSOPInstanceUID] = uid
    }
    if let type = request[.eventTypeID] { self[.eventTypeID] = type }
    if let type = request[.actionTypeID] { self[.actionTypeID] = type }
    set(.commandField, (request.field ?? .cEcho).response.rawValue)
    set(.messageIDBeingRespondedTo, request.integer(.messageID) ?? 0)
    set(.commandDataSetType, hasDataSet ? CommandSet.withDataSet : CommandSet.noDataSet)
    set(.status, status.rawValue)
  }
}
