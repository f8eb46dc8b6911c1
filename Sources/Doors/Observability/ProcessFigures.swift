public import ArchiveCore
import Glibc

/// What the operating system says of this process, read from `/proc/self` when asked (proc(5)).
public struct ProcessFigures: Sendable {
  static let cpuSeconds = "process_cpu_seconds_total"
  static let residentBytes = "process_resident_memory_bytes"
  static let virtualBytes = "process_virtual_memory_bytes"
  static let openDescriptors = "process_open_fds"
  static let maximumDescriptors = "process_max_fds"
  static let threads = "process_threads"
  static let startTime = "process_start_time_seconds"
  static let uptime = "isocenter_uptime_seconds"

  private let environment: Environment
  private let startedAt: Instant

  /// - Parameter environment: its clock says when the server started: now.
  public init(_ environment: Environment) {
    self.environment = environment
    startedAt = environment.now()
  }

  /// The figures that can be had; on a system without `/proc`, uptime only.
  public func readings() -> [PrometheusRegistry.Reading] {
    let running = Double(environment.now().nanoseconds &- startedAt.nanoseconds) / 1e9
    var readings: [PrometheusRegistry.Reading] = [
      .init(Self.uptime, value: max(0, running)),
      .init(Self.startTime, value: Double(startedAt.nanoseconds) / 1e9),
    ]
    if let stat = Self.text(of: "/proc/self/stat"), let fields = Self.fields(ofStat: stat) {
      let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
      if ticks > 0, let user = Double(fields[11]), let system = Double(fields[12]) {
        readings.append(.init(Self.cpuSeconds, isCounter: true, value: (user + system) / ticks))
      }
      if let count = Double(fields[17]) { readings.append(.init(Self.threads, value: count)) }
      if let bytes = Double(fields[20]) { readings.append(.init(Self.virtualBytes, value: bytes)) }
      if let pages = Double(fields[21]) {
        readings.append(.init(Self.residentBytes, value: pages * Double(sysconf(Int32(_SC_PAGESIZE)))))
      }
    }
    if let count = Self.entries(of: "/proc/self/fd") {
      readings.append(.init(Self.openDescriptors, value: Double(count)))
    }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      readings.append(.init(Self.maximumDescriptors, value: Double(limit.rlim_cur)))
    }
    return readings
  }

  /// The fields behind the command's name, which may itself contain spaces and brackets; field 3 (state) is first.
  static func fields(ofStat text: String) -> [Substring]? {
    guard let bracket = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: bracket)...].split(whereSeparator: \.isWhitespace)
    return fields.count > 21 ? fields : nil
  }

  private static func text(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  private static func entries(of path: String) -> Int? {
    guard let directory = opendir(path) else { return nil }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count &+= 1 }
    // ".", ".." and the descriptor that looks.
    return max(0, count &- 3)
  }
}
