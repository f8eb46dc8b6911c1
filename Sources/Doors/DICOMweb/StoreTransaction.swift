import ArchiveCore
import DICOM
import DICOMweb
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The instances of one store request on their way into the archive, and what became of each.
struct StoreTransaction {
  private let delivery: Delivery
  private let study: StudyUID?
  private let root: ServiceRoot
  private let configuration: DICOMwebConfiguration
  private let metrics = DoorMetrics(door: "dicomweb")
  private var staged: [StagedInstance] = []
  private var stagedBytes: UInt64 = 0
  private var studies: Set<StudyUID> = []
  private var response = StoreResponse()
  /// Stored instances whose same content was here before.
  private var alreadyStored = 0
  private var refusals: [ArchiveError] = []

  init(_ delivery: Delivery, study: StudyUID?, root: ServiceRoot, _ configuration: DICOMwebConfiguration) {
    self.delivery = delivery
    self.study = study
    self.root = root
    self.configuration = configuration
  }

  /// Whether any instance has arrived whole.
  var hasTakenAny: Bool { !staged.isEmpty || !response.stored.isEmpty }

  /// Takes one Part 10 file. A refusal of it does not hinder the others.
  mutating func take<Bytes: AsyncSequence & Sendable>(_ bytes: Bytes) async where Bytes.Element == ByteBuffer {
    let beginning = PartBeginning()
    do {
      let observed = ObservedBytes(source: CompletedPart10(source: bytes), beginning: beginning)
      staged.append(try await delivery.stage(observed, as: .part10, within: study))
      stagedBytes &+= beginning.length
    } catch {
      let identity = beginning.identity
      refuse(error, sopClass: identity?.sopClass, instance: identity?.instance)
    }
    if staged.count >= configuration.instancesPerSettlement || stagedBytes >= configuration.bytesPerSettlement {
      await settle()
    }
  }

  /// Makes what was taken durable, or notes that it is not stored.
  mutating func settle() async {
    let settling = staged
    staged = []
    stagedBytes = 0
    guard !settling.isEmpty else { return }
    do {
      let outcomes = try await delivery.settle()
      metrics.stored(outcomes)
      for outcome in outcomes { add(outcome) }
    } catch {
      for instance in settling { refuse(error, sopClass: instance.sopClass, instance: instance.instance.value) }
    }
  }

  mutating func refuse(_ error: any Error, sopClass: String? = nil, instance: String? = nil) {
    let error = error as? ArchiveError ?? ArchiveError(.unavailable, "the instance could not be stored")
    refusals.append(error)
    metrics.refused()
    response.failed.append(StoreResponse.Failed(sopClass: sopClass, instance: instance, reason: FailureReason(error)))
  }

  private mutating func add(_ outcome: IngestOutcome) {
    studies.insert(outcome.study)
    if outcome.kind == .alreadyStored { alreadyStored += 1 }
    let isKeptAside = outcome.kind == .quarantined
    response.stored.append(
      StoreResponse.Stored(
        sopClass: outcome.sopClass, instance: outcome.instance.value,
        retrieveURL: isKeptAside
          ? nil : root.instance(outcome.instance.value, of: outcome.series.value, in: outcome.study.value),
        warning: isKeptAside ? .conflictingContent : nil))
  }

  /// - Throws: when there was nothing to store, or the store cannot be written at all.
  func answer(_ contentType: String) throws -> Response {
    if response.stored.isEmpty {
      if refusals.isEmpty { throw DICOMwebError(.badRequest, "the request holds no instance") }
      if let first = refusals.first, refusals.allSatisfy({ $0.code == .unavailable }) { throw first }
    }
    var response = response
    if studies.count == 1, let study = studies.first { response.studyURL = root.study(study.value) }
    var headers: HTTPFields = [.contentType: contentType]
    if let name = HTTPField.Name(DICOMwebDoor.alreadyStoredField) { headers[name] = "\(alreadyStored)" }
    return Response(
      status: response.status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: DICOMJSON.encode(response.dataSet))))
  }
}

extension FailureReason {
  /// The reason that a refusal of the archive amounts to (PS3.18 Table I.2-2).
  init(_ error: ArchiveError) {
    switch error.code {
    case .notUnderstood, .interrupted: self = .cannotUnderstand
    case .missingIdentity: self = .dataSetDoesNotMatchSOPClass
    case .identityMismatch: self = .dataSetDoesNotMatchStudy
    case .limitExceeded: self = .limitExceeded
    case .forbidden: self = .notAuthorized
    case .outOfSpace, .unavailable: self = .outOfResources
    case .unsupported: self = .sopClassNotSupported
    case .notFound, .badRequest, .damaged: self = .processingFailure
    }
  }
}

/// The first bytes of an arriving file and its length so far: enough to say which instance was refused.
final class PartBeginning: Sendable {
  /// Bytes kept: file meta information is never longer.
  static let keptLength = 16 * 1024

  private let state = Mutex<(kept: ByteBuffer, length: UInt64)>((ByteBuffer(), 0))

  var length: UInt64 { state.withLock { $0.length } }

  func note(_ bytes: ByteBuffer) {
    state.withLock { state in
      state.length &+= UInt64(bytes.readableBytes)
      let missing = Self.keptLength - state.kept.readableBytes
      guard missing > 0, let slice = bytes.getSlice(at: bytes.readerIndex, length: min(missing, bytes.readableBytes))
      else { return }
      if state.kept.readableBytes == 0 { state.kept = slice } else { state.kept.writeImmutableBuffer(slice) }
    }
  }

  /// Class and instance as the file meta information says them (PS3.10 §7.1).
  var identity: (sopClass: String?, instance: String)? {
    let kept = state.withLock { $0.kept }
    var reader = HeaderReader()
    // Where the reader stops is no matter: what it has read of the file meta information counts.
    try? kept.withUnsafeReadableBytes { bytes throws(DICOMError) in try reader.consume(bytes) }
    guard let meta = reader.fileMeta, let instance = meta.string(.mediaStorageSOPInstanceUID),
      UID(validating: instance) != nil
    else { return nil }
    return (meta.string(.mediaStorageSOPClassUID), instance)
  }
}

/// Bytes passing by an observer of their beginning.
struct ObservedBytes<Source: AsyncSequence & Sendable>: AsyncSequence, Sendable where Source.Element == ByteBuffer {
  typealias Element = ByteBuffer
  typealias Failure = any Error

  let source: Source
  let beginning: PartBeginning

  struct AsyncIterator: AsyncIteratorProtocol {
    var source: Source.AsyncIterator
    let beginning: PartBeginning

    mutating func next() async throws -> ByteBuffer? {
      guard let bytes = try await source.next(isolation: #isolation) else { return nil }
      beginning.note(bytes)
      return bytes
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source.makeAsyncIterator(), beginning: beginning) }
}
