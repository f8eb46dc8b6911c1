import Testing

@testable import ArchiveCore

@Suite("A password hash")
struct PasswordHashTests {
  /// Made by Python's `hashlib.scrypt` (OpenSSL) with the salt 00 01 … 0F.
  static let examples: [(password: String, text: String)] = [
    (
      "correct horse battery staple",
      "$scrypt$ln=15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg"
    ),
    (
      "Grüße aus dem Isozentrum",
      "$scrypt$ln=10,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$ayP2gAqo4zhzb41U3PiK2U_vgDC9wcq6SFP-v3zwCrE"
    ),
    (
      "pleaseletmein",
      "$scrypt$ln=14,r=8,p=2$AAECAwQFBgcICQoLDA0ODw$ljJvmT91-KltARltS1wiv-lyakWOvyFFQiBcoochnE0"
    ),
  ]

  @Test("verifies what another scrypt made", arguments: examples)
  func foreign(_ example: (password: String, text: String)) throws {
    let hash = try #require(PasswordHash(example.text))
    #expect(hash.matches(example.password))
    #expect(!hash.matches(example.password + " "))
    #expect(!hash.matches(""))
  }

  @Test("makes what another scrypt makes")
  func makes() throws {
    let hash = try PasswordHash(of: Self.examples[0].password, salt: Array(0..<16))
    #expect(hash.description == Self.examples[0].text)
    #expect(hash.cost == .standard)
  }

  @Test("reads what it writes", arguments: [8, 9, 30, 1024])
  func roundTrip(length: Int) throws {
    let password = String(repeating: "x", count: length)
    let hash = try PasswordHash(of: password, salt: Array(1...16), cost: .cheap)
    let read = try #require(PasswordHash(hash.description))
    #expect(read == hash)
    #expect(read.matches(password))
  }

  @Test("refuses passwords too short or too long to be hashed", arguments: [0, 7, 1025, 1_000_000])
  func length(_ length: Int) {
    #expect(throws: ArchiveError.self) {
      try PasswordHash(of: String(repeating: "x", count: length), salt: Array(1...16), cost: .cheap)
    }
  }

  @Test(
    "believes no text that is not its own",
    arguments: [
      "", "$", "$scrypt$", "secret", "$scrypt$ln=15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$",
      // More memory than anybody gets.
      "$scrypt$ln=18,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg",
      "$scrypt$ln=17,r=16,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg",
      "$scrypt$ln=62,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg",
      "$scrypt$ln=15,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg",
      // Too cheap, negative, signed, padded, too many digits.
      "$scrypt$ln=1,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg",
      "$scrypt$ln=-15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg",
      "$scrypt$ln=+15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg",
      "$scrypt$ln=0015,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg",
      "$scrypt$r=8,ln=15,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg",
      // Salt too short; key not base64url; one part too many.
      "$scrypt$ln=15,r=8,p=1$AAEC$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg",
      "$scrypt$ln=15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf/laQaEJfFhiNMVnFg",
      "$scrypt$ln=15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$eo40JB24mNWRdcaWU4xBdGepdf_laQaEJfFhiNMVnFg$",
    ])
  func bounds(text: String) {
    #expect(PasswordHash(text) == nil)
  }

  @Test("of nobody matches nothing")
  func decoy() {
    #expect(!PasswordHash.decoy(cost: .cheap).matches("whatever it may be"))
  }
}

@Suite("Base64url")
struct Base64URLTests {
  @Test("gives back the bytes it was given", arguments: 0..<80)
  func roundTrip(length: Int) {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ length) }
    #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
  }

  @Test(
    "is written as RFC 4648 §10 writes it", arguments: [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foobar", "Zm9vYmFy")])
  func vectors(plain: String, text: String) {
    #expect(Base64URL.encode(Array(plain.utf8)) == text)
  }

  @Test("has one writing for each value", arguments: ["A", "AB=", "Zh", "Zm9", "Zm 8", "Zg+", "Zg/_"])
  func strict(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }
}
