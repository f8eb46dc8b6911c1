import Testing

@testable import isocenter

@Suite("The width of a text on a terminal")
struct DisplayWidthTests {
  @Test(
    "is two columns for wide letters, none for marks",
    arguments: [
      ("Doe^Jane", 8), ("Müller", 6), ("Mu\u{308}ller", 6), ("山田^太郎", 9), ("やまだ", 6), ("ﾔﾏﾀﾞ", 4), ("홍길동", 6),
      ("Ｄｏｅ", 6), ("Иванов", 6), ("", 0), ("👍", 2),
    ])
  func columns(text: String, width: Int) {
    #expect(DisplayWidth.columns(of: text) == width)
  }

  @Test(
    "is kept when a text is shortened",
    arguments: [("Doe^Jane", 8, "Doe^Jane"), ("Doe^Jane", 5, "Doe^…"), ("山田太郎", 5, "山田…"), ("山田太郎", 6, "山田…")])
  func shortened(text: String, width: Int, expected: String) {
    #expect(DisplayWidth.shortened(text, to: width) == expected)
    #expect(DisplayWidth.columns(of: expected) <= width)
  }
}
