public import DICOM

/// What a pool of codec workers does at one moment.
public struct CodecPoolFigures: Equatable, Sendable {
  /// Processes that run.
  public var workers: Int
  /// Processes that decode or encode.
  public var busy: Int
  /// Requests that wait for one.
  public var waiting: Int

  public init(workers: Int, busy: Int, waiting: Int) {
    self.workers = workers
    self.busy = busy
    self.waiting = waiting
  }
}

/// A request to a pool, when it is over: what it was and how it ended, nothing of the frame.
public struct CodecRequest: Equatable, Sendable {
  public enum Operation: String, Equatable, Sendable { case decode, encode }

  public var operation: Operation
  public var syntax: TransferSyntax
  /// `nil` when it succeeded; `.workerDied` when it cost a process.
  public var failure: PixelError.Code?
  /// From request to answer, the time in the queue included.
  public var duration: Duration

  public init(operation: Operation, syntax: TransferSyntax, failure: PixelError.Code?, duration: Duration) {
    self.operation = operation
    self.syntax = syntax
    self.failure = failure
    self.duration = duration
  }
}
