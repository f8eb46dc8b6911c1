import NIOCore
import Synchronization
import Testing

@testable import DIMSE

@Suite("The inbox of an association", .timeLimit(.minutes(1)))
struct InboxTests {
  private static func message(serial: UInt64) -> Inbox.Item {
    var command = CommandSet()
    command.set(.commandDataSetType, 0)
    return .message(InboundMessage(command: command, contextID: 1, serial: serial))
  }

  private static let chunk = ByteBuffer(repeating: 0, count: 1 << 18)

  @Test("lets reading go on once it is drained, also when more came between the watermarks")
  func resumes() async throws {
    let inbox = Inbox()
    let resumptions = Mutex(0)
    let resume = { resumptions.withLock { $0 += 1 } }
    var items = [InboxTests.message(serial: 1)]
    #expect(!inbox.push(&items))
    _ = try await inbox.nextMessage(resumeReading: resume)
    items = Array(repeating: .data(InboxTests.chunk), count: 5)
    #expect(inbox.push(&items) && items.isEmpty)
    // From above the high watermark to between the two.
    for _ in 0..<2 { _ = try await inbox.nextData(serial: 1, resumeReading: resume) }
    #expect(resumptions.withLock { $0 } == 0)
    // What the event loop had read already when it was told to pause.
    items = [.data(ByteBuffer(bytes: [1]))]
    #expect(inbox.push(&items))
    _ = try await inbox.nextData(serial: 1, resumeReading: resume)
    _ = try await inbox.nextData(serial: 1, resumeReading: resume)
    #expect(resumptions.withLock { $0 } == 1)
  }

  @Test("skips what is left of a data set before the next message")
  func skips() async throws {
    let inbox = Inbox()
    var items = [
      InboxTests.message(serial: 1), .data(InboxTests.chunk), .data(InboxTests.chunk), .endOfDataSet,
      InboxTests.message(serial: 2), .data(ByteBuffer(bytes: [2])), .endOfDataSet,
    ]
    _ = inbox.push(&items)
    #expect(try await inbox.nextMessage(resumeReading: {})?.serial == 1)
    _ = try await inbox.nextData(serial: 1, resumeReading: {})
    #expect(try await inbox.nextMessage(resumeReading: {})?.serial == 2)
    #expect(try await inbox.nextData(serial: 1, resumeReading: {}) == nil)
    #expect(try await inbox.nextData(serial: 2, resumeReading: {}) == ByteBuffer(bytes: [2]))
    #expect(try await inbox.nextData(serial: 2, resumeReading: {}) == nil)
    #expect(try await inbox.nextData(serial: 2, resumeReading: {}) == nil)
  }

  @Test("gives what came before the end, then the end")
  func ends() async throws {
    let inbox = Inbox()
    var items = [InboxTests.message(serial: 1), .data(InboxTests.chunk)]
    _ = inbox.push(&items)
    inbox.finish(.abortedByPeer(Abort(.serviceUser)))
    _ = try await inbox.nextMessage(resumeReading: {})
    #expect(try await inbox.nextData(serial: 1, resumeReading: {}) == InboxTests.chunk)
    await #expect(throws: AssociationError.abortedByPeer(Abort(.serviceUser))) {
      try await inbox.nextData(serial: 1, resumeReading: {})
    }
    let released = Inbox()
    released.finish(.released)
    #expect(try await released.nextMessage(resumeReading: {}) == nil)
  }

  @Test("wakes a waiting reader with data, and with its cancellation")
  func wakes() async throws {
    let inbox = Inbox()
    async let message = inbox.nextMessage(resumeReading: {})
    try await Task.sleep(for: .milliseconds(20))
    var items = [InboxTests.message(serial: 7)]
    _ = inbox.push(&items)
    #expect(try await message?.serial == 7)
    let waiting = Task { try await inbox.nextData(serial: 7, resumeReading: {}) }
    try await Task.sleep(for: .milliseconds(20))
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }
}
