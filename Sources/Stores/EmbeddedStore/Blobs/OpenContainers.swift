import ArchiveCore
import Synchronization

/// Which containers have a writer in this process, and the files that readers have open.
final class OpenContainers: Sendable {
  /// Files kept open for reading, at most; a reader that still uses one keeps it beyond that.
  static let handleLimit = 256

  private struct State {
    var writers: Set<ContainerID> = []
    var handles: [ContainerID: (file: any File, lastUse: UInt64)] = [:]
    var clock: UInt64 = 0
  }

  private let state = Mutex(State())

  /// Marks a container as written to until the returned object goes.
  func writing(_ id: ContainerID) -> WriterMark {
    state.withLock { _ = $0.writers.insert(id) }
    return WriterMark(id, in: self)
  }

  func isWritten(_ id: ContainerID) -> Bool { state.withLock { $0.writers.contains(id) } }

  func file(_ id: ContainerID, open: () throws(ArchiveError) -> any File) throws(ArchiveError) -> any File {
    let held = state.withLock { state -> (any File)? in
      state.clock += 1
      state.handles[id]?.lastUse = state.clock
      return state.handles[id]?.file
    }
    if let held { return held }
    let opened = try open()
    state.withLock { state in
      state.clock += 1
      state.handles[id] = (opened, state.clock)
      guard state.handles.count > OpenContainers.handleLimit else { return }
      // An eighth at once, so that the search for the oldest is rare.
      let oldest = state.handles.sorted { $0.value.lastUse < $1.value.lastUse }
      for (id, _) in oldest.prefix(OpenContainers.handleLimit / 8) { state.handles[id] = nil }
    }
    return opened
  }

  func forget(_ id: ContainerID) { state.withLock { $0.handles[id] = nil } }

  fileprivate func release(_ id: ContainerID) { state.withLock { _ = $0.writers.remove(id) } }

  /// Stands for a writer.
  final class WriterMark: Sendable {
    private let id: ContainerID
    private let containers: OpenContainers

    fileprivate init(_ id: ContainerID, in containers: OpenContainers) {
      self.id = id
      self.containers = containers
    }

    deinit { containers.release(id) }
  }
}
