import DIMSE
import Foundation
import TestKit
import Testing

/// One traced system call that matters here: what it did to which file or socket.
private struct TracedCall {
  var name: String
  /// The path, or the socket's two ends.
  var target: String
  /// Lines of the trace at which it began and had returned.
  var began: Int
  var ended: Int

  var isSync: Bool { name == "fdatasync" || name == "fsync" }
  var isWrite: Bool { name.hasPrefix("pwrite") }
  var isDelivery: Bool { target.contains("/deliveries/") }
  var isJournal: Bool { target.hasSuffix("-wal") }

  /// Reads what `strace -f -yy` wrote: `PID name(3</path>, …) = 0`, or the same in two halves.
  static func read(_ trace: String) -> [TracedCall] {
    var calls: [TracedCall] = []
    var unfinished: [String: Int] = [:]
    for (line, text) in trace.split(separator: "\n").enumerated() {
      let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard words.count == 2 else { continue }
      let (thread, rest) = (String(words[0]), words[1].drop { $0 == " " })
      if rest.hasPrefix("<... ") {
        if let index = unfinished.removeValue(forKey: thread) { calls[index].ended = line }
        continue
      }
      guard let parenthesis = rest.firstIndex(of: "("), let open = rest.firstIndex(of: "<"), open > parenthesis else {
        continue
      }
      let after = rest[rest.index(after: open)...]
      // A socket's ends hold a ">" of their own.
      let end = after.range(of: "]>")?.lowerBound ?? after.firstIndex(of: ">") ?? after.endIndex
      let isSocket = after.hasPrefix("TCP:") || after.hasPrefix("TCPv6:")
      let target = isSocket ? after[..<end] : after[..<(after.firstIndex(of: ">") ?? after.endIndex)]
      calls.append(
        TracedCall(name: String(rest[..<parenthesis]), target: String(target), began: line, ended: line))
      if rest.hasSuffix("<unfinished ...>") { unfinished[thread] = calls.count - 1 }
    }
    return calls
  }
}

private enum Tracer {
  static let path = Peer.path(of: "strace")

  /// Whether there is a tracer and it may trace.
  static let works: Bool = {
    guard let path else { return false }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["-f", "-D", "-o", "/dev/null", "true"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  /// Runs a server under the tracer, `body`, and stops it.
  static func calls(during body: (ServerProcess) async throws -> Void) async throws -> [TracedCall] {
    let folder = try TemporaryFolder()
    let trace = folder.path + "/trace"
    let server = try await ServerProcess.start(wrapper: [
      path ?? "strace", "-f", "-D", "-yy", "-s", "0", "-o", trace, "-e",
      "trace=openat,pwrite64,pwritev,write,writev,fdatasync,fsync,sendto,sendmsg,rename,renameat,renameat2",
    ])
    try await body(server)
    #expect(await server.stop() == 0)
    return TracedCall.read(String(decoding: try folder.contents(of: "trace"), as: UTF8.self))
  }
}

@Suite(
  "The order of syncs", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"),
  .enabled(if: Tracer.works, "strace is missing, or may not trace"))
struct SyncOrderTests {
  /// Between the request and the answer: the container written and synced, then the catalog written and synced.
  private static func examine(_ calls: ArraySlice<TracedCall>, _ answer: TracedCall, isFirst: Bool) throws {
    let written = try #require(calls.last { $0.isWrite && $0.isDelivery }, "nothing was written to a container")
    let synced = try #require(
      calls.first { $0.isSync && $0.isDelivery && $0.began > written.began },
      "the container is not synced after its last write")
    let committed = try #require(
      calls.last { $0.isWrite && $0.isJournal }, "nothing was committed")
    let durable = try #require(
      calls.first { $0.isSync && $0.isJournal && $0.began >= committed.ended },
      "the catalog is not synced after its last write")
    let firstCommit = try #require(calls.first { $0.isWrite && $0.isJournal && $0.began > written.began })
    #expect(written.ended <= synced.began)
    #expect(synced.ended < firstCommit.began, "the catalog is told before the bytes are durable")
    #expect(durable.ended < answer.began, "the answer leaves before the catalog is durable")
    if isFirst {
      let named = calls.first { $0.name == "fsync" && $0.target.hasSuffix("/deliveries") }
      let name = try #require(named, "a new container's name is not synced")
      #expect(name.ended < firstCommit.began)
    }
  }

  @Test("of a C-STORE is container, catalog, answer; of the next one on the association too")
  func cStore() async throws {
    var port = 0
    let calls = try await Tracer.calls { server in
      port = server.dicomPort
      try await Sender(to: server).send([SmallObject(study: 1), SmallObject(study: 1, instance: 2)]) { _ in }
    }
    // A-ASSOCIATE-AC, two C-STORE-RSP, A-RELEASE-RP.
    let sent = calls.indices.filter { calls[$0].target.contains(":\(port)->") && !calls[$0].isSync }
    try #require(sent.count == 4, "\(sent.map { calls[$0] })")
    try Self.examine(calls[sent[0]..<sent[1]], calls[sent[1]], isFirst: true)
    try Self.examine(calls[sent[1]..<sent[2]], calls[sent[2]], isFirst: false)
  }

  @Test("of a STOW-RS request with several instances is container, catalog, answer")
  func stow() async throws {
    var port = 0
    let calls = try await Tracer.calls { server in
      port = server.httpPort
      let files = try (1...5).map { try SmallObject(study: 1, instance: $0).file() }
      let answer = try await Web(server).store(files)
      #expect(answer.status == 200)
    }
    let received = try #require(calls.firstIndex { $0.isWrite && $0.isDelivery })
    let sent = try #require(
      calls.firstIndex { $0.target.contains(":\(port)->") && $0.began > calls[received].began })
    try Self.examine(calls[..<sent], calls[sent], isFirst: true)
  }
}
