import ArchiveCore
import Doors
import EmbeddedStore
import Foundation
import NIOCore
import Synchronization
import TestKit
import Testing

@Suite("A cache of derived content")
struct DerivedCacheTests {
  private typealias Cache = DerivedCache<[UInt8]>

  private static func key(_ number: UInt8, _ frame: Int? = nil) throws -> Cache.Key {
    Cache.Key(try #require(Digest([UInt8](repeating: number, count: 32))), "form", frame: frame)
  }

  @Test("makes a value once for all who ask for it, at the same time and later")
  func coalesces() async throws {
    let cache = Cache(limit: 100) { $0.count }
    let made = Count()
    let key = try Self.key(1)
    let gate = Gate()
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<8 {
        group.addTask {
          try await cache.value(key) {
            made.add()
            await gate.wait()
            return [1, 2, 3]
          }
        }
      }
      while await cache.figures.hits < 7 { await Task.yield() }
      await gate.open()
      for try await value in group { #expect(value == [1, 2, 3]) }
    }
    _ = try await cache.value(key) { [] }
    #expect(made.value == 1)
    let figures = await cache.figures
    #expect(figures.hits == 8 && figures.misses == 1)
    #expect(figures.bytes == 3 && figures.entries == 1)
  }

  @Test("lets go of what was not used for longest, and does not keep what is too large")
  func evicts() async throws {
    let cache = Cache(limit: 30) { $0.count }
    for number in UInt8(1)...3 {
      _ = try await cache.value(Self.key(number)) { [UInt8](repeating: number, count: 10) }
    }
    _ = try await cache.value(Self.key(1)) { [] }
    _ = try await cache.value(Self.key(4)) { [UInt8](repeating: 4, count: 10) }
    _ = try await cache.value(Self.key(5)) { [UInt8](repeating: 5, count: 31) }
    #expect(await cache.figures.bytes == 30)
    let again = try await cache.value(Self.key(2)) { [7] }
    #expect(again == [7])
    let kept = try await cache.value(Self.key(1)) { [] }
    #expect(kept.count == 10)
  }

  @Test("forgets a digest, and does not keep what was being made of it meanwhile")
  func forgets() async throws {
    let cache = Cache(limit: 100) { $0.count }
    let (one, other) = (try Self.key(1), try Self.key(2))
    _ = try await cache.value(one) { [1] }
    let gate = Gate()
    async let late = cache.value(other) {
      await gate.wait()
      return [2]
    }
    while await cache.figures.misses < 2 { await Task.yield() }
    await cache.forget([one.digest, other.digest])
    await gate.open()
    #expect(try await late == [2])
    #expect(await cache.figures.entries == 0)
    #expect(await cache.figures.bytes == 0)
  }

  @Test("gives the others their value when one who waits is cancelled, and keeps no failure")
  func cancellation() async throws {
    let cache = Cache(limit: 100) { $0.count }
    let key = try Self.key(1)
    let gate = Gate()
    let impatient = Task {
      try await cache.value(key) {
        await gate.wait()
        try Task.checkCancellation()
        return [1]
      }
    }
    while await cache.figures.misses < 1 { await Task.yield() }
    async let patient = cache.value(key) { [2] }
    while await cache.figures.hits < 1 { await Task.yield() }
    impatient.cancel()
    await gate.open()
    #expect(try await patient == [1])
    await #expect(throws: CancellationError.self) { try await impatient.value }
    let failing = try Self.key(9)
    await #expect(throws: ArchiveError.self) {
      try await cache.value(failing) { throw ArchiveError(.damaged, "test") }
    }
    #expect(try await cache.value(failing) { [9] } == [9])
  }
}

@Suite("Scratch space")
struct ScratchSpaceTests {
  private static func spaces(_ directory: DataDirectory) throws -> [any ScratchSpace] {
    [InMemoryScratchSpace(), try EmbeddedScratchSpace(directory, limit: 1 << 20)]
  }

  @Test("gives back what was appended, and is empty when nobody refers to it")
  func contract() async throws {
    let folder = try TemporaryFolder()
    let directory = try DataDirectory(folder.path + "/data")
    for space in try Self.spaces(directory) {
      var file: (any ScratchFile)? = try await space.makeFile()
      try await file?.append([1, 2, 3])
      try await file?.append([4, 5])
      #expect(try await file?.read(1..<4) == ByteBuffer(bytes: [2, 3, 4]))
      #expect(try await file?.read(3..<100) == ByteBuffer(bytes: [4, 5]))
      file = nil
    }
    #expect(try Self.files(of: directory).isEmpty)
  }

  @Test("is emptied when it is opened, and takes no more than its limit")
  func bounds() async throws {
    let folder = try TemporaryFolder()
    let directory = try DataDirectory(folder.path + "/data")
    _ = try EmbeddedScratchSpace(directory, limit: 10)
    _ = try folder.write([1, 2, 3], as: "data/cache/scratch/17")
    let space = try EmbeddedScratchSpace(directory, limit: 10)
    #expect(try Self.files(of: directory).isEmpty)
    do {
      let first = try await space.makeFile()
      try await first.append([UInt8](repeating: 0, count: 8))
      let second = try await space.makeFile()
      await #expect(throws: ArchiveError.self) { try await second.append([UInt8](repeating: 0, count: 3)) }
    }
    let third = try await space.makeFile()
    try await third.append([UInt8](repeating: 0, count: 10))
  }

  private static func files(of directory: DataDirectory) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path(.cache) + "/scratch")
  }
}

private final class Count: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }
  func add() { count.withLock { $0 += 1 } }
}

/// Lets nobody through before it is opened.
private actor Gate {
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func wait() async {
    if isOpen { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  func open() {
    isOpen = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}
