import NIOCore

/// The checksums of a payload's blocks, made as the bytes go by.
///
/// A block's checksum is its CRC-32C, started from a number that stands for container, payload offset and block, so
/// that the right bytes in the wrong place do not pass.
public struct BlockChecksums: Sendable {
  /// Of the blocks that are complete.
  public private(set) var complete: [UInt32] = []
  private let seed: UInt32
  private var current: UInt32 = 0
  private var filled = 0

  public init(container: ContainerID, payloadOffset: UInt64) {
    seed = BlockChecksums.seed(container: container, payloadOffset: payloadOffset)
    current = seed
  }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(RecordFormat.blockLength - filled)
      current = RecordFormat.checksum(UnsafeRawBufferPointer(rebasing: piece), seed: current)
      filled += piece.count
      rest = rest.dropFirst(piece.count)
      if filled == RecordFormat.blockLength { close() }
    }
  }

  /// All of them, once the payload is complete.
  public consuming func finish() -> [UInt32] {
    if filled > 0 { close() }
    return complete
  }

  private mutating func close() {
    complete.append(current)
    current = seed ^ UInt32(truncatingIfNeeded: complete.count)
    filled = 0
  }

  /// What the checksums of a payload at this place start from.
  public static func seed(container: ContainerID, payloadOffset: UInt64) -> UInt32 {
    var place = ByteBuffer()
    place.writeLittle(container.bits)
    place.writeLittle(payloadOffset)
    return RecordFormat.checksum(place)
  }

  /// Whether whole blocks, of which the first has this number, match their checksums; the last may be short.
  public static func match(
    _ bytes: UnsafeRawBufferPointer, firstBlock: UInt64, seed: UInt32, expected: some Sequence<UInt32>
  ) -> Bool {
    var rest = bytes[...]
    var number = firstBlock
    for checksum in expected {
      guard !rest.isEmpty else { return false }
      let block = UnsafeRawBufferPointer(rebasing: rest.prefix(RecordFormat.blockLength))
      guard RecordFormat.checksum(block, seed: seed ^ UInt32(truncatingIfNeeded: number)) == checksum else {
        return false
      }
      rest = rest.dropFirst(block.count)
      number &+= 1
    }
    return rest.isEmpty
  }
}
