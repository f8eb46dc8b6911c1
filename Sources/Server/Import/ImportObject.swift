import ArchiveCore
import DICOM
import NIOCore
import Synchronization

/// An object found by an import: a proper Part 10 file, whatever it was before (PS3.10 §7.1).
struct ImportObject: Sendable {
  /// Path, or archive and entry; fit to be printed.
  var name: String
  /// Bytes in all, if they are known before they are read.
  var length: UInt64?
  /// What had to be forgiven to make it a Part 10 file.
  var leniencies: [Leniency]
  var bytes: ObjectBytes
  /// Where it comes from, if not from where the others do.
  var source: Source?
}

/// Where the bytes of an object come from.
protocol PieceReader: Sendable {
  /// The next piece; `nil` at the end. Throws `ImportError`.
  func nextPiece() async throws -> ByteBuffer?
}

/// Nothing behind what was read already.
struct NoPieces: PieceReader {
  func nextPiece() async throws -> ByteBuffer? { nil }
}

/// The bytes of one object: to be read once, by one reader, before the next object of the same source is asked for.
struct ObjectBytes: AsyncSequence, Sendable {
  /// What was read before it was known what it is, with the prefix it may have needed.
  private let opening: [ByteBuffer]
  private let rest: any PieceReader
  private let state = State()

  init(opening: [ByteBuffer], rest: any PieceReader) {
    self.opening = opening.filter { $0.readableBytes > 0 }
    self.rest = rest
  }

  /// Why the source could not give all bytes, once a reader has met it. Tells a bad file from a receiver in trouble.
  var failure: ImportError? { state.failure.withLock { $0 } }

  /// Bytes given out so far.
  var count: UInt64 { state.count.withLock { $0 } }

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(opening: opening.reversed(), rest: rest, state: state)
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var opening: [ByteBuffer]
    fileprivate let rest: any PieceReader
    fileprivate let state: State

    mutating func next() async throws -> ByteBuffer? {
      try Task.checkCancellation()
      var piece = opening.popLast()
      if piece == nil { piece = try await following() }
      guard let piece else { return nil }
      state.count.withLock { $0 &+= UInt64(piece.readableBytes) }
      return piece
    }

    private func following() async throws -> ByteBuffer? {
      do {
        return try await rest.nextPiece()
      } catch let error as ImportError {
        state.failure.withLock { $0 = error }
        throw error
      }
    }
  }

  /// Shared by the sequence and its one iterator.
  final class State: Sendable {
    let failure = Mutex<ImportError?>(nil)
    let count = Mutex<UInt64>(0)
  }
}

extension String {
  /// The text with control characters shown as U+FFFD, so that a file's name cannot speak to the terminal.
  var printable: String {
    guard unicodeScalars.contains(where: \.isControl) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "\u{FFFD}" : $0 }))
  }
}

extension Unicode.Scalar {
  /// C0, DEL, C1, and the marks that turn the direction of text.
  fileprivate var isControl: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
