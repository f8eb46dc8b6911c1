import ArchiveCore
import Crypto
import Foundation
import NIOCore
import Testing

@testable import isocenter

@Suite("An export")
struct ExporterTests {
  let scratch: ScratchFolder

  init() throws {
    scratch = try ScratchFolder()
  }

  private func exporter(_ provider: MemoryProvider) -> Exporter<MemoryProvider> {
    Exporter(from: provider, to: "\(scratch.path)/out")
  }

  @Test("writes each instance to study, series and instance UID, whole")
  func layout() async throws {
    let provider = try MemoryProvider(count: 3)
    let summary = await exporter(provider).run()
    #expect(summary.isClean)
    #expect(summary.written == 3)
    #expect(scratch.files() == ["out/1.2/1.2.1/1.2.1.0.dcm", "out/1.2/1.2.1/1.2.1.1.dcm", "out/1.2/1.2.1/1.2.1.2.dcm"])
    for (reference, bytes) in provider.objects {
      #expect(try scratch.read("out/1.2/1.2.1/\(reference.instance).dcm") == bytes)
    }
  }

  @Test("leaves complete files alone and writes the others again")
  func resuming() async throws {
    let provider = try MemoryProvider(count: 4)
    _ = await exporter(provider).run()
    let untouched = "\(scratch.path)/out/1.2/1.2.1/1.2.1.0.dcm"
    let before = try FileStatus(path: untouched)
    var damaged = provider.objects[1].1
    damaged[500] ^= 1
    try scratch.write("out/1.2/1.2.1/1.2.1.1.dcm", damaged)
    try scratch.write("out/1.2/1.2.1/1.2.1.2.dcm", Array(provider.objects[2].1.dropLast()))
    try scratch.write("out/1.2/1.2.1/1.2.1.3.dcm.part", [1, 2, 3])
    try FileManager.default.removeItem(atPath: "\(scratch.path)/out/1.2/1.2.1/1.2.1.3.dcm")
    let summary = await exporter(provider).run()
    #expect(summary.alreadyThere == 1)
    #expect(summary.written == 3)
    #expect(try FileStatus(path: untouched) == before)
    #expect(scratch.files().count == 4)
    for (reference, bytes) in provider.objects {
      #expect(try scratch.read("out/1.2/1.2.1/\(reference.instance).dcm") == bytes)
    }
  }

  @Test("takes what comes, once, when length and digest are not known")
  func unknownLength() async throws {
    var provider = try MemoryProvider(count: 2)
    for index in provider.objects.indices {
      provider.objects[index].0.length = nil
      provider.objects[index].0.digest = nil
    }
    let first = await exporter(provider).run()
    #expect(first.written == 2)
    #expect(first.bytes == UInt64(provider.objects.reduce(0) { $0 + $1.1.count }))
    try scratch.write("out/1.2/1.2.1/1.2.1.0.dcm", [])
    let second = await exporter(provider).run()
    #expect(second.written == 1)
    #expect(second.alreadyThere == 1)
    for (reference, bytes) in provider.objects {
      #expect(try scratch.read("out/1.2/1.2.1/\(reference.instance).dcm") == bytes)
    }
  }

  @Test(
    "goes on after an instance that cannot be had, and leaves nothing of it", arguments: MemoryProvider.Trouble.allCases
  )
  func trouble(_ trouble: MemoryProvider.Trouble) async throws {
    let provider = try MemoryProvider(count: 3, trouble: trouble, at: 1)
    let summary = await exporter(provider).run()
    #expect(summary.written == 2)
    #expect(summary.failed == 1)
    #expect(summary.failures.map(\.instance) == ["1.2.1.1"])
    #expect(summary.exitCode == 1)
    #expect(scratch.files() == ["out/1.2/1.2.1/1.2.1.0.dcm", "out/1.2/1.2.1/1.2.1.2.dcm"])
  }

  @Test("never leaves its folder, whatever the UIDs", arguments: ["..", ".", ".1"])
  func escapes(uid: String) async throws {
    for place in 0..<3 {
      var provider = try MemoryProvider(count: 1)
      try provider.rename(place, to: uid)
      let summary = await exporter(provider).run()
      #expect(summary.failed == 1)
      #expect(scratch.files().isEmpty)
    }
  }

  @Test("ends when nothing can be written")
  func noTarget() async throws {
    let provider = try MemoryProvider(count: 3)
    let nowhere = await Exporter(from: provider, to: "\(scratch.path)/no/such/folder").run()
    #expect(nowhere.ending == .failed("No such file or directory"))
    try scratch.write("file", [])
    let file = await Exporter(from: provider, to: "\(scratch.path)/file").run()
    #expect(file.ending == .failed("Not a directory"))
    #expect(file.exitCode == 1)
  }

  @Test("that is cancelled keeps what is whole and nothing else")
  func cancellation() async throws {
    let provider = try MemoryProvider(count: 3, trouble: .waits, at: 1)
    let exporter = exporter(provider)
    let running = Task { await exporter.run() }
    await provider.gate.wait()
    running.cancel()
    let summary = await running.value
    #expect(summary.ending == .interrupted)
    #expect(summary.written == 1)
    #expect(scratch.files() == ["out/1.2/1.2.1/1.2.1.0.dcm"])
  }

  @Test("tells how far it is, and what it did in JSON")
  func progress() async throws {
    let provider = try MemoryProvider(count: 3, trouble: .fails, at: 0)
    var steps: [Int] = []
    var last: ExportProgress?
    let summary = await exporter(provider).run {
      steps.append($0.instancesDone)
      last = $0
    }
    #expect(steps == [1, 2, 3])
    #expect(last?.bytesWritten == summary.bytes)
    let parsed = try #require(
      try JSONSerialization.jsonObject(with: Data(try summary.json().utf8)) as? [String: Any])
    #expect(parsed["written"] as? Int == 2)
    #expect(parsed["failed"] as? Int == 1)
    #expect(parsed["ending"] as? String == "complete")
  }
}

/// Opens once.
actor Gate {
  private var isOpen = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  func open() {
    isOpen = true
    waiters.forEach { $0.resume() }
    waiters = []
  }

  func wait() async {
    if isOpen { return }
    await withCheckedContinuation { waiters.append($0) }
  }
}

struct MemoryProvider: ObjectProvider {
  enum Trouble: CaseIterable, Sendable {
    case fails, isCutOff, isLonger, isChanged, waits

    /// All but waiting, which is for cancellation.
    static var allCases: [Trouble] { [.fails, .isCutOff, .isLonger, .isChanged] }
  }

  struct Gone: Error {}

  var objects: [(ExportedInstance, [UInt8])] = []
  var trouble: Trouble?
  var troubled = 0
  let gate = Gate()

  init(count: Int, trouble: Trouble? = nil, at troubled: Int = 0) throws {
    self.trouble = trouble
    self.troubled = troubled
    for index in 0..<count {
      let bytes = HandMade.part10("1.2.1.\(index)", pixels: 1000 + index)
      guard let study = StudyUID("1.2"), let series = SeriesUID("1.2.1"), let instance = InstanceUID("1.2.1.\(index)")
      else { throw Gone() }
      let reference = ExportedInstance(
        study: study, series: series, instance: instance, length: UInt64(bytes.count),
        digest: Array(SHA256.hash(data: bytes)))
      objects.append((reference, bytes))
    }
  }

  mutating func rename(_ place: Int, to uid: String) throws {
    guard let study = StudyUID(uid), let series = SeriesUID(uid), let instance = InstanceUID(uid) else { throw Gone() }
    switch place {
    case 0: objects[0].0.study = study
    case 1: objects[0].0.series = series
    default: objects[0].0.instance = instance
    }
  }

  func instances() async throws -> [ExportedInstance] {
    objects.map(\.0)
  }

  func bytes(of instance: ExportedInstance) async throws -> AsyncThrowingStream<ByteBuffer, any Error> {
    guard let index = objects.firstIndex(where: { $0.0 == instance }) else { throw Gone() }
    var bytes = objects[index].1
    var isWaiting = false
    if index == troubled {
      switch trouble {
      case .fails: throw Gone()
      case .isCutOff: bytes.removeLast()
      case .isLonger: bytes.append(0)
      case .isChanged: bytes[700] ^= 1
      case .waits: isWaiting = true
      case nil: break
      }
    }
    let pieces = [ByteBuffer(bytes: bytes.prefix(600)), ByteBuffer(bytes: bytes.dropFirst(600))]
    let gate = gate
    let iterator = PieceCounter(pieces)
    return AsyncThrowingStream { [isWaiting] in
      if isWaiting {
        await gate.open()
        try await Task.sleep(for: .seconds(600))
      }
      return await iterator.next()
    }
  }
}

private actor PieceCounter {
  private var pieces: [ByteBuffer]
  init(_ pieces: [ByteBuffer]) { self.pieces = pieces.reversed() }
  func next() -> ByteBuffer? { pieces.popLast() }
}
