import Foundation
import NIOCore
import Synchronization
import Testing

@testable import isocenter

@Suite("An import")
struct ImporterTests {
  let scratch: ScratchFolder

  init() throws {
    scratch = try ScratchFolder()
  }

  private func write(_ count: Int) throws {
    for index in 0..<count { try scratch.write("image\(10 + index)", HandMade.part10("1.2.3.\(index)")) }
  }

  @Test("settles in batches and at the end, and counts what became of each object")
  func batches() async throws {
    try write(8)
    let receiver = RecordingReceiver(outcomes: [.stored, .alreadyThere, .quarantined, .refused("why not")])
    let importer = Importer(into: receiver, batch: .init(objects: 3, bytes: .max))
    let summary = await importer.run(ImportSource(paths: [scratch.path]))
    #expect(await receiver.batches == [3, 3, 2])
    #expect(await receiver.isFinished)
    #expect(summary.stored == 2)
    #expect(summary.alreadyThere == 2)
    #expect(summary.quarantined == 2)
    #expect(summary.refused == 2)
    #expect(summary.refusals.map(\.reason) == ["why not", "why not"])
    #expect(summary.bytes == UInt64(8 * HandMade.part10("1.2.3.1").count))
    #expect(summary.ending == .complete)
    #expect(summary.exitCode == 1)
  }

  @Test("settles when a batch has many bytes")
  func bytes() async throws {
    try write(4)
    let receiver = RecordingReceiver()
    let summary = await Importer(into: receiver, batch: .init(objects: 100, bytes: 1))
      .run(ImportSource(paths: [scratch.path]))
    #expect(await receiver.batches == [1, 1, 1, 1])
    #expect(summary.isClean)
    #expect(summary.exitCode == 0)
  }

  @Test("goes on after an object whose source fails")
  func sourceFails() async throws {
    var zip = HandMadeZIP()
    zip.isDeflated = false
    zip.add("one", HandMade.part10("1.2.3.1", pixels: 400_000))
    zip.add("two", HandMade.part10("1.2.3.2"))
    var bytes = zip.bytes()
    bytes[300_000] ^= 0xFF
    let receiver = RecordingReceiver()
    let summary = await Importer(into: receiver).run(ImportSource(paths: [try scratch.write("a.zip", bytes)]))
    #expect(summary.refused == 1)
    #expect(summary.stored == 1)
    #expect(summary.ending == .complete)
  }

  @Test("ends when its receiver fails, having settled what was taken")
  func receiverFails() async throws {
    try write(5)
    let receiver = RecordingReceiver(failingAt: 3)
    let summary = await Importer(into: receiver).run(ImportSource(paths: [scratch.path]))
    #expect(summary.ending == .failed("full"))
    #expect(summary.stored == 3)
    #expect(summary.unsettled == 0)
    #expect(await receiver.isFinished)
  }

  @Test("counts as unsettled what its receiver does not vouch for")
  func silentReceiver() async throws {
    try write(5)
    let receiver = RecordingReceiver(telling: 1)
    let summary = await Importer(into: receiver, batch: .init(objects: 2, bytes: .max))
      .run(ImportSource(paths: [scratch.path]))
    #expect(summary.stored == 3)
    #expect(summary.unsettled == 2)
    #expect(summary.exitCode == 1)
  }

  @Test("that is cancelled settles what was taken and ends")
  func cancellation() async throws {
    try write(6)
    let receiver = RecordingReceiver(waitingAt: 4)
    let source = ImportSource(paths: [scratch.path])
    let running = Task { await Importer(into: receiver).run(source) }
    await receiver.untilWaiting()
    running.cancel()
    let summary = await running.value
    #expect(summary.ending == .interrupted)
    #expect(summary.stored == 4)
    #expect(summary.unsettled == 0)
    #expect(await receiver.isFinished)
    #expect(summary.exitCode == 1)
  }

  @Test("tells everything as it happens")
  func events() async throws {
    try write(1)
    try scratch.write("text", [1, 2, 3])
    var events: [ImportEvent] = []
    _ = await Importer(into: RecordingReceiver()).run(ImportSource(paths: [scratch.path])) { events.append($0) }
    let name = "\(scratch.path)/image10"
    #expect(
      events == [
        .received(name: name, bytes: UInt64(HandMade.part10("1.2.3.0").count)),
        .note(ImportNote(name: "\(scratch.path)/text", reason: .notDICOM)), .settled(name: name, .stored),
      ])
  }

  @Test("is summed up in JSON")
  func json() async throws {
    try write(2)
    try scratch.write("text", [1, 2, 3])
    let summary = await Importer(into: RecordingReceiver(outcomes: [.stored, .refused("no")]))
      .run(ImportSource(paths: [scratch.path, "\(scratch.path)/nothing"]))
    let parsed = try #require(
      try JSONSerialization.jsonObject(with: Data(try summary.json().utf8)) as? [String: Any])
    #expect(parsed["ending"] as? String == "complete")
    #expect(parsed["stored"] as? Int == 1)
    #expect(parsed["refused"] as? Int == 1)
    #expect(parsed["skipped"] as? Int == 1)
    #expect(parsed["problems"] as? Int == 1)
    #expect((parsed["refusals"] as? [[String: String]])?.first?["reason"] == "no")
  }
}

/// Takes everything, and answers with the outcomes it was given, in turn.
private actor RecordingReceiver: ObjectReceiver {
  struct Full: Error, CustomStringConvertible {
    var description: String { "full" }
  }

  private let outcomes: [ObjectOutcome]
  private let failingAt: Int?
  private let waitingAt: Int?
  /// Outcomes told of a batch.
  private let telling: Int
  private var taken = 0
  private var pending: [ObjectOutcome] = []
  private var waiter: CheckedContinuation<Void, Never>?
  private var isWaiting = false
  private(set) var batches: [Int] = []
  private(set) var isFinished = false

  init(outcomes: [ObjectOutcome] = [.stored], failingAt: Int? = nil, waitingAt: Int? = nil, telling: Int = .max) {
    self.telling = telling
    self.outcomes = outcomes
    self.failingAt = failingAt
    self.waitingAt = waitingAt
  }

  func receive(_ object: ImportObject) async throws -> Reception {
    if taken == failingAt { throw Full() }
    if taken == waitingAt {
      isWaiting = true
      waiter?.resume()
      try await Task.sleep(for: .seconds(600))
    }
    for try await _ in object.bytes {}
    pending.append(outcomes[taken % outcomes.count])
    taken += 1
    return .pending
  }

  func settle() async throws -> [ObjectOutcome] {
    try Task.checkCancellation()
    batches.append(pending.count)
    defer { pending = [] }
    return Array(pending.prefix(telling))
  }

  func finish() {
    isFinished = true
  }

  func untilWaiting() async {
    if isWaiting { return }
    await withCheckedContinuation { waiter = $0 }
  }
}
