import CCodecs
import Dispatch
import Glibc
import Synchronization

/// One worker: a child process, the socket to it and the memory shared with it.
///
/// One request at a time; the pool sees to that.
final class WorkerProcess: Sendable {
  private enum State {
    case running
    /// Why it was stopped from here, if it was.
    case ended(String)
  }

  let processIdentifier: pid_t
  private let socket: Int32
  private let memory: Int32
  private let state = Mutex(State.running)
  /// Where its answers are waited for, off the cooperative pool.
  private let queue = DispatchQueue(label: "isocenter.codec-worker")

  /// - Throws: `PixelError` `.workerFailed` when it cannot be started.
  init(executable: String, arguments: [String], limits: WorkerLimits) throws(PixelError) {
    var pair: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
      throw PixelError(.workerFailed, "no socket for a worker: error \(errno)")
    }
    defer { close(pair[1]) }
    socket = pair[0]
    memory = ccodecs_memory_file()
    processIdentifier = Self.spawn(executable, arguments, socket: pair[1], memory: memory) ?? -1
    guard processIdentifier > 0 else { throw PixelError(.workerFailed, "the worker could not be started") }
    guard WorkerSocket.send(WorkerMessage(numbers: limits.numbers).encoded, to: socket) else {
      throw PixelError(.workerFailed, "the worker ended at once")
    }
  }

  deinit {
    _ = end("no longer needed")
    close(socket)
    if memory >= 0 { close(memory) }
  }

  /// Starts the program with nothing of ours but the two descriptors: no other files, no environment that might tell.
  private static func spawn(_ executable: String, _ arguments: [String], socket: Int32, memory: Int32) -> pid_t? {
    var environment = ["SWIFT_BACKTRACE=enable=no"]
    if let libraries = getenv("LD_LIBRARY_PATH") { environment.append("LD_LIBRARY_PATH=\(String(cString: libraries))") }
    return withCStrings([executable] + arguments) { arguments in
      withCStrings(environment) { environment in
        var child: Int32 = -1
        let status = ccodecs_spawn_worker(executable, arguments, environment, socket, memory, &child)
        return status == 0 ? child : nil
      }
    }
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("the array ends with nil") }
      return body(base)
    }
  }

  /// Sends a request with its bytes and waits for the answer with its own.
  ///
  /// - Throws: `PixelError`; `.workerDied` and `.workerFailed` when the worker cannot be used any more.
  func exchange(_ request: WorkerRequest, _ input: [UInt8]) async throws(PixelError) -> (WorkerReply, [UInt8]) {
    let result: Result<(WorkerReply, [UInt8]), PixelError> = await withCheckedContinuation { continuation in
      queue.async {
        do throws(PixelError) {
          continuation.resume(returning: .success(try self.exchangeBlocking(request, input)))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }

  private func exchangeBlocking(
    _ request: WorkerRequest, _ input: [UInt8]
  ) throws(PixelError) -> (WorkerReply, [UInt8]) {
    // What the frame before left is no part of this one.
    guard ftruncate(memory, 0) == 0 else { throw PixelError(.workerFailed, "shared memory: error \(errno)") }
    try SharedMemory.write(input, to: memory)
    guard WorkerSocket.send(request.message.encoded, to: socket), let bytes = WorkerSocket.receive(socket) else {
      throw PixelError(.workerDied, end("the worker ended"))
    }
    guard let reply = WorkerMessage(bytes).flatMap(WorkerReply.init) else {
      throw PixelError(.workerDied, end("the worker answered nonsense"))
    }
    guard case .done(let length, _, _) = reply else { return (reply, []) }
    return (reply, try SharedMemory.read(memory, count: length))
  }

  /// Whether it still runs; one that died while nobody asked it anything costs nobody a request.
  var isRunning: Bool {
    state.withLock { state in
      guard case .running = state else { return false }
      var status: Int32 = 0
      guard waitpid(processIdentifier, &status, WNOHANG) == processIdentifier else { return true }
      state = .ended(Self.text(status))
      return false
    }
  }

  /// Ends the process and says why it ended: the first reason stays.
  @discardableResult
  func end(_ reason: String) -> String {
    state.withLock { state in
      if case .ended(let first) = state { return first }
      guard processIdentifier > 0 else { return reason }
      // A worker that has ended by itself has said why by its status; one that has not is ended now.
      var status: Int32 = 0
      var told = reason
      let waited = waitpid(processIdentifier, &status, WNOHANG)
      if waited == 0 {
        kill(processIdentifier, SIGKILL)
        waitpid(processIdentifier, &status, 0)
        if reason == "the worker ended", status & 0x7F != SIGKILL { told = Self.text(status) }
      } else if waited == processIdentifier {
        told = Self.text(status)
      }
      state = .ended(told)
      return told
    }
  }

  private static func text(_ status: Int32) -> String {
    switch status & 0x7F {
    case 0: "the worker ended with status \((status >> 8) & 0xFF)"
    case SIGXCPU: "the worker was stopped at its limit of processor time"
    case let signal: "the worker was ended by signal \(signal)"
    }
  }
}
