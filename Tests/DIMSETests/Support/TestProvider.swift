import DICOM
import DIMSE
import NIOCore
import Synchronization

/// Answers everything the tests ask, and remembers what it was sent.
final class TestProvider: DIMSEServiceProvider {
  struct Stored: Equatable, Sendable {
    var command: CStoreCommand
    var transferSyntax: UID
    var bytes: ByteBuffer
  }

  struct Refusal: Error {}

  static let verification: UID = "1.2.840.10008.1.1"
  static let ctImage: UID = "1.2.840.10008.5.1.4.1.1.2"
  static let secondaryCapture: UID = "1.2.840.10008.5.1.4.1.1.7"
  static let studyRootFind: UID = "1.2.840.10008.5.1.4.1.2.2.1"
  static let studyRootMove: UID = "1.2.840.10008.5.1.4.1.2.2.2"
  static let studyRootGet: UID = "1.2.840.10008.5.1.4.1.2.2.3"
  static let storageCommitment: UID = "1.2.840.10008.1.20.1"
  static let explicitLittle: UID = "1.2.840.10008.1.2.1"
  static let implicitLittle: UID = "1.2.840.10008.1.2"

  private let stored = Mutex<[Stored]>([])
  /// A C-STORE of this class is held until the gate opens.
  let gate = Gate()
  let matches: Int
  /// The subjects of the certificates that callers have shown.
  private let subjects = Mutex<[String?]>([])

  init(matches: Int = 3) {
    self.matches = matches
  }

  var callers: [String?] { subjects.withLock { $0 } }
  var instances: [Stored] { stored.withLock { $0 } }

  func negotiate(
    _ request: AssociateRequest, peer: SocketAddress?, security: SecureConnection?
  ) async -> AssociateDecision {
    subjects.withLock { $0.append(security?.peerCertificate?.subject) }
    guard request.calledAETitle != "REFUSED" else { return .reject(.init(.permanent, .calledAETitleNotRecognized)) }
    let known: Set<UID> = [
      TestProvider.verification, TestProvider.ctImage, TestProvider.secondaryCapture, TestProvider.studyRootFind,
      TestProvider.studyRootGet, TestProvider.studyRootMove, TestProvider.storageCommitment,
    ]
    return .accept(
      request.acceptance(allowsRole: { _ in true }) { proposal in
        guard known.contains(proposal.abstractSyntax) else { return .refuse(.abstractSyntaxNotSupported) }
        for syntax in [TestProvider.explicitLittle, TestProvider.implicitLittle]
        where proposal.transferSyntaxes.contains(syntax) {
          return .accept(syntax)
        }
        return .refuse(.transferSyntaxesNotSupported)
      })
  }

  func handle(_ request: DIMSERequest, over association: ServerAssociation) async throws {
    switch request.command {
    case .cEcho: try await association.send(request.response(.success))
    case .cStore(let command):
      var isUnsteady = false
      switch command.sopInstance {
      case "1.2.999.1": throw Refusal()
      case "1.2.999.2": return
      case "1.2.999.3":
        return try await association.send(
          request.response(.outOfResources, errorComment: "Disk full", offendingElements: [0x7FE0_0010]))
      case "1.2.999.4": await gate.wait()
      case "1.2.999.5": isUnsteady = true
      default: break
      }
      var bytes = ByteBuffer()
      for try await piece in request.dataSet {
        bytes.writeImmutableBuffer(piece)
        if isUnsteady, Bool.random() { try await Task.sleep(for: .microseconds(Int.random(in: 1...3000))) }
      }
      stored.withLock {
        $0.append(
          Stored(command: command, transferSyntax: request.presentationContext.transferSyntax.uid, bytes: bytes))
      }
      try await association.send(request.response(.success))
    case .cFind:
      let identifier = try await request.dataSet.collect(upTo: 1 << 20)
      for _ in 0..<matches {
        if association.isCancelled(request) { return try await association.send(request.response(.cancelled)) }
        if matches > 10_000 { try await Task.sleep(for: .microseconds(200)) }
        try await association.send(request.response(.pending, dataSet: identifier))
      }
      try await association.send(request.response(.success))
    case .cGet:
      var counts = SubOperationCounts(remaining: UInt16(instances.count))
      for instance in instances {
        guard
          let context = association.contextForStoring(
            instance.command.sopClass, in: TransferSyntax(uid: instance.transferSyntax))
        else {
          counts.remaining -= 1
          counts.failed += 1
          continue
        }
        let outcome = try await association.store(
          instance.command, in: context, dataSet: ByteBufferSequence([instance.bytes]))
        counts.remaining -= 1
        if outcome.status == .success { counts.completed += 1 } else { counts.failed += 1 }
        try await association.send(request.response(.pending, subOperations: counts))
      }
      try await association.send(request.response(.success, subOperations: counts))
    case .cMove(_, let destination):
      try await association.send(
        request.response(
          destination == "KNOWN" ? .success : .moveDestinationUnknown, subOperations: .init(remaining: 0)))
    case .normalized:
      try await association.send(request.response(.success, dataSet: request.dataSet.collect(upTo: 1 << 16)))
    }
  }
}

/// Holds tasks until it is opened.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [CheckedContinuation<Void, Never>] = []
    var arrivals: [CheckedContinuation<Void, Never>] = []
    var hasArrived = false
  }
  private let state = Mutex(State())

  func wait() async {
    await withCheckedContinuation { continuation in
      let (isOpen, arrivals) = state.withLock { state in
        state.hasArrived = true
        if !state.isOpen { state.waiting.append(continuation) }
        defer { state.arrivals = [] }
        return (state.isOpen, state.arrivals)
      }
      for arrival in arrivals { arrival.resume() }
      if isOpen { continuation.resume() }
    }
  }

  /// Returns once somebody waits.
  func arrival() async {
    await withCheckedContinuation { continuation in
      let hasArrived = state.withLock { state in
        if !state.hasArrived { state.arrivals.append(continuation) }
        return state.hasArrived
      }
      if hasArrived { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

/// Buffers at hand as the stream a sender wants.
struct ByteBufferSequence: AsyncSequence, Sendable {
  let buffers: [ByteBuffer]

  init(_ buffers: [ByteBuffer]) {
    self.buffers = buffers
  }

  struct Iterator: AsyncIteratorProtocol {
    var rest: ArraySlice<ByteBuffer>
    mutating func next() async -> ByteBuffer? { rest.popFirst() }
  }

  func makeAsyncIterator() -> Iterator { Iterator(rest: buffers[...]) }
}

extension TestProvider {
  func remember(_ command: CStoreCommand, _ bytes: ByteBuffer) async {
    stored.withLock {
      $0.append(Stored(command: command, transferSyntax: TestProvider.explicitLittle, bytes: bytes))
    }
  }
}

extension ByteBuffer {
  /// Slices of `size` bytes, the last one shorter.
  func chunks(of size: Int) -> [ByteBuffer] {
    var rest = self
    var chunks: [ByteBuffer] = []
    while rest.readableBytes > 0, let chunk = rest.readSlice(length: Swift.min(size, rest.readableBytes)) {
      chunks.append(chunk)
    }
    return chunks
  }
}

/// The same chunk again and again, counting how often it was taken.
final class CountingSequence: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  private let chunk: ByteBuffer
  private let count: Int
  private let progress = Mutex(0)

  init(chunk: ByteBuffer, count: Int) {
    self.chunk = chunk
    self.count = count
  }

  var taken: Int { progress.withLock { $0 } }

  struct Iterator: AsyncIteratorProtocol {
    let sequence: CountingSequence
    mutating func next() async -> ByteBuffer? {
      let goesOn = sequence.progress.withLock { taken in
        taken += 1
        return taken <= sequence.count
      }
      return goesOn ? sequence.chunk : nil
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(sequence: self) }
}
