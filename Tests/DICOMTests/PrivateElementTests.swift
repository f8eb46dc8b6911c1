import DICOM
import Testing

@Suite("A private element")
struct PrivateElementTests {
  private static let bValue = PrivateTag("SIEMENS MR HEADER", 0x0019, 0x0C)

  private static var dataSet: DataSet {
    var dataSet = DataSet()
    dataSet.set(Tag(0x0019, 0x0010), .lo, "SOMEBODY ELSE")
    dataSet.set(Tag(0x0019, 0x0011), .lo, "SIEMENS MR HEADER ")
    dataSet.set(Tag(0x0019, 0x100C), .lo, "not this one")
    dataSet.set(Tag(0x0019, 0x110C), .un, bytes: Array("1000".utf8))
    return dataSet
  }

  @Test("is found by its creator, wherever its block lies")
  func resolution() {
    let dataSet = Self.dataSet
    #expect(dataSet.tag(of: Self.bValue) == Tag(0x0019, 0x110C))
    #expect(dataSet[Self.bValue]?.bytes == Array("1000".utf8))
    #expect(dataSet.privateCreator(of: Tag(0x0019, 0x110C)) == "SIEMENS MR HEADER")
    #expect(dataSet.privateTag(Tag(0x0019, 0x100C)) == PrivateTag("SOMEBODY ELSE", 0x0019, 0x0C))
    #expect(dataSet.privateCreator(of: Tag(0x0019, 0x1200)) == nil)
    #expect(dataSet[PrivateTag("NOBODY", 0x0019, 0x0C)] == nil)
  }

  @Test("is known by the tables of its vendor")
  func dictionary() {
    let entry = PrivateDictionary.known.entry(Tag(0x0019, 0x110C), in: Self.dataSet)
    #expect(entry?.vr == .is)
    #expect(PrivateDictionary.known.entry(Tag(0x0019, 0x100C), in: Self.dataSet) == nil)
    #expect(PrivateDictionary.known.count > 8000)
  }

  @Test(
    "can be told by a table that was loaded",
    arguments: ["=ACME 1.0\n009904DS1-n|Weights", "# ours\r\n(0099,\"ACME 1.0\",04)\tDS\tWeights\t1-n\tPrivateTag\r\n"])
  func loading(text: String) {
    var dictionary = PrivateDictionary(table: text)
    let weights = PrivateTag("ACME 1.0", 0x0099, 0x04)
    #expect(dictionary.entry(weights)?.vr == .ds)
    #expect(dictionary.entry(weights)?.vm == "1-n")
    #expect(dictionary.entry(weights)?.name == "Weights")
    dictionary.merge(PrivateDictionary(table: "=ACME 1.0\n009904FD1|Weight"))
    #expect(dictionary.entry(weights)?.vr == .fd)
    #expect(dictionary.count == 1)
  }

  @Test(
    "of a damaged table is passed over", arguments: ["(0099,\"ACME", "=A\nzz", "0099", "=A\n009904??1|x", "(\t\t\t)"])
  func damaged(text: String) {
    #expect(PrivateDictionary(table: text).count == 0)
  }

  @Test("gets a block of its own, and the same one again")
  func reservation() {
    var dataSet = Self.dataSet
    dataSet.set(Tag(0x0019, 0x1201), .lo, "its creator is lost")
    let tags = [0x01, 0x02].map { dataSet.reserve(PrivateTag("ISOCENTER", 0x0019, $0)) }
    #expect(tags == [Tag(0x0019, 0x1301), Tag(0x0019, 0x1302)])
    #expect(dataSet.privateBlock(of: "ISOCENTER", in: 0x0019) == 0x13)
    let refused = [0x0018, 0x0007, 0xFFFF].map { dataSet.reserve(PrivateTag("ISOCENTER", $0, 0x01)) }
    #expect(refused == [nil, nil, nil])
  }
}
