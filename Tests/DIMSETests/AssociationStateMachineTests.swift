import DIMSE
import Testing

@Suite("The association state machine")
struct AssociationStateMachineTests {
  /// PS3.8 Table 9-10, rows Evt1 to Evt19, columns Sta1 to Sta13; "-" is an empty cell. The literal was printed from
  /// the transition table of pynetdicom 3.0.4 (`fsm.py`, MIT licence), which states the standard independently of us.
  static let table = """
    Evt1  AE-1  -     -     -     -     -     -     -     -     -     -     -     -
    Evt2  -     -     -     AE-2  -     -     -     -     -     -     -     -     -
    Evt3  -     AA-1  AA-8  -     AE-3  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
    Evt4  -     AA-1  AA-8  -     AE-4  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
    Evt5  AE-5  -     -     -     -     -     -     -     -     -     -     -     -
    Evt6  -     AE-6  AA-8  -     AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-7
    Evt7  -     -     AE-7  -     -     -     -     -     -     -     -     -     -
    Evt8  -     -     AE-8  -     -     -     -     -     -     -     -     -     -
    Evt9  -     -     -     -     -     DT-1  -     AR-7  -     -     -     -     -
    Evt10 -     AA-1  AA-8  -     AA-8  DT-2  AR-6  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
    Evt11 -     -     -     -     -     AR-1  -     -     -     -     -     -     -
    Evt12 -     AA-1  AA-8  -     AA-8  AR-2  AR-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
    Evt13 -     AA-1  AA-8  -     AA-8  AA-8  AR-3  AA-8  AA-8  AR-10 AR-3  AA-8  AA-6
    Evt14 -     -     -     -     -     -     -     AR-4  AR-9  -     -     AR-4  -
    Evt15 -     -     AA-1  AA-2  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  -
    Evt16 -     AA-2  AA-3  -     AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-2
    Evt17 -     AA-5  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AR-5
    Evt18 -     AA-2  -     -     -     -     -     -     -     -     -     -     AA-2
    Evt19 -     AA-1  AA-8  -     AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-7
    """

  /// PS3.8 Tables 9-6 to 9-9: the state after each action. AE-6 and AR-8 have two, told apart below.
  static let nextStates: [String: Int] = [
    "AE-1": 4, "AE-2": 5, "AE-3": 6, "AE-4": 1, "AE-5": 2, "AE-7": 6, "AE-8": 13, "DT-1": 6, "DT-2": 6, "AR-1": 7,
    "AR-2": 8, "AR-3": 1, "AR-4": 13, "AR-5": 1, "AR-6": 7, "AR-7": 8, "AR-9": 11, "AR-10": 12, "AA-1": 13, "AA-2": 1,
    "AA-3": 1, "AA-4": 1, "AA-5": 1, "AA-6": 13, "AA-7": 13, "AA-8": 13,
  ]

  static let events: [AssociationStateMachine.Event] = [
    .localAssociateRequest, .transportConnected, .associateAcceptReceived, .associateRejectReceived,
    .transportConnectionIndicated, .associateRequestReceived(isAcceptable: true), .localAccept, .localReject,
    .localData, .dataReceived, .localReleaseRequest, .releaseRequestReceived, .releaseResponseReceived,
    .localReleaseResponse, .localAbort, .abortReceived, .transportClosed, .artimExpired, .invalidPDUReceived,
  ]

  static func name(_ action: AssociationStateMachine.Action) -> String {
    switch action {
    case .connectTransport: "AE-1"
    case .sendAssociateRequest: "AE-2"
    case .confirmAccept: "AE-3"
    case .confirmRejectAndClose: "AE-4"
    case .startARTIM: "AE-5"
    case .stopARTIMAndIndicateAssociate, .stopARTIMAndSendRejectAndStartARTIM: "AE-6"
    case .sendAssociateAccept: "AE-7"
    case .sendAssociateRejectAndStartARTIM: "AE-8"
    case .sendData: "DT-1"
    case .indicateData: "DT-2"
    case .sendReleaseRequest: "AR-1"
    case .indicateRelease: "AR-2"
    case .confirmReleaseAndClose: "AR-3"
    case .sendReleaseResponseAndStartARTIM: "AR-4"
    case .stopARTIM: "AR-5"
    case .indicateDataDuringRelease: "AR-6"
    case .sendDataDuringRelease: "AR-7"
    case .indicateReleaseCollision: "AR-8"
    case .sendReleaseResponse: "AR-9"
    case .confirmRelease: "AR-10"
    case .sendUserAbortAndStartARTIM: "AA-1"
    case .stopARTIMAndClose: "AA-2"
    case .indicateAbortAndClose: "AA-3"
    case .indicateProviderAbort: "AA-4"
    case .stopARTIMAfterClose: "AA-5"
    case .ignore: "AA-6"
    case .sendAbort: "AA-7"
    case .sendProviderAbortAndIndicateAndStartARTIM: "AA-8"
    }
  }

  @Test(
    "does in every state what Table 9-10 says of every event",
    arguments: [AssociationStateMachine.Role.requestor, .acceptor])
  func followsTable(role: AssociationStateMachine.Role) throws {
    let rows = AssociationStateMachineTests.table.split(separator: "\n").map { $0.split(separator: " ").dropFirst() }
    #expect(rows.count == AssociationStateMachineTests.events.count)
    for (event, row) in zip(AssociationStateMachineTests.events, rows) {
      #expect(row.count == AssociationStateMachine.State.allCases.count)
      for (state, cell) in zip(AssociationStateMachine.State.allCases, row) {
        var machine = AssociationStateMachine(role: role, state: state)
        let action = machine.process(event)
        #expect(action.map(AssociationStateMachineTests.name) ?? "-" == cell, "\(event) in Sta\(state.rawValue)")
        let next =
          switch cell {
          case "-": state.rawValue
          case "AE-6": 3
          case "AR-8": role == .requestor ? 9 : 10
          default: AssociationStateMachineTests.nextStates[String(cell)]
          }
        #expect(machine.state.rawValue == next, "\(event) in Sta\(state.rawValue)")
      }
    }
  }

  @Test("rejects by itself a request the upper layer cannot accept (AE-6)")
  func rejectsUnacceptable() {
    var machine = AssociationStateMachine(role: .acceptor, state: .awaitingAssociateRequest)
    #expect(
      machine.process(.associateRequestReceived(isAcceptable: false)) == .stopARTIMAndSendRejectAndStartARTIM)
    #expect(machine.state == .awaitingTransportClose)
  }

  @Test("survives a release collision on both sides (PS3.8 §9.2.3)")
  func releaseCollision() {
    var requestor = AssociationStateMachine(role: .requestor, state: .established)
    var acceptor = AssociationStateMachine(role: .acceptor, state: .established)
    #expect(requestor.process(.localReleaseRequest) == .sendReleaseRequest)
    #expect(acceptor.process(.localReleaseRequest) == .sendReleaseRequest)
    #expect(requestor.process(.releaseRequestReceived) == .indicateReleaseCollision)
    #expect(acceptor.process(.releaseRequestReceived) == .indicateReleaseCollision)
    #expect(requestor.process(.localReleaseResponse) == .sendReleaseResponse)
    #expect(acceptor.process(.releaseResponseReceived) == .confirmRelease)
    #expect(acceptor.process(.localReleaseResponse) == .sendReleaseResponseAndStartARTIM)
    #expect(requestor.process(.releaseResponseReceived) == .confirmReleaseAndClose)
    #expect(acceptor.process(.transportClosed) == .stopARTIM)
    #expect(requestor.state == .idle && acceptor.state == .idle)
  }
}
