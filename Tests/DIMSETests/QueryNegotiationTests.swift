import DIMSE
import Testing

@Suite("What is negotiated of queries and retrievals")
struct QueryNegotiationTests {
  @Test(
    "reads bytes in the order of PS3.4 Table C.5-1, and takes nothing but 1 for yes",
    arguments: [
      ([], []), ([1], .relationalQueries), ([0, 1], .combinedDateTimeMatching), ([0, 0, 1], .fuzzyNameMatching),
      ([0, 0, 0, 1], .timezoneAdjustment), ([0, 0, 0, 0, 1], .enhancedMultiFrameConversion),
      ([0, 0, 0, 0, 0, 1], .emptyValueMatching), ([0, 0, 0, 0, 0, 0, 1], .multipleValueMatching),
      ([2, 255, 1, 0, 0, 0, 0, 1, 1], .fuzzyNameMatching), ([1, 1], [.relationalQueries, .combinedDateTimeMatching]),
    ] as [([UInt8], QueryNegotiation)])
  func reads(bytes: [UInt8], negotiation: QueryNegotiation) {
    #expect(QueryNegotiation(applicationInformation: bytes) == negotiation)
  }

  @Test("writes what it reads, as long as it is asked for", arguments: 0...127 as ClosedRange<UInt8>)
  func returns(flags: UInt8) {
    let negotiation = QueryNegotiation(rawValue: flags)
    let bytes = negotiation.applicationInformation()
    #expect(QueryNegotiation(applicationInformation: bytes) == negotiation)
    #expect(bytes.count == 1 || bytes.last == 1)
    #expect(negotiation.applicationInformation(length: 3).count == 3)
    #expect(Array(negotiation.applicationInformation(length: 7).prefix(bytes.count)) == bytes)
  }

  @Test("is a byte or two of retrievals")
  func retrievals() {
    #expect(RetrieveNegotiation(applicationInformation: [1, 0]) == .relationalRetrieval)
    #expect(RetrieveNegotiation(applicationInformation: [0, 1, 1]) == .enhancedMultiFrameConversion)
    #expect(RetrieveNegotiation.relationalRetrieval.applicationInformation() == [1])
    #expect(RetrieveNegotiation.relationalRetrieval.applicationInformation(length: 2) == [1, 0])
  }
}
