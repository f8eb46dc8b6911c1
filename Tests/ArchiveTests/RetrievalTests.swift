import ArchiveCore
import DICOM
import DIMSE
import NIOCore
import Testing

@testable import Doors

@Suite("The sub-operations of a retrieval")
struct RetrievalTests {
  private func instance(_ number: Int) throws -> InstanceUID {
    try #require(InstanceUID("1.2.826.0.1.3680043.10.9.1234567890.\(number)"))
  }

  @Test("are counted right when there are more than their elements can say")
  func many() throws {
    var retrieval = Retrieval(instances: 70_000)
    let one = try instance(1)
    #expect(retrieval.counts == SubOperationCounts(remaining: 65_535))
    for _ in 0..<10_000 { retrieval.note(.success, of: one) }
    #expect(retrieval.counts == SubOperationCounts(remaining: 60_000, completed: 10_000))
    for _ in 0..<60_000 { retrieval.note(.success, of: one) }
    #expect(retrieval.counts == SubOperationCounts(remaining: 0, completed: 65_535))
    #expect(retrieval.finalStatus(cancelled: false) == .success)
  }

  @Test(
    "list what failed as far as an element can hold it",
    arguments: [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian])
  func listed(syntax: TransferSyntax) throws {
    var retrieval = Retrieval(instances: 3000)
    for number in 0..<3000 { retrieval.note(.failure, of: try instance(number)) }
    let bytes = try #require(try retrieval.failedList(in: syntax))
    let list = try Part10.readDataSet(Array(bytes.readableBytesView), in: syntax).strings(.failedSOPInstanceUIDList)
    #expect(list.first == "1.2.826.0.1.3680043.10.9.1234567890.0")
    #expect(list.count == 3000 || syntax == .explicitVRLittleEndian && list.count > 1500)
  }

  @Test(
    "end with the status of PS3.4 Table C.4-2",
    arguments: [
      (outcomes: [DIMSEStatus.Category](), cancelled: false, status: DIMSEStatus.success),
      ([.success, .success], false, .success), ([.success, .warning], false, .subOperationsCompleteWithFailures),
      ([.success, .failure], false, .subOperationsCompleteWithFailures),
      ([.warning, .warning], false, .subOperationsCompleteWithFailures),
      ([.failure, .failure], false, .unableToPerformSubOperations), ([.failure], true, .cancelled),
    ])
  func ends(outcomes: [DIMSEStatus.Category], cancelled: Bool, status: DIMSEStatus) throws {
    var retrieval = Retrieval(instances: outcomes.count + (cancelled ? 5 : 0))
    for (number, outcome) in outcomes.enumerated() { retrieval.note(outcome, of: try instance(number)) }
    #expect(retrieval.finalStatus(cancelled: cancelled) == status)
    #expect(retrieval.counts.remaining == (cancelled ? 5 : 0))
    #expect((try retrieval.failedList(in: .implicitVRLittleEndian) != nil) == outcomes.contains(.failure))
  }
}
