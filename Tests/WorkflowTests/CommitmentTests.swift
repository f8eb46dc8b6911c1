import ArchiveCore
import DICOM
import Testing
import Workflow

@Suite("A transaction of storage commitment")
struct CommitmentTransactionTests {
  static let item = WorkUID("1.2.3.4")

  @Test("is what its request says")
  func roundTrip() throws {
    let transaction = CommitmentTransaction(
      item: try #require(Self.item),
      claims: try (1...3).map {
        InstanceClaim(sopClass: "1.2.840.10008.5.1.4.1.1.2", instance: try #require(InstanceUID("1.2.3.\($0)")))
      })
    #expect(try CommitmentTransaction(reading: transaction.attributes) == transaction)
  }

  @Test(
    "is refused with the attribute that is missing",
    arguments: [Tag.transactionUID, .referencedSOPSequence])
  func missing(tag: Tag) throws {
    var attributes = CommitmentTransaction(
      item: try #require(Self.item),
      claims: [InstanceClaim(sopClass: "1.2", instance: try #require(InstanceUID("1.2.3")))]
    ).attributes
    attributes[tag] = nil
    #expect(throws: CommitmentRefusal.missing(tag)) { try CommitmentTransaction(reading: attributes) }
  }

  @Test(
    "ends with the Failure Reason of each instance that is not kept",
    arguments: [
      (Holding.unknown, UInt16(0x0112)), (.otherClass, 0x0119), (.unreadable, 0x0110),
    ])
  func failures(holding: Holding, reason: UInt16) throws {
    let claims = try ["1.2.1", "1.2.2"].map {
      InstanceClaim(sopClass: "1.2", instance: try #require(InstanceUID($0)))
    }
    let transaction = CommitmentTransaction(item: try #require(Self.item), claims: claims)
    let outcome = CommitmentOutcome(transaction, [.kept, holding])
    #expect(outcome.eventType == 2)
    let information = outcome.attributes(retrieveFrom: "US")
    #expect(information.items(.referencedSOPSequence).map { $0.string(.referencedSOPInstanceUID) } == ["1.2.1"])
    #expect(information.items(.failedSOPSequence).map { $0.int(.failureReason) } == [Int(reason)])
    #expect(CommitmentOutcome(transaction, [.kept, .kept]).eventType == 1)
  }
}
