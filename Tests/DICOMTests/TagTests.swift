import DICOM
import Testing

@Suite("A tag")
struct TagTests {
  @Test(
    "is found by its keyword and by its digits",
    arguments: [
      ("PatientName", 0x0010_0010), ("00100010", 0x0010_0010), ("(7fe0,0010)", 0x7FE0_0010), ("PixelData", 0x7FE0_0010),
    ])
  func reading(text: String, raw: Int) {
    #expect(Tag(text)?.rawValue == UInt32(raw))
  }

  @Test("is refused when the text is neither", arguments: ["", "0010001", "0010001g", "NoSuchKeyword", "(0010,001)"])
  func refusing(text: String) {
    #expect(Tag(text) == nil)
  }

  @Test("writes itself as digits")
  func writing() {
    #expect(Tag.patientName.hex == "00100010")
    #expect("\(Tag.pixelData)" == "(7FE0,0010)")
    #expect(Tag(0x0009, 0x0010).isPrivateCreator)
  }
}
