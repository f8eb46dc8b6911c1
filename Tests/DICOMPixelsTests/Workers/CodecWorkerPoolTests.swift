import DICOM
import DICOMPixels
import Foundation
import Synchronization
import TestKit
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("A pool of codec workers", .enabled(if: ServerProcess.isBuilt))
struct CodecWorkerPoolTests {
  /// A clock on which every wait is over at once.
  struct ImpatientClock: Clock {
    typealias Instant = ContinuousClock.Instant
    var now: Instant { ContinuousClock.now }
    var minimumResolution: Duration { .zero }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
  }

  static func pool(size: Int = 1, limits: WorkerLimits = WorkerLimits()) throws -> CodecWorkerPool {
    CodecWorkerPool(
      executable: try #require(ServerProcess.executable), arguments: ["codec-worker"], size: size, limits: limits)
  }

  /// A program that is no worker, for what a worker of ours is hoped not to do.
  static func shell(_ script: String, clock: some Clock<Duration> = ContinuousClock()) -> CodecWorkerPool {
    CodecWorkerPool(executable: "/bin/sh", arguments: ["-c", script], size: 1, clock: clock)
  }

  private func encoded(_ name: String, _ syntax: TransferSyntax) throws -> (BuiltFrame, EncodedFrame) {
    let frame = try BuiltFrame.named(name)
    let codec = try FrameCodecs.codec(for: syntax)
    return (frame, try codec.encode(frame.samples, of: frame.description, options: CompressionOptions()))
  }

  @Test("decodes and encodes as this process does", arguments: CodecIdentityTests.lossless)
  func same(syntax: TransferSyntax) async throws {
    let pool = try Self.pool()
    for name in ["8 bits", "12 of 16 bits, signed", "RGB"] {
      let (frame, here) = try encoded(name, syntax)
      let there = try await pool.encode(
        frame.samples, of: frame.description, in: syntax, options: CompressionOptions())
      #expect(there == here)
      let decoded = try await pool.decode(there.stream, in: syntax, as: there.description)
      #expect(decoded.samples == frame.samples)
      #expect(decoded.description == frame.description)
    }
    #expect(await pool.started == (FrameCodecs.isForeign(syntax) ? 1 : 0))
  }

  @Test("tells what it does and how each request ended, and nothing of the frame")
  func figures() async throws {
    let heard = Heard()
    let pool = CodecWorkerPool(
      executable: try #require(ServerProcess.executable), arguments: ["codec-worker"], size: 1,
      observe: { heard.note($0) })
    let (frame, encoded) = try encoded("8 bits", .jpegLSLossless)
    _ = try await pool.decode(encoded.stream, in: .jpegLSLossless, as: frame.description)
    await #expect(throws: PixelError.self) {
      try await pool.decode(Array(encoded.stream.prefix(20)), in: .jpegLSLossless, as: frame.description)
    }
    _ = try await pool.encode(
      frame.samples, of: frame.description, in: .rleLossless, options: CompressionOptions())
    #expect(heard.requests.map(\.operation) == [.decode, .decode, .encode])
    #expect(heard.requests.map(\.failure) == [nil, .malformedCodeStream, nil])
    #expect(heard.requests.map(\.syntax) == [.jpegLSLossless, .jpegLSLossless, .rleLossless])
    #expect(heard.requests.allSatisfy { $0.duration >= .zero })
    #expect(await pool.figures == CodecPoolFigures(workers: 1, busy: 0, waiting: 0))
  }

  private final class Heard: Sendable {
    private let noted = Mutex<[CodecRequest]>([])
    var requests: [CodecRequest] { noted.withLock { $0 } }
    func note(_ request: CodecRequest) { noted.withLock { $0.append(request) } }
  }

  @Test(
    "gives a worker one socket and one memory, no other file or connection, and nothing of this process's environment")
  func confinement() async throws {
    let pool = try Self.pool()
    let (frame, encoded) = try encoded("8 bits", .jpegLSLossless)
    _ = try await pool.decode(encoded.stream, in: .jpegLSLossless, as: frame.description)
    let process = "/proc/\(try #require(await pool.processIdentifiers.first))"
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(process)/fd")
      .map { try FileManager.default.destinationOfSymbolicLink(atPath: "\(process)/fd/\($0)") }
    #expect(files.count { $0.hasPrefix("socket:") } == 1, "\(files)")
    #expect(files.count { $0.hasPrefix("/memfd:") } == 1, "\(files)")
    #expect(
      files.filter { $0.hasPrefix("/") }.allSatisfy { $0 == "/dev/null" || $0.hasPrefix("/memfd:") }, "\(files)")
    let environment = try String(contentsOfFile: "\(process)/environ", encoding: .utf8).split(separator: "\0")
    let names = environment.map { $0.prefix { $0 != "=" } }
    #expect(Set(names).isSubset(of: ["SWIFT_BACKTRACE", "LD_LIBRARY_PATH"]), "\(names)")
  }

  @Test("takes from a worker what it needs no more: to open anything, to gain rights")
  func hardening() async throws {
    let pool = try Self.pool()
    let (frame, encoded) = try encoded("8 bits", .jpegLSLossless)
    _ = try await pool.decode(encoded.stream, in: .jpegLSLossless, as: frame.description)
    let process = "/proc/\(try #require(await pool.processIdentifiers.first))"
    let limits = try String(contentsOfFile: "\(process)/limits", encoding: .utf8).split(separator: "\n")
    let files = limits.first { $0.hasPrefix("Max open files") }?.split(separator: " ").dropFirst(3).prefix(2)
    #expect(files.map(Array.init) == ["0", "0"])
    let status = try String(contentsOfFile: "\(process)/status", encoding: .utf8).split(separator: "\n")
    #expect(status.contains("NoNewPrivs:\t1"))
  }

  @Test("tells an error as this process does, and goes on with the same worker")
  func errors() async throws {
    let pool = try Self.pool()
    let (frame, encoded) = try encoded("8 bits", .jpegLSLossless)
    var other = frame.description
    other.rows = 38
    await #expect(throws: PixelError.self) {
      try await pool.decode(encoded.stream, in: .jpegLSLossless, as: other)
    }
    let decoded = try await pool.decode(encoded.stream, in: .jpegLSLossless, as: frame.description)
    #expect(decoded.samples == frame.samples)
    #expect(await pool.started == 1)
  }

  @Test("serves many at once with few processes")
  func many() async throws {
    let pool = try Self.pool(size: 2)
    let (frame, encoded) = try encoded("RGB", .jpeg2000Lossless)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<24 {
        group.addTask {
          let decoded = try await pool.decode(encoded.stream, in: .jpeg2000Lossless, as: encoded.description)
          return decoded.samples == frame.samples
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
    #expect(await pool.started <= 2)
  }

  @Test("replaces a worker that died between requests, at nobody's cost")
  func idleDeath() async throws {
    let pool = try Self.pool()
    let (frame, encoded) = try encoded("8 bits", .jpegLossless)
    for _ in 0..<3 {
      let decoded = try await pool.decode(encoded.stream, in: .jpegLossless, as: encoded.description)
      #expect(decoded.samples == frame.samples)
      for worker in await pool.processIdentifiers {
        kill(worker, SIGKILL)
        // Gone for sure, and left for the pool to find.
        var information = siginfo_t()
        waitid(P_PID, id_t(worker), &information, WEXITED | WNOWAIT)
      }
    }
    #expect(await pool.started == 3)
  }

  @Test("loses one request to a crash, and says by which signal")
  func crash() async throws {
    let pool = Self.shell("head -c 1 <&3 >/dev/null; head -c 1 <&3 >/dev/null; kill -SEGV $$")
    let (_, encoded) = try encoded("8 bits", .jpegLossless)
    for _ in 0..<2 {
      await #expect {
        try await pool.decode(encoded.stream, in: .jpegLossless, as: encoded.description)
      } throws: { error in
        (error as? PixelError)?.code == .workerDied && "\(error)".contains("signal 11")
      }
    }
    #expect(await pool.started == 2)
  }

  @Test("stops a worker that hangs when its time is over, and says so")
  func hang() async throws {
    let pool = Self.shell("exec sleep 1000", clock: ImpatientClock())
    let (_, encoded) = try encoded("8 bits", .jpegLossless)
    await #expect {
      try await pool.decode(encoded.stream, in: .jpegLossless, as: encoded.description)
    } throws: { error in
      (error as? PixelError)?.code == .workerDied && "\(error)".contains("stopped after")
    }
  }

  @Test("does not believe a worker that talks nonsense")
  func nonsense() async throws {
    let pool = Self.shell("head -c 1 <&3 >/dev/null; printf 'abc' >&3; exec sleep 1000")
    let (_, encoded) = try encoded("8 bits", .jpegLossless)
    await #expect {
      try await pool.decode(encoded.stream, in: .jpegLossless, as: encoded.description)
    } throws: { error in
      (error as? PixelError)?.code == .workerDied && "\(error)".contains("nonsense")
    }
  }

  @Test("says when the program cannot be started")
  func missing() async throws {
    let pool = CodecWorkerPool(executable: "/nowhere/at/all", arguments: [], size: 1)
    let (_, encoded) = try encoded("8 bits", .jpegLossless)
    await #expect(throws: PixelError.self) {
      try await pool.decode(encoded.stream, in: .jpegLossless, as: encoded.description)
    }
  }

  @Test("gives a frame no more memory than it may have, and the next one its own")
  func memory() async throws {
    var limits = WorkerLimits()
    limits.memory = 1
    limits.memoryPerByte = 1
    let pool = try Self.pool(limits: limits)
    let large = try BuiltFrame("large", rows: 2000, columns: 2000, allocated: 16, stored: 12)
    await #expect(throws: PixelError.self) {
      try await pool.encode(
        large.samples, of: large.description, in: .jpeg2000Lossless, options: CompressionOptions())
    }
  }

  @Test("gives a frame no more processor time than it may have")
  func processorTime() async throws {
    var limits = WorkerLimits()
    limits.processorSeconds = 1
    let pool = try Self.pool(limits: limits)
    let large = try BuiltFrame("large", rows: 2400, columns: 2400, allocated: 16, noise: 30000)
    await #expect {
      try await pool.encode(large.samples, of: large.description, in: .jpegXLLossless, options: CompressionOptions())
    } throws: { error in
      "\(error)".contains("processor time")
    }
  }
}
