import Synchronization

/// A fixed number of executors for blocking calls that belong to no writer: readers take them in turn.
final class FileLanes: Sendable {
  /// Reads that the disk is asked for at the same time, at most.
  static let standardCount = 16

  private let lanes: [FileExecutor]
  private let turn = Atomic<Int>(0)

  init(_ label: String, count: Int = FileLanes.standardCount) {
    lanes = (0..<max(1, count)).map { FileExecutor("\(label).\($0)") }
  }

  func next() -> FileExecutor {
    let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    return lanes[Int(UInt(bitPattern: number) % UInt(lanes.count))]
  }

  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await next().run(body)
  }
}
