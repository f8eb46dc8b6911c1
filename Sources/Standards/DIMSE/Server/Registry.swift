import NIOCore
import Synchronization

/// The connections of a server: how many there are, and how to reach all of them at shutdown.
final class Registry: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: Association] = [:]
    var associations = 0
    var isShuttingDown = false
  }

  private let maximumAssociations: Int
  private let maximumConnections: Int
  private let state = Mutex(State())

  init(maximumAssociations: Int, maximumConnections: Int) {
    self.maximumAssociations = maximumAssociations
    self.maximumConnections = maximumConnections
  }

  var associationCount: Int { state.withLock { $0.associations } }

  /// Registers a connection until its channel closes; `false` when there are too many.
  func add(_ association: Association) -> Bool {
    let key = ObjectIdentifier(association)
    let isAdded = state.withLock { state in
      guard state.connections.count < maximumConnections, !state.isShuttingDown else { return false }
      state.connections[key] = association
      return true
    }
    if isAdded {
      association.channel.closeFuture.whenComplete { _ in
        self.state.withLock { $0.connections[key] = nil }
      }
    }
    return isAdded
  }

  /// Counts an association; `false` when there are too many.
  func openAssociation() -> Bool {
    state.withLock { state in
      guard state.associations < maximumAssociations else { return false }
      state.associations += 1
      return true
    }
  }

  func closeAssociation() {
    state.withLock { $0.associations -= 1 }
  }

  /// Asks every association to end after its present request.
  func finishAll() {
    let associations = state.withLock { state in
      state.isShuttingDown = true
      return Array(state.connections.values)
    }
    for association in associations where association.finishAfterRequest() { association.abort(.shutdown) }
  }

  /// Closes what is left.
  func closeAll() {
    for association in state.withLock({ Array($0.connections.values) }) { association.abort(.shutdown) }
  }
}
