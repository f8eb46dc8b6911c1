import ArchiveCore
import NIOCore

/// Writes decisions about records, in containers of the ledger's own: one file for each run of the program that decided
/// anything, in the order of their numbers.
actor Ledger {
  private nonisolated let executor = FileExecutor("isocenter.ledger")
  private let directory: DataDirectory
  private let environment: Environment

  /// The file being written. Another takes its place when it fails.
  private struct Current {
    var number: Int
    var appender: ContainerAppender
    var written = 0
    var durable = 0
  }
  private var current: Current?

  init(_ directory: DataDirectory, environment: Environment) {
    self.directory = directory
    self.environment = environment
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Writes an entry; it is durable when this returns. Entries that arrive while the disk is busy share the next sync.
  func append(_ entry: LedgerEntry) async throws {
    let (number, place) = try write(entry)
    // The callers that wait for this executor write their entries first; then one sync serves them all.
    await Task.yield()
    guard var file = current, file.number == number else {
      throw ArchiveError(.unavailable, "the ledger file of this entry could not be synced")
    }
    guard file.durable < place else { return }
    current = nil
    try file.appender.sync()
    file.durable = file.written
    current = file
  }

  /// Every entry that is whole, oldest first.
  func entries() throws(ArchiveError) -> [LedgerEntry] {
    let containers = ContainerFiles(directory: directory)
    return try translatingFileErrors {
      var entries: [LedgerEntry] = []
      for name in try names() {
        let file = try directory.files.open("\(folder)/\(name.text)", writable: false)
        let scan = try containers.scan(file, name.container, from: 0, verifyingPayloads: true)
        for record in scan.records {
          var payload = ByteBuffer()
          let reader = RecordReader(file, record.location)
          while UInt64(payload.readableBytes) < record.location.length {
            let chunk = try reader.chunk(from: UInt64(payload.readableBytes), upTo: record.location.length)
            payload.writeImmutableBuffer(chunk)
          }
          guard let entry = LedgerEntry(payload) else {
            throw ArchiveError(.unsupported, "ledger record \(record.attributes.id) is of a version we do not know")
          }
          entries.append(entry)
        }
      }
      return entries
    }
  }

  /// Unreadable stretches with readable entries behind them.
  func damage() throws(ArchiveError) -> [String] {
    let containers = ContainerFiles(directory: directory)
    return try translatingFileErrors {
      var found: [String] = []
      for name in try names() {
        let file = try directory.files.open("\(folder)/\(name.text)", writable: false)
        for event in try containers.scan(file, name.container, from: 0, verifyingPayloads: true).events {
          guard case .damage(let range, isTail: false) = event else { continue }
          found.append("ledger file \(name.text): bytes \(range.lowerBound)..<\(range.upperBound)")
        }
      }
      return found
    }
  }

  private func write(_ entry: LedgerEntry) throws(ArchiveError) -> (number: Int, place: Int) {
    let payload = try entry.encoded()
    var file: Current
    if let current { file = current } else { file = try next() }
    // Out of the actor while it is changed, so that the appender is not copied.
    current = nil
    defer { current = file }
    let id = RecordID(bits: environment.random())
    try file.appender.begin(id)
    try file.appender.append(payload)
    let attributes = RecordAttributes(
      id: id, delivery: DeliveryID(bits: 0), receivedAt: entry.at,
      source: Source(channel: .importing, name: "ledger", site: .main), principalKind: entry.principalKind,
      principalName: entry.principalName, transferSyntax: "")
    let record = try file.appender.finish(attributes)
    if file.appender.isFull {
      do throws(ArchiveError) {
        try file.appender.flush()
      } catch {
        file.appender.takeBack(record)
        throw error
      }
    }
    file.written += 1
    return (file.number, file.written)
  }

  private func next() throws(ArchiveError) -> Current {
    let last = try translatingFileErrors { try names().last?.number ?? 0 }
    let header = ContainerHeader(
      kind: .ledger, container: ContainerID(bits: environment.random()), delivery: DeliveryID(bits: 0),
      salt: environment.random(), madeAt: environment.now())
    let name = Name(number: last + 1, container: header.container)
    let appender = ContainerAppender(
      path: "\(folder)/\(name.text)", in: folder, files: directory.files, header: header)
    return Current(number: name.number, appender: appender)
  }

  private var folder: String { directory.path(.ledger) }

  /// "00000001-" and the container's id.
  private struct Name {
    static let digits = 8

    var number: Int
    var container: ContainerID

    var text: String {
      let number = String(number)
      return String(repeating: "0", count: max(0, Name.digits - number.count)) + number + "-\(container)"
    }

    init(number: Int, container: ContainerID) {
      self.number = number
      self.container = container
    }

    init?(_ text: String) {
      let parts = text.split(separator: "-")
      guard parts.count == 2, let number = Int(parts[0]), let container = ContainerID(String(parts[1])) else {
        return nil
      }
      self.init(number: number, container: container)
    }
  }

  private func names() throws(FileError) -> [Name] {
    try directory.files.list(folder).compactMap { Name($0.name) }.sorted { $0.number < $1.number }
  }
}
