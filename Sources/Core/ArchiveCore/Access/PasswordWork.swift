import Dispatch

/// The place where passwords are hashed: away from the threads that serve requests, few at once, in a bounded queue.
///
/// A hash takes 32 MiB; whoever can make us hash without limit can take all our memory. Two at once and a queue
/// bound what a stranger gets.
public actor PasswordWork {
  /// Hashes at the same time.
  public static let concurrencyLimit = 2
  /// Hashes waiting for their turn: a few seconds' worth.
  public static let queueLimit = 64

  private let queue = DispatchQueue(label: "isocenter.passwords", attributes: .concurrent)
  private let limit: Int
  private var running = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []

  public init(queueLimit: Int = PasswordWork.queueLimit) { limit = queueLimit }

  /// Whether this is the password of that hash.
  ///
  /// - Throws: `ArchiveError` `.unavailable` when the queue is full.
  public func verify(_ password: String, against hash: PasswordHash) async throws(ArchiveError) -> Bool {
    try await inTurn { hash.matches(password) }
  }

  /// Hashes a new password.
  ///
  /// - Throws: `ArchiveError` `.unavailable` when the queue is full, `.badRequest` for an unfit password.
  public func hash(
    _ password: String, salt: [UInt8], cost: PasswordHash.Cost
  ) async throws(ArchiveError) -> PasswordHash {
    let result: Result<PasswordHash, ArchiveError> = try await inTurn {
      do throws(ArchiveError) {
        return .success(try PasswordHash(of: password, salt: salt, cost: cost))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  func inTurn<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(ArchiveError) -> Value {
    if running < Self.concurrencyLimit {
      running &+= 1
    } else {
      guard waiting.count < limit else { throw ArchiveError(.unavailable, "too many sign-ins at once") }
      // Whoever finishes hands its place over: `running` stays as it is.
      await withCheckedContinuation { waiting.append($0) }
    }
    let value = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: work()) }
    }
    if waiting.isEmpty { running &-= 1 } else { waiting.removeFirst().resume() }
    return value
  }
}
