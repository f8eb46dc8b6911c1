public import ArchiveCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder that holds an archive, while this process has it to itself.
///
///     isocenter.version   the format of everything beside it: a number
///     lock                held by the process that uses the folder; its id is inside
///     deliveries/         containers as they arrived      packs/    containers that the compactor made
///     ledger/             decisions about records         catalog/  what is believed, rebuildable from the rest
///     cache/              derived; may be deleted while nothing runs
public final class DataDirectory: Sendable {
  /// The format that this version writes.
  public static let formatVersion = 1

  public enum Part: String, CaseIterable, Sendable {
    case deliveries, packs, ledger, catalog, cache
  }

  /// Brings a folder of format n to format n + 1; it is durable when it returns.
  public typealias Migration = @Sendable (_ path: String, _ files: any FileSystem) throws -> Void

  public let path: String
  public let files: any FileSystem
  private let lock: any FileLock

  /// Opens the folder, making it when it is not there. Blocks.
  ///
  /// - Parameter migrations: by the format they start from.
  /// - Throws: `ArchiveError` `.unavailable` when another process uses the folder, `.unsupported` when a newer version
  ///   wrote it or an older one whose migration is unknown, `.badRequest` when it holds something else.
  public init(
    _ path: String, files: any FileSystem = PosixFileSystem(), formatVersion: Int = DataDirectory.formatVersion,
    migrations: [Int: Migration] = [:]
  ) throws(ArchiveError) {
    self.path = path
    self.files = files
    lock = try DataDirectory.takeLock(path, files)
    try translatingFileErrors {
      let names = try Set(files.list(path).map(\.name))
      var version = formatVersion
      if names.contains("isocenter.version") {
        version = try DataDirectory.readVersion(path, files)
      } else if Part.allCases.contains(where: { names.contains($0.rawValue) }) {
        throw ArchiveError(
          .badRequest, "\(path) has data but no isocenter.version: not a data directory, or an incomplete copy of one")
      } else {
        try DataDirectory.writeVersion(formatVersion, path, files)
      }
      guard version <= formatVersion else {
        throw ArchiveError(
          .unsupported,
          "\(path) has data format \(version), and this version of Isocenter reads formats up to \(formatVersion): "
            + "start the newer version that wrote it, or restore a backup made before the upgrade")
      }
      while version < formatVersion {
        guard let migration = migrations[version] else {
          throw ArchiveError(.unsupported, "\(path) has data format \(version), which this version cannot migrate")
        }
        try migration(path, files)
        version += 1
        try DataDirectory.writeVersion(version, path, files)
      }
      for part in Part.allCases { try files.createDirectory("\(path)/\(part.rawValue)") }
      try files.syncDirectory(path)
    }
  }

  public func path(_ part: Part) -> String { "\(path)/\(part.rawValue)" }

  private static func takeLock(_ path: String, _ files: any FileSystem) throws(ArchiveError) -> any FileLock {
    do {
      try files.createDirectory(path)
      return try files.lock("\(path)/lock", note: "\(getpid())")
    } catch {
      guard error.code == .locked else { throw error.asArchiveError }
      throw ArchiveError(.unavailable, "\(path) is in use by process \(error.detail)")
    }
  }

  private static func readVersion(_ path: String, _ files: any FileSystem) throws -> Int {
    let file = try files.open("\(path)/isocenter.version", writable: false)
    let text = try withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer in
      String(decoding: buffer.prefix(try file.readFully(into: buffer, at: 0)), as: UTF8.self)
    }
    guard let version = Int(text.prefix { $0 != "\n" }), version >= 1 else {
      throw ArchiveError(.damaged, "\(path)/isocenter.version does not hold a number")
    }
    return version
  }

  private static func writeVersion(_ version: Int, _ path: String, _ files: any FileSystem) throws {
    let name = "\(path)/isocenter.version"
    try? files.remove(name + ".new")
    let file = try files.create(name + ".new")
    try Array("\(version)\n".utf8).withUnsafeBytes { try file.writeFully([$0], at: 0) }
    try file.sync()
    try files.rename(name + ".new", to: name)
    try files.syncDirectory(path)
  }
}
