import DICOM
import DIMSE
import NIOCore
import Synchronization
import TestKit

/// A modality: an association that sends small objects.
struct Sender: Sendable {
  static let secondaryCapture: UID = "1.2.840.10008.5.1.4.1.1.7"
  static let multiFrame: UID = "1.2.840.10008.5.1.4.1.1.7.2"
  static let find: UID = "1.2.840.10008.5.1.4.1.2.2.1"

  let server: ServerProcess
  var callingAETitle: AETitle = "SENDER"

  init(to server: ServerProcess) { self.server = server }

  var configuration: DIMSEClient.Configuration {
    var configuration = DIMSEClient.Configuration(
      host: "127.0.0.1", port: server.dicomPort, callingAETitle: callingAETitle, calledAETitle: "ISOCENTER",
      presentationContexts: DIMSEClient.proposals(
        [Self.secondaryCapture, Self.multiFrame, Self.find].map {
          ($0, [TransferSyntax.explicitVRLittleEndian.uid])
        }))
    configuration.idleTimeout = .seconds(120)
    return configuration
  }

  struct NoContext: Error {}

  /// Sends objects on one association and calls `acknowledged` for each that the server said it has.
  func send(
    _ objects: some Sequence<SmallObject>, acknowledged: (SmallObject) -> Void
  ) async throws {
    try await DIMSEClient.withAssociation(configuration) { association in
      for object in objects {
        if try await Self.store(object, over: association).status == .success { acknowledged(object) }
      }
    }
  }

  static func store(_ object: SmallObject, over association: ClientAssociation) async throws -> StoreOutcome {
    try await store(
      Chunks(try object.encoded()), sopClass: object.sopClass, instance: object.instance, over: association)
  }

  static func store<Bytes: AsyncSequence & Sendable>(
    _ bytes: Bytes, sopClass: UID, instance: String, over association: ClientAssociation
  ) async throws -> StoreOutcome where Bytes.Element == ByteBuffer {
    guard let context = association.presentationContext(for: sopClass) else { throw NoContext() }
    return try await association.cStore(
      CStoreCommand(sopClass: sopClass, sopInstance: UID(rawValue: instance)), in: context, dataSet: bytes)
  }
}

/// What has been acknowledged so far.
final class Acknowledged: Sendable {
  private let known = Mutex<[SmallObject]>([])

  func add(_ object: SmallObject) { known.withLock { $0.append(object) } }
  var objects: [SmallObject] { known.withLock { $0 } }
}

extension Sender {
  static func buffer(_ bytes: [UInt8]) -> ByteBuffer { ByteBuffer(bytes: bytes) }
}
