import DICOM
import DICOMPixels
import DIMSE
import NIOCore

/// Sends imported objects to an application entity: Storage as SCU (PS3.4 Annex B).
///
/// Objects come one by one, so what the association must be able to carry is learned on the way: an object that needs a
/// presentation context which was not proposed gets a new association, which proposes what the ones before did as well.
actor PeerReceiver: ObjectReceiver {
  /// Longest file that is held to be transcoded, in bytes.
  static let maximumHeldLength = 1024 * 1024 * 1024

  private struct Need: Hashable {
    var sopClass: UID
    var syntax: TransferSyntax
  }

  private let peer: PeerOptions
  private let codecs: any FrameCoding
  private let mayTranscode: Bool
  private var proposed: [Need] = []
  private var association: ClientAssociation?

  /// Objects that went in another transfer syntax than the file's.
  private(set) var transcoded = 0

  init(_ peer: PeerOptions, codecs: any FrameCoding, mayTranscode: Bool) {
    self.peer = peer
    self.codecs = codecs
    self.mayTranscode = mayTranscode
  }

  func receive(_ object: ImportObject) async throws -> Reception {
    var pieces = object.bytes.makeAsyncIterator()
    let opening: ObjectOpening
    do {
      opening = try await ObjectOpening(&pieces)
    } catch let error as DICOMError {
      return .settled(.refused("cannot be read: \(error)"))
    }
    let association = try await association(for: opening.sopClass, opening.syntax)
    if let context = association.presentationContext(for: opening.sopClass, in: [opening.syntax]) {
      let rest = DataSetPieces(first: opening.dataSet, rest: pieces)
      return .settled(try await store(opening, over: association, context, rest))
    }
    guard let context = association.presentationContext(for: opening.sopClass, in: PeerSyntaxes.native) else {
      let isKnown = association.presentationContext(for: opening.sopClass) != nil
      return .settled(
        .refused(
          isKnown
            ? "the peer takes it in no transfer syntax it could be sent in" : "the peer does not take its SOP class"))
    }
    guard mayTranscode else {
      return .settled(.refused("the peer does not take \(opening.syntax.name), and transcoding was not wanted"))
    }
    var held = opening.bytes
    while let piece = try await pieces.next() {
      guard held.count + piece.readableBytes <= Self.maximumHeldLength else {
        return .settled(.refused("too long to be transcoded"))
      }
      held += piece.readableBytesView
    }
    let bytes: ByteBuffer
    do {
      let file = try await Transcoder(codecs: codecs).transcode(held, to: context.transferSyntax).file
      bytes = ByteBuffer(bytes: file.dropFirst(FileMeta.length(in: file) ?? 0))
    } catch let error as PixelError {
      return .settled(.refused("cannot be transcoded: \(error)"))
    } catch let error as DICOMError {
      return .settled(.refused("cannot be transcoded: \(error)"))
    }
    transcoded += 1
    return .settled(try await store(opening, over: association, context, AsyncStream(one: bytes)))
  }

  func settle() async throws -> [ObjectOutcome] { [] }

  func finish() async {
    try? await association?.release()
    association = nil
  }

  private func store<Pieces: AsyncSequence>(
    _ opening: ObjectOpening, over association: ClientAssociation, _ context: PresentationContext, _ pieces: Pieces
  ) async throws -> ObjectOutcome where Pieces.Element == ByteBuffer {
    let command = CStoreCommand(sopClass: opening.sopClass, sopInstance: opening.sopInstance)
    let status: DIMSEStatus
    do {
      status = try await association.cStore(command, in: context, dataSet: pieces).status
    } catch let error as AssociationError {
      self.association = nil
      throw PeerFailure.failure(error, peer.peer, calling: peer.calling.title)
    } catch {
      // The file could not be read to its end, so the association was cut; the next object gets another one.
      self.association = nil
      throw error
    }
    return status.category == .success || status.category == .warning
      ? .stored : .refused("the peer answered \(status)")
  }

  /// The association, with a context for the class and syntax among those it was asked for.
  private func association(for sopClass: UID, _ syntax: TransferSyntax) async throws -> ClientAssociation {
    let needs = ([syntax] + (mayTranscode ? PeerSyntaxes.native : [])).map { Need(sopClass: sopClass, syntax: $0) }
    let missing = needs.filter { !proposed.contains($0) }
    if let association, missing.isEmpty { return association }
    proposed += missing
    proposed.removeFirst(max(proposed.count - DIMSEClient.maximumContexts, 0))
    try? await association?.release()
    association = nil
    let opened = try await peer.connect(proposed.map { ($0.sopClass, [$0.syntax.uid]) })
    association = opened
    return opened
  }
}

/// A data set that has been begun, and what follows.
private struct DataSetPieces: AsyncSequence, Sendable {
  let first: ByteBuffer
  let rest: ObjectBytes.AsyncIterator

  func makeAsyncIterator() -> Iterator { Iterator(first: first, rest: rest) }

  struct Iterator: AsyncIteratorProtocol {
    var first: ByteBuffer?
    var rest: ObjectBytes.AsyncIterator

    mutating func next() async throws -> ByteBuffer? {
      if let begun = first {
        first = nil
        return begun
      }
      return try await rest.next()
    }
  }
}

extension AsyncStream<ByteBuffer> {
  fileprivate init(one buffer: ByteBuffer) {
    self.init { stream in
      stream.yield(buffer)
      stream.finish()
    }
  }
}
