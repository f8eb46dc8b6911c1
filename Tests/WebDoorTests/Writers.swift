import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Keeps what is written, and has enough after a few heartbeats.
final class CollectingWriter: ResponseBodyWriter, Sendable {
  struct Enough: Error {}

  private let kept = Mutex("")
  private let between: @Sendable () async throws -> Void

  init(between: @escaping @Sendable () async throws -> Void) { self.between = between }

  var text: String { kept.withLock { $0 } }

  func write(_ buffer: ByteBuffer) async throws {
    let heartbeats = kept.withLock { kept in
      kept += String(buffer: buffer)
      return kept.split(separator: ": still here").count - 1
    }
    if heartbeats == 1 { try await between() }
    if heartbeats > 4 { throw Enough() }
  }

  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// Takes nothing until the connection is closed.
struct StuckWriter: ResponseBodyWriter {
  let closed: Flag

  func write(_ buffer: ByteBuffer) async throws {
    while !closed.isRaised { await Task.yield() }
    throw CancellationError()
  }

  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

final class Flag: Sendable {
  private let value = Mutex(false)
  func raise() { value.withLock { $0 = true } }
  var isRaised: Bool { value.withLock { $0 } }
}

/// A small generator with a seed.
struct SmallRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
