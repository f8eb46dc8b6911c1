import DICOM
import DIMSE
import NIOCore
import NIOPosix
import Synchronization

/// Events of a server, waited for one by one.
final class EventLog: Sendable {
  private struct State {
    var events: [DIMSEServerEvent] = []
    var waiter: CheckedContinuation<Void, Never>?
  }
  private let state = Mutex(State())

  func record(_ event: DIMSEServerEvent) {
    let waiter = state.withLock { state in
      state.events.append(event)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Waits for the first event `match` answers something for.
  func first<Result>(_ match: (DIMSEServerEvent) -> Result?) async -> Result {
    while true {
      let events = state.withLock { $0.events }
      if let result = events.lazy.compactMap(match).first { return result }
      let seen = events.count
      await withCheckedContinuation { continuation in
        let isLate = state.withLock { state in
          if state.events.count == seen { state.waiter = continuation }
          return state.events.count != seen
        }
        if isLate { continuation.resume() }
      }
    }
  }

  func firstEnd() async -> AssociationError {
    await first { if case .connectionEnded(let end, _) = $0 { end } else { nil } }
  }
}

/// Runs a server on a free port while `body` runs.
func withServer<Result>(
  _ provider: any DIMSEServiceProvider = TestProvider(),
  configure: (inout DIMSEServerConfiguration) -> Void = { _ in },
  _ body: (_ server: DIMSEServer, _ port: Int, _ events: EventLog) async throws -> Result
) async throws -> Result {
  var configuration = DIMSEServerConfiguration()
  configuration.port = 0
  configure(&configuration)
  let events = EventLog()
  let server = try await DIMSEServer.bind(configuration, provider: provider) { events.record($0) }
  let port = server.port ?? 0
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.run() }
    let result = try await body(server, port, events)
    server.shutdown(grace: .seconds(1))
    try await group.waitForAll()
    return result
  }
}

/// A client of `withServer` with the contexts the tests use.
func client(port: Int, called: AETitle = "ISOCENTER") -> DIMSEClient.Configuration {
  let syntaxes = [TestProvider.explicitLittle, TestProvider.implicitLittle]
  var configuration = DIMSEClient.Configuration(
    host: "127.0.0.1", port: port, callingAETitle: "TESTS", calledAETitle: called,
    presentationContexts: DIMSEClient.proposals([
      (TestProvider.verification, [TestProvider.implicitLittle]), (TestProvider.ctImage, syntaxes),
      (TestProvider.secondaryCapture, syntaxes), (TestProvider.studyRootFind, syntaxes),
      (TestProvider.studyRootGet, syntaxes), (TestProvider.studyRootMove, syntaxes),
      (TestProvider.storageCommitment, syntaxes), ("1.2.840.10008.9.9.9", syntaxes),
    ]))
  configuration.roleSelections = [RoleSelection(sopClass: TestProvider.ctImage, isSCU: true, isSCP: true)]
  return configuration
}

/// A port nobody listens on just now.
func unusedPort() async throws -> Int {
  let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .bind(host: "127.0.0.1", port: 0).get()
  let port = channel.localAddress?.port ?? 0
  try await channel.close()
  return port
}

/// Connects to a peer that is starting: tries for ten seconds.
func connectWhenReady(_ configuration: DIMSEClient.Configuration) async throws -> ClientAssociation {
  for _ in 0..<200 {
    if let association = try? await DIMSEClient.connect(configuration) { return association }
    try await Task.sleep(for: .milliseconds(50))
  }
  return try await DIMSEClient.connect(configuration)
}

/// What a trace has recorded.
final class Entries: Sendable {
  private let state = Mutex<[TraceEntry]>([])

  func add(_ entry: TraceEntry) { state.withLock { $0.append(entry) } }
  var all: [TraceEntry] { state.withLock { $0 } }
}
