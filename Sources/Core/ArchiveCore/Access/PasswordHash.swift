import Crypto
import CryptoExtras

/// A password as it is kept: scrypt (RFC 7914) of it with a random salt, and the cost it was made with.
///
/// The text form is `$scrypt$ln=15,r=8,p=1$SALT$KEY`, salt and key in base64url without padding. The cost stands in the
/// text, so a higher one can be chosen later and old hashes still verify. The password's UTF-8 bytes are hashed as they
/// come, without normalisation.
public struct PasswordHash: Hashable, Sendable, CustomStringConvertible {
  /// What one hash costs (RFC 7914 §2): 128 · 2^ln · r bytes of memory, and time in proportion to that and to p.
  public struct Cost: Hashable, Sendable {
    /// log₂ of the cost N.
    public var logarithm: Int
    /// Block size r.
    public var blockSize: Int
    /// Parallelisation p.
    public var parallelism: Int

    /// 32 MiB a hash.
    public static let standard = Cost(unchecked: 15, 8, 1)
    /// 128 KiB a hash; for tests, and for nothing else.
    public static let cheap = Cost(unchecked: 10, 1, 1)

    /// Bounds on what is believed of a stored text, so that a tampered one cannot take the machine's memory.
    public static let logarithms = 10...17
    public static let blockSizes = 1...16
    public static let parallelisms = 1...4
    public static let memoryLimit = 128 << 20

    private init(unchecked logarithm: Int, _ blockSize: Int, _ parallelism: Int) {
      self.logarithm = logarithm
      self.blockSize = blockSize
      self.parallelism = parallelism
    }

    /// `nil` outside the bounds.
    public init?(logarithm: Int, blockSize: Int, parallelism: Int) {
      guard Self.logarithms.contains(logarithm), Self.blockSizes.contains(blockSize),
        Self.parallelisms.contains(parallelism), 128 &* blockSize &* (1 << logarithm) <= Self.memoryLimit
      else { return nil }
      self.init(unchecked: logarithm, blockSize, parallelism)
    }
  }

  /// Bytes of UTF-8 that a password may have; the lower bound is SP 800-63B's.
  public static let passwordLengths = 8...1024
  static let saltLengths = 16...64
  static let keyLengths = 32...64
  static let textLimit = 512

  public let cost: Cost
  let salt: [UInt8]
  let key: [UInt8]

  /// Hashes a password. Takes tens of milliseconds and the memory its cost says: see `PasswordWork`.
  ///
  /// - Throws: `ArchiveError` `.badRequest` for a password outside `passwordLengths`.
  public init(of password: String, salt: [UInt8], cost: Cost = .standard) throws(ArchiveError) {
    guard Self.passwordLengths.contains(password.utf8.count) else {
      throw ArchiveError(
        .badRequest,
        "a password has \(Self.passwordLengths.lowerBound) to \(Self.passwordLengths.upperBound) bytes")
    }
    guard Self.saltLengths.contains(salt.count), let key = Self.derive(password, salt, 32, cost) else {
      throw ArchiveError(.unavailable, "the password could not be hashed")
    }
    self.cost = cost
    self.salt = salt
    self.key = key
  }

  /// Reads what `description` writes; `nil` for anything else, or for a cost outside the bounds.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.textLimit else { return nil }
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Cost(text: parts[2]),
      let salt = Base64URL.decode(parts[3]), Self.saltLengths.contains(salt.count),
      let key = Base64URL.decode(parts[4]), Self.keyLengths.contains(key.count)
    else { return nil }
    self.cost = cost
    self.salt = salt
    self.key = key
  }

  private init(cost: Cost, salt: [UInt8], key: [UInt8]) {
    self.cost = cost
    self.salt = salt
    self.key = key
  }

  /// A hash that no password has, for spending the same work on names that do not exist.
  public static func decoy(cost: Cost) -> PasswordHash {
    PasswordHash(cost: cost, salt: Array(repeating: 0, count: 16), key: Array(repeating: 0, count: 32))
  }

  /// Whether this is the password; as much work as making the hash, compared in constant time.
  public func matches(_ password: String) -> Bool {
    guard password.utf8.count <= Self.passwordLengths.upperBound,
      let derived = Self.derive(password, salt, key.count, cost)
    else { return false }
    return isEqualInConstantTime(derived, key)
  }

  public var description: String {
    let parameters = "ln=\(cost.logarithm),r=\(cost.blockSize),p=\(cost.parallelism)"
    return "$scrypt$\(parameters)$\(Base64URL.encode(salt))$\(Base64URL.encode(key))"
  }

  private static func derive(_ password: String, _ salt: [UInt8], _ length: Int, _ cost: Cost) -> [UInt8]? {
    let key = try? KDF.Scrypt.deriveKey(
      from: Array(password.utf8), salt: salt, outputByteCount: length, rounds: 1 << cost.logarithm,
      blockSize: cost.blockSize, parallelism: cost.parallelism)
    return key?.withUnsafeBytes { Array($0) }
  }
}

extension PasswordHash.Cost {
  /// Reads `ln=15,r=8,p=1`.
  fileprivate init?(text: Substring) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 3, let logarithm = Self.number(parts[0], named: "ln="),
      let blockSize = Self.number(parts[1], named: "r="), let parallelism = Self.number(parts[2], named: "p=")
    else { return nil }
    self.init(logarithm: logarithm, blockSize: blockSize, parallelism: parallelism)
  }

  private static func number(_ text: Substring, named name: String) -> Int? {
    guard text.hasPrefix(name) else { return nil }
    let digits = text.dropFirst(name.count)
    guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(digits)
  }
}

/// Compares without saying by its time where the two differ; lengths are no secret.
func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for index in left.indices { difference |= left[index] ^ right[index] }
  return difference == 0
}
