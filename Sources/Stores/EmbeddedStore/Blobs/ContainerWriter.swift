import ArchiveCore
import NIOCore

/// The writer of one delivery or pack.
///
/// What only gathers bytes happens where the caller is, without a change of threads; only writing and syncing go to a
/// thread that may block. While that lasts, the appender is away and other calls wait for it: they take turns as if each
/// were one step.
actor ContainerWriter: DeliveryWriter {
  nonisolated let container: ContainerID
  private let executor = FileExecutor("isocenter.writer")
  private let sealedPath: String
  private var appender: ContainerAppender
  private var mark: OpenContainers.WriterMark?

  private var isAway = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// - Parameter mark: kept until the container is closed.
  init(_ appender: ContainerAppender, sealedPath: String, mark: OpenContainers.WriterMark) {
    container = appender.header.container
    self.appender = appender
    self.sealedPath = sealedPath
    self.mark = mark
  }

  func begin(_ id: RecordID) async throws {
    await turn()
    try appender.begin(id)
  }

  func append(_ bytes: ByteBuffer) async throws {
    await turn()
    try appender.append(bytes)
    guard appender.isFull else { return }
    do {
      try await blocking { appender throws(ArchiveError) in try appender.flush() }
    } catch {
      appender.abandon()
      throw error
    }
  }

  func finish(_ attributes: RecordAttributes, sync: Bool) async throws -> StoredRecord {
    await turn()
    let record = try appender.finish(attributes)
    guard sync || appender.isFull else { return record }
    try await blocking { appender throws(ArchiveError) in
      do throws(ArchiveError) {
        try appender.flush()
      } catch {
        appender.takeBack(record)
        throw error
      }
      if sync { try appender.sync() }
    }
    return record
  }

  func abandon() async {
    await turn()
    appender.abandon()
  }

  func sync() async throws {
    await turn()
    guard !appender.isDurable else { return }
    try await blocking { appender throws(ArchiveError) in try appender.sync() }
  }

  func end() async -> UInt64 {
    await turn()
    return appender.end
  }

  func close() async -> Bool {
    await turn()
    let path = sealedPath
    // What cannot be closed in good order keeps its unsealed name, and recovery looks at it.
    var isClosed = true
    do {
      try await blocking { appender throws(ArchiveError) in try appender.close(renamingTo: path) }
    } catch {
      isClosed = false
    }
    mark = nil
    return isClosed
  }

  /// Waits until the appender is here.
  private func turn() async {
    while isAway { await withCheckedContinuation { waiting.append($0) } }
  }

  /// Lends the appender to a thread that may block.
  private func blocking(
    _ work: @escaping @Sendable (inout ContainerAppender) throws(ArchiveError) -> Void
  ) async throws {
    isAway = true
    let taken = appender
    let (returned, failure) = await executor.run { () -> (ContainerAppender, ArchiveError?) in
      var appender = taken
      do throws(ArchiveError) {
        try work(&appender)
        return (appender, nil)
      } catch {
        return (appender, error)
      }
    }
    appender = returned
    isAway = false
    let next = waiting
    waiting = []
    for caller in next { caller.resume() }
    if let failure { throw failure }
  }
}
