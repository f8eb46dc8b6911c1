import ArchiveCore
import DICOM
import NIOCore

/// An instance in another transfer syntax than it is stored in, ready to be given: a new header, pieces of the payload, and
/// pixel data from where it was transcoded to.
struct TranscodedInstance: Sendable {
  enum Piece: Sendable {
    /// Literal bytes, and ranges of the instance's payload.
    case stored(DataSetSegment)
    /// So many bytes from the beginning of a scratch file.
    case pixels(any ScratchFile, length: UInt64)

    var length: UInt64 {
      switch self {
      case .stored(let segment): segment.length
      case .pixels(_, let length): length
      }
    }
  }

  /// Most bytes of a file that are read at a time.
  static let pieceLength: UInt64 = 256 * 1024

  let reference: InstanceReference
  let syntax: TransferSyntax
  var pieces: [Piece]

  var length: UInt64 { pieces.reduce(0) { $0 &+ $1.length } }

  /// All of it, or the bytes of a range.
  func bytes(_ wanted: Range<UInt64>? = nil, from archive: Archive) -> RecordBytes {
    let wanted = (wanted ?? 0..<length).clamped(to: 0..<length)
    return RecordBytes(length: UInt64(wanted.count)) { given in
      try await chunk(at: wanted.lowerBound + given, before: wanted.upperBound, from: archive)
    }
  }

  private func chunk(at offset: UInt64, before end: UInt64, from archive: Archive) async throws -> ByteBuffer? {
    var passed: UInt64 = 0
    for piece in pieces {
      let next = passed + piece.length
      guard offset < next else {
        passed = next
        continue
      }
      let upper = min(end, next, offset + Self.pieceLength)
      let inside = (offset - passed)..<(upper - passed)
      switch piece {
      case .pixels(let file, _): return try await file.read(inside)
      case .stored(.bytes(let bytes)):
        return ByteBuffer(bytes: bytes[Int(clamping: inside.lowerBound)..<Int(clamping: inside.upperBound)])
      case .stored(.payload(let range)):
        var chunk = ByteBuffer()
        let part = (range.lowerBound + inside.lowerBound)..<(range.lowerBound + inside.upperBound)
        for try await bytes in try await archive.bytes(of: reference, part) { chunk.writeImmutableBuffer(bytes) }
        return chunk
      }
    }
    return nil
  }
}
