import CCodecs
import DICOM
import Glibc

/// The other side of a `CodecWorkerPool`: a process that decodes and encodes frames until nobody asks any more.
///
/// A program that has a pool calls `serve()` where the pool's arguments lead to, and ends.
public enum CodecWorker {
  /// Descriptors a worker is started with.
  static let socket = Int32(CCODECS_WORKER_SOCKET)
  static let memory = Int32(CCODECS_WORKER_MEMORY)

  /// Answers requests until the pool is gone.
  ///
  /// - Returns: the status to end with.
  public static func serve() -> Int32 {
    // A crash is the pool's to tell; a core file would hold a patient's pixels.
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    guard let limits = receive().flatMap({ WorkerLimits(numbers: $0.numbers) }) else { return 2 }
    let ownMemory = addressSpace()
    guard ccodecs_confine_worker() == 0 else { return 2 }
    while let message = receive() {
      guard let request = WorkerRequest(message) else { return 2 }
      confine(request, limits, ownMemory)
      guard send(answer(request).message) else { return 1 }
    }
    return 0
  }

  private static func answer(_ request: WorkerRequest) -> WorkerReply {
    do throws(PixelError) {
      let codec = try FrameCodecs.codec(for: request.syntax)
      let input = try SharedMemory.read(memory, count: request.length)
      switch request.operation {
      case .decode:
        let decoded = try codec.decode(input, as: request.frame)
        try SharedMemory.write(decoded.samples, to: memory)
        return .done(length: decoded.samples.count, decoded.description, decoded.leniencies)
      case .encode(let options):
        let encoded = try codec.encode(input, of: request.frame, options: options)
        try SharedMemory.write(encoded.stream, to: memory)
        return .done(length: encoded.stream.count, encoded.description, [])
      }
    } catch {
      return .failed(error)
    }
  }

  /// Limits what the request may take from here on; whoever exceeds it dies, and with it the request alone.
  private static func confine(_ request: WorkerRequest, _ limits: WorkerLimits, _ ownMemory: Int) {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let used = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + 1
    limit(RLIMIT_CPU, UInt(clamping: used + limits.processorSeconds))
    let bytes = (request.length + request.frame.length).multipliedReportingOverflow(by: limits.memoryPerByte)
    let space = (ownMemory + limits.memory).addingReportingOverflow(bytes.partialValue)
    guard !bytes.overflow, !space.overflow else { return }
    limit(RLIMIT_AS, UInt(clamping: space.partialValue))
  }

  private static func limit(_ resource: __rlimit_resource, _ value: UInt) {
    var current = rlimit()
    getrlimit(__rlimit_resource_t(resource.rawValue), &current)
    current.rlim_cur = min(value, current.rlim_max)
    setrlimit(__rlimit_resource_t(resource.rawValue), &current)
  }

  /// Bytes of address space in use (proc(5), `statm`).
  private static func addressSpace() -> Int {
    let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 64)
    let count = Glibc.read(descriptor, &text, text.count)
    let pages = text.prefix(max(count, 0)).prefix { $0 != 0x20 }
    return (Int(String(decoding: pages, as: UTF8.self)) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
  }

  private static func receive() -> WorkerMessage? { WorkerSocket.receive(socket).flatMap(WorkerMessage.init) }

  private static func send(_ message: WorkerMessage) -> Bool { WorkerSocket.send(message.encoded, to: socket) }
}
