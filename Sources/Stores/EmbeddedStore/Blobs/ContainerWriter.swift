import ArchiveCore
import NIOCore

/// The writer of one delivery or pack. Its methods run, and block, on an executor of its own.
actor ContainerWriter: DeliveryWriter {
  nonisolated let container: ContainerID
  private nonisolated let executor: FileExecutor
  private var appender: ContainerAppender
  private let sealedPath: String
  private var mark: OpenContainers.WriterMark?

  /// - Parameter mark: kept until the container is closed.
  init(_ appender: ContainerAppender, sealedPath: String, mark: OpenContainers.WriterMark) {
    container = appender.header.container
    executor = FileExecutor("isocenter.writer")
    self.appender = appender
    self.sealedPath = sealedPath
    self.mark = mark
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  func begin(_ id: RecordID) throws(ArchiveError) { try appender.begin(id) }

  func append(_ bytes: ByteBuffer) throws(ArchiveError) { try appender.append(bytes) }

  func finish(_ attributes: RecordAttributes, sync: Bool) throws(ArchiveError) -> StoredRecord {
    try appender.finish(attributes, sync: sync)
  }

  func abandon() { appender.abandon() }

  func sync() throws(ArchiveError) { try appender.sync() }

  func end() -> UInt64 { appender.end }

  func close() {
    // What cannot be closed in good order keeps its unsealed name, and recovery looks at it.
    try? appender.close(renamingTo: sealedPath)
    mark = nil
  }
}
