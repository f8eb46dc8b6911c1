import DIMSE
import Foundation
import Logging
import NIOCore
import Synchronization

/// Records the connections of a listener while the configuration names a folder for it (`dicomTrace`), each into a file of its
/// own: commands and lengths, no data sets and no passcodes.
final class TraceFolder: Sendable {
  /// Files of one run of the server.
  static let maximumFiles = 10_000

  private let live: LiveConfiguration
  private let port: Int
  private let logger: Logger
  private let count = Mutex(0)

  init(live: LiveConfiguration, port: Int, logger: Logger) {
    self.live = live
    self.port = port
    self.logger = logger
  }

  /// On the event loop of a new connection.
  func prepare(_ channel: any Channel) throws {
    guard let folder = live.current.dicomTrace else { return }
    let number = count.withLock { count in
      count += 1
      return count
    }
    guard number <= Self.maximumFiles else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let file = try TraceFile("\(folder)/\(ProcessInfo.processInfo.processIdentifier)-\(port)-\(number).trace")
      try channel.pipeline.syncOperations.addHandler(TraceHandler(isRequestor: false) { file.record($0) })
    } catch let error as CommandFailure {
      logger.error("cannot record an association", metadata: ["error": "\(error)"])
    } catch let error as CocoaError {
      logger.error("cannot record an association", metadata: ["error": "\(error.code.rawValue)"])
    }
  }
}
