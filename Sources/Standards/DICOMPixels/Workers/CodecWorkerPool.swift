public import DICOM

/// Codecs in processes of their own: a crash, a hang or a bomb there costs one request.
///
/// Workers are copies of a program that calls `CodecWorker.serve()`, started when first needed and used again. What is
/// of ours alone, RLE and deflated frames, is done in this process.
public actor CodecWorkerPool: FrameCoding {
  /// Requests that may wait for a worker; the next one is refused.
  public static let maximumWaiting = 1024

  private let executable: String
  private let arguments: [String]
  private let limits: WorkerLimits
  private let size: Int
  private let sleep: @Sendable (Duration) async throws -> Void
  private let stopwatch: @Sendable () -> @Sendable () -> Duration
  private let observe: @Sendable (CodecRequest) -> Void

  private var idle: [WorkerProcess] = []
  private var running = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Processes that this pool has started, for who watches it.
  public private(set) var started = 0

  /// What the pool does at this moment.
  public var figures: CodecPoolFigures {
    CodecPoolFigures(workers: idle.count + busy.count, busy: busy.count, waiting: waiting.count)
  }

  /// The processes now.
  public var processIdentifiers: [Int32] { (idle + busy).map(\.processIdentifier) }
  private var busy: [WorkerProcess] = []

  /// - Parameters:
  ///   - executable: the program; `/proc/self/exe` is the one that runs.
  ///   - arguments: those that lead it to `CodecWorker.serve()`.
  ///   - size: workers at most.
  ///   - clock: measures the time a request may take.
  ///   - observe: hears of each request when it is over.
  public init(
    executable: String = "/proc/self/exe", arguments: [String], size: Int, limits: WorkerLimits = WorkerLimits(),
    clock: some Clock<Duration> = ContinuousClock(), observe: @escaping @Sendable (CodecRequest) -> Void = { _ in }
  ) {
    self.executable = executable
    self.arguments = arguments
    self.size = max(size, 1)
    self.limits = limits
    self.observe = observe
    sleep = { try await clock.sleep(for: $0) }
    stopwatch = {
      let start = clock.now
      return { start.duration(to: clock.now) }
    }
  }

  public func decode(
    _ stream: [UInt8], in syntax: TransferSyntax, as frame: FrameDescription
  ) async throws(PixelError) -> DecodedFrame {
    // What has no codec needs no process to say so.
    _ = try FrameCodecs.codec(for: syntax)
    return try await observed(.decode, syntax) { () throws(PixelError) in
      try await decodeSomewhere(stream, in: syntax, as: frame)
    }
  }

  private func decodeSomewhere(
    _ stream: [UInt8], in syntax: TransferSyntax, as frame: FrameDescription
  ) async throws(PixelError) -> DecodedFrame {
    guard FrameCodecs.isForeign(syntax) else {
      return try await InProcessCodecs().decode(stream, in: syntax, as: frame)
    }
    let request = WorkerRequest(operation: .decode, syntax: syntax, frame: frame, length: stream.count)
    let (description, leniencies, samples) = try await carryOut(request, stream)
    // A worker that a code stream has taken over may say anything; it may not be believed about sizes.
    guard samples.count == frame.length, description.length == frame.length, description.rows == frame.rows else {
      throw PixelError(.workerDied, "the worker gave another frame than was asked for")
    }
    return DecodedFrame(samples: samples, description: description, leniencies: leniencies)
  }

  public func encode(
    _ samples: [UInt8], of frame: FrameDescription, in syntax: TransferSyntax, options: CompressionOptions
  ) async throws(PixelError) -> EncodedFrame {
    _ = try FrameCodecs.codec(for: syntax)
    return try await observed(.encode, syntax) { () throws(PixelError) in
      try await encodeSomewhere(samples, of: frame, in: syntax, options: options)
    }
  }

  private func encodeSomewhere(
    _ samples: [UInt8], of frame: FrameDescription, in syntax: TransferSyntax, options: CompressionOptions
  ) async throws(PixelError) -> EncodedFrame {
    guard FrameCodecs.isForeign(syntax) else {
      return try await InProcessCodecs().encode(samples, of: frame, in: syntax, options: options)
    }
    let request = WorkerRequest(operation: .encode(options), syntax: syntax, frame: frame, length: samples.count)
    let (description, _, stream) = try await carryOut(request, samples)
    return EncodedFrame(stream: stream, description: description)
  }

  /// Tells the observer how a request ended and how long it took, waiting included.
  private func observed<Value: Sendable>(
    _ operation: CodecRequest.Operation, _ syntax: TransferSyntax, _ work: () async throws(PixelError) -> Value
  ) async throws(PixelError) -> Value {
    let elapsed = stopwatch()
    do throws(PixelError) {
      let value = try await work()
      observe(CodecRequest(operation: operation, syntax: syntax, failure: nil, duration: elapsed()))
      return value
    } catch {
      observe(CodecRequest(operation: operation, syntax: syntax, failure: error.code, duration: elapsed()))
      throw error
    }
  }

  private func carryOut(
    _ request: WorkerRequest, _ input: [UInt8]
  ) async throws(PixelError) -> (FrameDescription, Set<CodecLeniency>, [UInt8]) {
    try await enter()
    defer { leave() }
    let worker: WorkerProcess
    idle.removeAll { !$0.isRunning }
    if let ready = idle.popLast() {
      worker = ready
    } else {
      worker = try WorkerProcess(executable: executable, arguments: arguments, limits: limits)
      started += 1
    }
    busy.append(worker)
    defer { busy.removeAll { $0 === worker } }
    let timeout = limits.wallTime
    let watch = Task { [sleep] in
      try await sleep(timeout)
      worker.end("the worker was stopped after \(timeout)")
    }
    defer { watch.cancel() }
    do throws(PixelError) {
      let (reply, output) = try await worker.exchange(request, input)
      idle.append(worker)
      switch reply {
      case .done(_, let description, let leniencies): return (description, leniencies, output)
      case .failed(let error): throw error
      }
    } catch {
      if error.code == .workerFailed || error.code == .workerDied {
        idle.removeAll { $0 === worker }
        worker.end("the worker could not be used any more")
      }
      throw error
    }
  }

  /// Waits for one of the places.
  private func enter() async throws(PixelError) {
    guard running >= size else {
      running += 1
      return
    }
    guard waiting.count < Self.maximumWaiting else {
      throw PixelError(.busy, "\(waiting.count) requests wait for a worker already")
    }
    // Whoever leaves hands its place on.
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
  }
}
