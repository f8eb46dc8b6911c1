import ArchiveCore
import NIOCore

/// Reads stretches of one payload, and checks every block it touches. Blocks.
struct RecordReader: Sendable {
  /// Bytes given at once, at most.
  static let chunkLength: UInt64 = 262_144
  /// When the checksums lie no farther than this behind the bytes, both are read in one call.
  static let neighbourhood: UInt64 = 4_096

  private let file: any File
  private let location: RecordLocation
  private let seed: UInt32

  init(_ file: any File, _ location: RecordLocation) {
    self.file = file
    self.location = location
    seed = BlockChecksums.seed(container: location.container, payloadOffset: location.offset)
  }

  /// The bytes from `position` on, up to `end` at most, in whole blocks but for the first and the last.
  func chunk(from position: UInt64, upTo end: UInt64) throws(ArchiveError) -> ByteBuffer {
    let blockLength = UInt64(RecordFormat.blockLength)
    let firstBlock = position / blockLength
    let start = firstBlock * blockLength
    let chunkEnd = min(end, start + RecordReader.chunkLength)
    let endBlock = (chunkEnd + blockLength - 1) / blockLength
    let count = Int(min(endBlock * blockLength, location.length) - start)
    let tableOffset = RecordFormat.aligned(location.offset + location.length) + 4 * firstBlock
    let tableCount = 4 * Int(endBlock - firstBlock)

    var bytes: ByteBuffer
    var table: ByteBuffer
    let gap = Int(tableOffset - location.offset - start) - count
    if gap <= RecordReader.neighbourhood {
      bytes = try read(at: location.offset + start, count: count + gap + tableCount)
      table = bytes.getSlice(at: bytes.readerIndex + count + gap, length: tableCount) ?? ByteBuffer()
      bytes.moveWriterIndex(to: bytes.readerIndex + count)
    } else {
      bytes = try read(at: location.offset + start, count: count)
      table = try read(at: tableOffset, count: tableCount)
    }

    var expected: [UInt32] = []
    expected.reserveCapacity(tableCount / 4)
    while let checksum = table.readInteger(endianness: .little, as: UInt32.self) { expected.append(checksum) }
    let matches = bytes.withUnsafeReadableBytes {
      BlockChecksums.match($0, firstBlock: firstBlock, seed: seed, expected: expected)
    }
    guard matches else { throw damaged(start..<start + UInt64(count)) }
    bytes.moveReaderIndex(forwardBy: Int(position - start))
    bytes.moveWriterIndex(to: bytes.readerIndex + Int(chunkEnd - position))
    return bytes
  }

  private func read(at offset: UInt64, count: Int) throws(ArchiveError) -> ByteBuffer {
    var bytes = ByteBuffer()
    let got = try translatingFileErrors {
      try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
        try file.readFully(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]), at: offset)
      }
    }
    guard got == count else { throw damaged(offset..<offset + UInt64(count)) }
    return bytes
  }

  private func damaged(_ range: Range<UInt64>) -> ArchiveError {
    ArchiveError(
      .damaged,
      "container \(location.container), payload at \(location.offset): bytes \(range) do not match their checksums")
  }
}
