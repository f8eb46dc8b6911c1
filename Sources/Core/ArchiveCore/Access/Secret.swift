import Crypto

/// A random key that opens something: a session's cookie, a service's token, a generated password.
///
/// It is shown once and kept only as its SHA-256. With 256 random bits behind it no slow hash is needed, and looking it
/// up by its hash tells by timing nothing about the secret.
public struct Secret: Hashable, Sendable, CustomStringConvertible {
  /// Bytes of UTF-8 that a presented secret may have; longer ones are not even hashed.
  public static let lengthLimit = 256

  /// The secret itself. Never logged: `description` does not contain it.
  public let text: String

  /// A new secret: 43 characters of base64url.
  public init(_ environment: Environment) {
    var bytes: [UInt8] = []
    for bits in [environment.random(), environment.random()] {
      for shift in stride(from: 120, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt128(shift)))
      }
    }
    text = Base64URL.encode(bytes)
  }

  /// A secret that somebody presents; `nil` when it is empty or too long to be one.
  public init?(presented text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.count <= Self.lengthLimit else { return nil }
    self.text = String(text)
  }

  /// SHA-256 of the text: what is kept.
  public var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

  public var description: String { "(secret)" }
}
