import ArchiveCore
import EmbeddedStore
import Synchronization
import TestKit
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("A data directory")
struct DataDirectoryTests {
  let disk = FaultyFileSystem(seed: 1)

  @Test("is made with all its parts and the format it has, durably")
  func fresh() throws {
    let directory = try DataDirectory("/archive", files: disk)
    #expect(disk.contents(of: "/archive/isocenter.version") == Array("1\n".utf8))
    let after = disk.afterCrash()
    #expect(after.contents(of: "/archive/isocenter.version") == Array("1\n".utf8))
    #expect(try disk.list("/archive").filter(\.isDirectory).count == DataDirectory.Part.allCases.count)
    #expect(directory.path(.packs) == "/archive/packs")
  }

  @Test("belongs to one process at a time, and says which")
  func locked() throws {
    var first: DataDirectory? = try DataDirectory("/archive", files: disk)
    let refusal = #expect(throws: ArchiveError.self) { try DataDirectory("/archive", files: disk) }
    #expect(refusal?.code == .unavailable)
    #expect(refusal?.message.contains("\(getpid())") == true)
    #expect(first != nil)
    first = nil
    _ = try DataDirectory("/archive", files: disk)
  }

  @Test("of a newer format is refused with both numbers, and left alone")
  func newer() throws {
    _ = try DataDirectory("/archive", files: disk, formatVersion: 7)
    let refusal = #expect(throws: ArchiveError.self) { try DataDirectory("/archive", files: disk, formatVersion: 5) }
    #expect(refusal?.code == .unsupported)
    #expect(refusal?.message.contains("format 7") == true)
    #expect(refusal?.message.contains("up to 5") == true)
    #expect(disk.contents(of: "/archive/isocenter.version") == Array("7\n".utf8))
  }

  @Test("of an older format is brought up step by step, and goes on where a migration stopped")
  func older() throws {
    struct Stop: Error {}
    _ = try DataDirectory("/archive", files: disk, formatVersion: 1)
    let steps = Mutex<[Int]>([])
    let migrations: [Int: DataDirectory.Migration] = [
      1: { _, _ in steps.withLock { $0.append(1) } },
      2: { _, _ in
        let count = steps.withLock { steps in
          steps.append(2)
          return steps.count
        }
        if count < 3 { throw Stop() }
      },
    ]
    #expect(throws: ArchiveError.self) {
      try DataDirectory("/archive", files: disk, formatVersion: 3, migrations: migrations)
    }
    _ = try DataDirectory("/archive", files: disk, formatVersion: 3, migrations: migrations)
    #expect(steps.withLock { $0 } == [1, 2, 2])
    #expect(disk.contents(of: "/archive/isocenter.version") == Array("3\n".utf8))
  }

  @Test("with data and no version is not touched")
  func foreign() throws {
    try disk.createDirectory("/archive")
    try disk.createDirectory("/archive/deliveries")
    let refusal = #expect(throws: ArchiveError.self) { try DataDirectory("/archive", files: disk) }
    #expect(refusal?.code == .badRequest)
  }

  @Test("works on a real file system, with a real lock")
  func real() async throws {
    let path = "/tmp/isocenter-\(UInt64.random(in: 0 ... .max))"
    defer { removeTree(path) }
    var directory: DataDirectory? = try DataDirectory(path)
    #expect(throws: ArchiveError.self) { try DataDirectory(path) }
    let record: StoredRecord
    do {
      let store = EmbeddedBlobStore(try #require(directory), environment: .system)
      let writer = try await store.openDelivery(DeliveryID(bits: 1))
      try await writer.store(payload(2000), as: recordID(1), sync: true)
      record = try await writer.store(payload(900_000), as: recordID(2), chunk: 16_000, sync: true)
      #expect(try await store.payload(of: record) == payload(900_000))
      await writer.close()
      let entry = LedgerEntry(
        decision: .quarantine, records: [recordID(1)], at: Instant(nanoseconds: 1), principalKind: .system,
        principalName: "test", reason: "")
      try await store.appendToLedger(entry)
      #expect(try await store.ledger() == [entry])
    }
    directory = nil
    let store = EmbeddedBlobStore(try DataDirectory(path), environment: .system)
    #expect(try await store.payload(of: record) == payload(900_000))
    #expect(try await store.containers().map(\.isSealed) == [true])
    try await store.remove(record.location.container)
    #expect(try await store.containers().isEmpty)
  }
}

/// Removes a folder that a test made, two storeys deep.
func removeTree(_ path: String) {
  let files = PosixFileSystem()
  for entry in (try? files.list(path)) ?? [] {
    let child = "\(path)/\(entry.name)"
    if entry.isDirectory { removeTree(child) } else { try? files.remove(child) }
  }
  rmdir(path)
}
