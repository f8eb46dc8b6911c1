import ArchiveCore
import Testing

@testable import Workflow

/// PS3.4 Table CC.1.1-2, row by row.
@Suite("The states of a unified procedure step")
struct UnifiedStepTransitionTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var target: WorkState
    var holdsTransaction: Bool
    /// From SCHEDULED, IN PROGRESS, COMPLETED, CANCELED.
    var verdicts: [UnifiedStepTransition]

    var testDescription: String { "\(target) \(holdsTransaction ? "with" : "without") the transaction" }
  }

  static let states: [WorkState] = [.scheduled, .inProgress, .completed, .canceled]

  static let table: [Row] = [
    Row(
      target: .inProgress, holdsTransaction: true,
      verdicts: [
        .change, .refuse(.alreadyInProgress), .refuse(.mayNoLongerBeUpdated), .refuse(.mayNoLongerBeUpdated),
      ]),
    Row(
      target: .completed, holdsTransaction: true,
      verdicts: [.refuse(.notInProgress), .change, .already, .refuse(.mayNoLongerBeUpdated)]),
    Row(
      target: .canceled, holdsTransaction: true,
      verdicts: [.refuse(.notInProgress), .change, .refuse(.mayNoLongerBeUpdated), .already]),
    Row(
      target: .scheduled, holdsTransaction: true,
      verdicts: Array(repeating: .refuse(.cannotBecomeScheduled), count: 4)),
    Row(
      target: .scheduled, holdsTransaction: false,
      verdicts: Array(repeating: .refuse(.cannotBecomeScheduled), count: 4)),
    Row(
      target: .inProgress, holdsTransaction: false, verdicts: Array(repeating: .refuse(.wrongTransaction), count: 4)),
    Row(
      target: .completed, holdsTransaction: false, verdicts: Array(repeating: .refuse(.wrongTransaction), count: 4)),
    Row(
      target: .canceled, holdsTransaction: false, verdicts: Array(repeating: .refuse(.wrongTransaction), count: 4)),
  ]

  @Test("follow the standard's table", arguments: table)
  func transitions(row: Row) {
    for (state, verdict) in zip(Self.states, row.verdicts) {
      #expect(
        UnifiedStepTransition.verdict(
          from: state, to: row.target, holdsTransaction: row.holdsTransaction, meetsFinalState: true) == verdict,
        "from \(state)")
    }
  }

  @Test("are final only with what the final state demands", arguments: [WorkState.completed, .canceled])
  func finalState(target: WorkState) {
    #expect(
      UnifiedStepTransition.verdict(
        from: .inProgress, to: target, holdsTransaction: true, meetsFinalState: false) == .refuse(.finalStateNotMet))
  }

  @Test("say who may set attributes")
  func setting() {
    typealias Case = (state: WorkState, transaction: String?, code: UnifiedStepRefusal.Code?)
    let cases: [Case] = [
      (.scheduled, nil, nil), (.scheduled, "1.2", .notInProgress), (.inProgress, nil, .wrongTransaction),
      (.inProgress, "1.3", .wrongTransaction), (.inProgress, "1.2", nil), (.completed, "1.2", .mayNoLongerBeUpdated),
      (.canceled, nil, .mayNoLongerBeUpdated),
    ]
    for one in cases {
      let kept = one.state == .scheduled ? nil : "1.2"
      #expect(UnifiedStepTransition.setting(in: one.state, transaction: one.transaction, kept: kept) == one.code)
    }
  }
}
