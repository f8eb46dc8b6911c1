import NIOCore

/// Bytes that belong into a file one behind the other and are not written yet; held, not copied.
struct PendingWrites: Sendable {
  private(set) var pieces: [ByteBuffer] = []
  /// Where the first of them belongs.
  private(set) var offset: UInt64
  private(set) var byteCount: UInt64 = 0

  init(at offset: UInt64) { self.offset = offset }

  /// Where the next piece belongs.
  var end: UInt64 { offset + byteCount }
  var isEmpty: Bool { byteCount == 0 }

  mutating func append(_ piece: ByteBuffer) {
    guard piece.readableBytes > 0 else { return }
    pieces.append(piece)
    byteCount += UInt64(piece.readableBytes)
  }

  /// Puts another piece of the same length in the place of the one that starts at `start`.
  ///
  /// - Returns: whether there was one, or else it is in the file already.
  mutating func replace(pieceAt start: UInt64, with piece: ByteBuffer) -> Bool {
    var position = end
    for index in pieces.indices.reversed() {
      position -= UInt64(pieces[index].readableBytes)
      if position == start, pieces[index].readableBytes == piece.readableBytes {
        pieces[index] = piece
        return true
      }
      if position <= start { return false }
    }
    return false
  }

  /// Forgets everything from `start` on, which is the start of a piece or lies in the file already; the next piece
  /// belongs there.
  mutating func cut(to start: UInt64) {
    while byteCount > 0, end > start { byteCount -= UInt64(pieces.removeLast().readableBytes) }
    if byteCount == 0 { offset = start }
  }

  /// Writes them in as few calls as possible. Nothing changes here, so it can be repeated when it failed.
  func write(to file: any File) throws(FileError) {
    // Each storage outlives the call because `pieces` holds it, and nobody can change it meanwhile for the same reason.
    try withExtendedLifetime(pieces) { () throws(FileError) in
      let regions = pieces.map { piece in
        piece.withUnsafeReadableBytesWithStorageManagement { bytes, _ in bytes }
      }
      try file.writeFully(regions, at: offset)
    }
  }

  /// They are written.
  mutating func clear() {
    offset = end
    byteCount = 0
    pieces.removeAll(keepingCapacity: true)
  }
}
