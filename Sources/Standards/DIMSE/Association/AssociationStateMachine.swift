/// The state machine of the DICOM upper layer (PS3.8 §9.2), for both the requestor and the acceptor.
///
/// One struct over one enum. It knows neither sockets nor clocks: `process` takes an event of Table 9-10 and answers
/// the action of Tables 9-6 to 9-9 the caller must perform; timers are events. States, events and actions carry the
/// standard's numbers in their comments, so that each line can be compared with the table.
public struct AssociationStateMachine: Hashable, Sendable {
  public enum Role: Hashable, Sendable { case requestor, acceptor }

  /// PS3.8 Tables 9-1 to 9-5.
  public enum State: Int, Hashable, Sendable, CaseIterable {
    /// Sta1
    case idle = 1
    /// Sta2: transport connection open
    case awaitingAssociateRequest
    /// Sta3
    case awaitingLocalAssociateResponse
    /// Sta4
    case awaitingTransportConnection
    /// Sta5
    case awaitingAssociateResponse
    /// Sta6
    case established
    /// Sta7
    case awaitingReleaseResponse
    /// Sta8
    case awaitingLocalReleaseResponse
    /// Sta9: release collision, requestor side
    case collisionRequestorAwaitingLocalResponse
    /// Sta10: release collision, acceptor side
    case collisionAcceptorAwaitingResponse
    /// Sta11: release collision, requestor side
    case collisionRequestorAwaitingResponse
    /// Sta12: release collision, acceptor side
    case collisionAcceptorAwaitingLocalResponse
    /// Sta13: the association exists no more
    case awaitingTransportClose
  }

  /// PS3.8 Table 9-10, in its order.
  public enum Event: Hashable, Sendable {
    /// Evt1
    case localAssociateRequest
    /// Evt2
    case transportConnected
    /// Evt3
    case associateAcceptReceived
    /// Evt4
    case associateRejectReceived
    /// Evt5
    case transportConnectionIndicated
    /// Evt6; acceptable to the upper layer itself: protocol version and application context
    case associateRequestReceived(isAcceptable: Bool)
    /// Evt7
    case localAccept
    /// Evt8
    case localReject
    /// Evt9
    case localData
    /// Evt10
    case dataReceived
    /// Evt11
    case localReleaseRequest
    /// Evt12
    case releaseRequestReceived
    /// Evt13
    case releaseResponseReceived
    /// Evt14
    case localReleaseResponse
    /// Evt15
    case localAbort
    /// Evt16
    case abortReceived
    /// Evt17
    case transportClosed
    /// Evt18
    case artimExpired
    /// Evt19
    case invalidPDUReceived
  }

  /// PS3.8 Tables 9-6 to 9-9; every name says what the caller has to do.
  public enum Action: Hashable, Sendable {
    /// AE-1
    case connectTransport
    /// AE-2
    case sendAssociateRequest
    /// AE-3
    case confirmAccept
    /// AE-4
    case confirmRejectAndClose
    /// AE-5
    case startARTIM
    /// AE-6, the request is acceptable
    case stopARTIMAndIndicateAssociate
    /// AE-6, the request is not
    case stopARTIMAndSendRejectAndStartARTIM
    /// AE-7
    case sendAssociateAccept
    /// AE-8
    case sendAssociateRejectAndStartARTIM
    /// DT-1
    case sendData
    /// DT-2
    case indicateData
    /// AR-1
    case sendReleaseRequest
    /// AR-2
    case indicateRelease
    /// AR-3
    case confirmReleaseAndClose
    /// AR-4
    case sendReleaseResponseAndStartARTIM
    /// AR-5
    case stopARTIM
    /// AR-6
    case indicateDataDuringRelease
    /// AR-7
    case sendDataDuringRelease
    /// AR-8
    case indicateReleaseCollision
    /// AR-9
    case sendReleaseResponse
    /// AR-10
    case confirmRelease
    /// AA-1
    case sendUserAbortAndStartARTIM
    /// AA-2
    case stopARTIMAndClose
    /// AA-3
    case indicateAbortAndClose
    /// AA-4
    case indicateProviderAbort
    /// AA-5
    case stopARTIMAfterClose
    /// AA-6
    case ignore
    /// AA-7
    case sendAbort
    /// AA-8
    case sendProviderAbortAndIndicateAndStartARTIM
  }

  public let role: Role
  public private(set) var state: State

  /// - Parameter state: where to begin; anything but `.idle` is for tests.
  public init(role: Role, state: State = .idle) {
    self.role = role
    self.state = state
  }

  /// Moves to the next state and answers what to do, or answers `nil` and stays where Table 9-10 has an empty cell:
  /// the event cannot happen there, or the local user asked for what is no longer possible.
  public mutating func process(_ event: Event) -> Action? {
    guard let (action, next) = transition(on: event) else { return nil }
    state = next
    return action
  }

  private func transition(on event: Event) -> (Action, State)? {
    switch event {
    case .localAssociateRequest:
      return state == .idle ? (.connectTransport, .awaitingTransportConnection) : nil
    case .transportConnected:
      return state == .awaitingTransportConnection ? (.sendAssociateRequest, .awaitingAssociateResponse) : nil
    case .associateAcceptReceived:
      return state == .awaitingAssociateResponse ? (.confirmAccept, .established) : unexpectedPDU
    case .associateRejectReceived:
      return state == .awaitingAssociateResponse ? (.confirmRejectAndClose, .idle) : unexpectedPDU
    case .transportConnectionIndicated:
      return state == .idle ? (.startARTIM, .awaitingAssociateRequest) : nil
    case .associateRequestReceived(let isAcceptable):
      switch state {
      case .awaitingAssociateRequest:
        return isAcceptable
          ? (.stopARTIMAndIndicateAssociate, .awaitingLocalAssociateResponse)
          : (.stopARTIMAndSendRejectAndStartARTIM, .awaitingTransportClose)
      case .awaitingTransportClose: return (.sendAbort, .awaitingTransportClose)
      default: return unexpectedPDU
      }
    case .localAccept:
      return state == .awaitingLocalAssociateResponse ? (.sendAssociateAccept, .established) : nil
    case .localReject:
      return state == .awaitingLocalAssociateResponse
        ? (.sendAssociateRejectAndStartARTIM, .awaitingTransportClose) : nil
    case .localData:
      switch state {
      case .established: return (.sendData, .established)
      case .awaitingLocalReleaseResponse: return (.sendDataDuringRelease, .awaitingLocalReleaseResponse)
      default: return nil
      }
    case .dataReceived:
      switch state {
      case .established: return (.indicateData, .established)
      case .awaitingReleaseResponse: return (.indicateDataDuringRelease, .awaitingReleaseResponse)
      default: return unexpectedPDU
      }
    case .localReleaseRequest:
      return state == .established ? (.sendReleaseRequest, .awaitingReleaseResponse) : nil
    case .releaseRequestReceived:
      switch state {
      case .established: return (.indicateRelease, .awaitingLocalReleaseResponse)
      case .awaitingReleaseResponse:
        return (
          .indicateReleaseCollision,
          role == .requestor ? .collisionRequestorAwaitingLocalResponse : .collisionAcceptorAwaitingResponse
        )
      default: return unexpectedPDU
      }
    case .releaseResponseReceived:
      switch state {
      case .awaitingReleaseResponse, .collisionRequestorAwaitingResponse: return (.confirmReleaseAndClose, .idle)
      case .collisionAcceptorAwaitingResponse: return (.confirmRelease, .collisionAcceptorAwaitingLocalResponse)
      default: return unexpectedPDU
      }
    case .localReleaseResponse:
      switch state {
      case .awaitingLocalReleaseResponse, .collisionAcceptorAwaitingLocalResponse:
        return (.sendReleaseResponseAndStartARTIM, .awaitingTransportClose)
      case .collisionRequestorAwaitingLocalResponse: return (.sendReleaseResponse, .collisionRequestorAwaitingResponse)
      default: return nil
      }
    case .localAbort:
      switch state {
      case .idle, .awaitingAssociateRequest, .awaitingTransportClose: return nil
      case .awaitingTransportConnection: return (.stopARTIMAndClose, .idle)
      default: return (.sendUserAbortAndStartARTIM, .awaitingTransportClose)
      }
    case .abortReceived:
      switch state {
      case .idle, .awaitingTransportConnection: return nil
      case .awaitingAssociateRequest, .awaitingTransportClose: return (.stopARTIMAndClose, .idle)
      default: return (.indicateAbortAndClose, .idle)
      }
    case .transportClosed:
      switch state {
      case .idle: return nil
      case .awaitingAssociateRequest: return (.stopARTIMAfterClose, .idle)
      case .awaitingTransportClose: return (.stopARTIM, .idle)
      default: return (.indicateProviderAbort, .idle)
      }
    case .artimExpired:
      switch state {
      case .awaitingAssociateRequest, .awaitingTransportClose: return (.stopARTIMAndClose, .idle)
      default: return nil
      }
    case .invalidPDUReceived:
      return state == .awaitingTransportClose ? (.sendAbort, .awaitingTransportClose) : unexpectedPDU
    }
  }

  /// The answer of most cells to a PDU that does not belong there: AA-1 before the request, AA-6 after the end, AA-8
  /// between. There is no PDU without a transport connection (Sta1, Sta4).
  private var unexpectedPDU: (Action, State)? {
    switch state {
    case .idle, .awaitingTransportConnection: nil
    case .awaitingAssociateRequest: (.sendUserAbortAndStartARTIM, .awaitingTransportClose)
    case .awaitingTransportClose: (.ignore, .awaitingTransportClose)
    default: (.sendProviderAbortAndIndicateAndStartARTIM, .awaitingTransportClose)
    }
  }
}
