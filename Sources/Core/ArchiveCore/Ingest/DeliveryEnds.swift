import Synchronization

/// Studies whose sender has closed a delivery, as a hint for whoever waits for more of them: no promise, since the sender
/// may have another association open, and lost with the process.
public final class DeliveryEnds: Sendable {
  /// Studies remembered until somebody takes them; what comes beyond is not hinted at.
  public static let maximumStudies = 1000

  private let ended = Mutex<[StudyUID: Instant]>([:])

  public init() {}

  func note(_ studies: Set<StudyUID>, at moment: Instant) {
    ended.withLock { ended in
      for study in studies where ended.count < Self.maximumStudies || ended[study] != nil { ended[study] = moment }
    }
  }

  /// What has ended since the last call, and when it did last.
  public func take() -> [StudyUID: Instant] {
    ended.withLock { ended in
      defer { ended = [:] }
      return ended
    }
  }
}
