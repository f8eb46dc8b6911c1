import Synchronization

/// How many are inside at most.
final class Peak: Sendable {
  private let counts = Mutex((inside: 0, highest: 0))

  var highest: Int { counts.withLock { $0.highest } }
  func enter() {
    counts.withLock { counts in
      counts.inside += 1
      counts.highest = max(counts.highest, counts.inside)
    }
  }
  func leave() { counts.withLock { $0.inside -= 1 } }
}
