/// What one request may take of a worker.
public struct WorkerLimits: Equatable, Sendable {
  /// Processor time, in seconds.
  public var processorSeconds = 60
  /// Time from request to answer.
  public var wallTime = Duration.seconds(90)
  /// Bytes of address space beyond the worker's own at rest, whatever the frame.
  public var memory = 512 * 1024 * 1024
  /// Bytes of address space for each byte of code stream and samples: JPEG 2000 works with 32-bit samples, several times.
  public var memoryPerByte = 24

  public init() {}

  var numbers: [Int64] { [Int64(processorSeconds), Int64(memory), Int64(memoryPerByte)] }

  init?(numbers: [Int64]) {
    guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }) else { return nil }
    processorSeconds = Int(clamping: numbers[0])
    memory = Int(clamping: numbers[1])
    memoryPerByte = Int(clamping: numbers[2])
  }
}
