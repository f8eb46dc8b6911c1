import NIOCore

/// Cuts outgoing command sets and data sets into P-DATA-TF PDUs that fit the peer (PS3.8 §9.3.5, Annex E).
struct MessageFragmenter {
  let contextID: UInt8
  /// The most bytes of one fragment, even (PS3.8 §E.1 asks for even fragments).
  let maximumFragment: Int

  /// - Parameter maximumLength: the longest P-DATA-TF body the peer takes; 0 is no limit.
  init(contextID: UInt8, maximumLength: UInt32) {
    self.contextID = contextID
    let length =
      maximumLength == 0 ? PDULimits.greatestSentLength : min(maximumLength, PDULimits.greatestSentLength)
    maximumFragment = max(2, (Int(length) - PresentationDataValue.headerLength) & ~1)
  }

  /// PDU header and value header of a PDU that holds one fragment.
  func writeHeader(fragmentLength: Int, isCommand: Bool, isLast: Bool, into buffer: inout ByteBuffer) {
    let valueLength = UInt32(truncatingIfNeeded: fragmentLength + 2)
    buffer.writeMultipleIntegers(
      PDUType.dataTransfer.rawValue, UInt8(0), valueLength + 4, valueLength, contextID,
      (isCommand ? UInt8(1) : 0) | (isLast ? 2 : 0))
  }

  /// A command set or data set at hand, copied into as many PDUs as it takes.
  func write(_ bytes: ByteBuffer, isCommand: Bool, into buffer: inout ByteBuffer) {
    var rest = bytes
    repeat {
      let count = min(rest.readableBytes, maximumFragment)
      writeHeader(
        fragmentLength: count, isCommand: isCommand, isLast: count == rest.readableBytes, into: &buffer)
      if var fragment = rest.readSlice(length: count) { buffer.writeBuffer(&fragment) }
    } while rest.readableBytes > 0
  }

  /// A command and, when there is one, its short data set, in one buffer: one write.
  func message(_ command: CommandSet, dataSet: ByteBuffer?) -> ByteBuffer {
    var encoded = ByteBuffer()
    encoded.reserveCapacity(command.encodedLength)
    command.write(into: &encoded)
    var buffer = ByteBuffer()
    let fragments = 2 + (encoded.readableBytes + (dataSet?.readableBytes ?? 0)) / maximumFragment
    buffer.reserveCapacity(encoded.readableBytes + (dataSet?.readableBytes ?? 0) + 12 * fragments)
    write(encoded, isCommand: true, into: &buffer)
    if let dataSet { write(dataSet, isCommand: false, into: &buffer) }
    return buffer
  }
}

/// Cuts a data set that arrives in chunks of any size; payload is passed on as slices, never copied.
///
/// A full fragment leaves as soon as more follows it, so that the last one can be marked without knowing the length.
struct DataSetFragmenter {
  private let fragmenter: MessageFragmenter
  private var held: CircularBuffer<ByteBuffer> = []
  private var heldBytes = 0

  init(_ fragmenter: MessageFragmenter) {
    self.fragmenter = fragmenter
  }

  mutating func append(_ chunk: ByteBuffer, to output: inout [ByteBuffer]) {
    guard chunk.readableBytes > 0 else { return }
    held.append(chunk)
    heldBytes += chunk.readableBytes
    while heldBytes > fragmenter.maximumFragment { emit(fragmenter.maximumFragment, isLast: false, to: &output) }
  }

  mutating func finish(to output: inout [ByteBuffer]) {
    emit(heldBytes, isLast: true, to: &output)
  }

  private mutating func emit(_ count: Int, isLast: Bool, to output: inout [ByteBuffer]) {
    var header = ByteBuffer()
    header.reserveCapacity(12)
    fragmenter.writeHeader(fragmentLength: count, isCommand: false, isLast: isLast, into: &header)
    output.append(header)
    var missing = count
    while missing > 0, var chunk = held.popFirst() {
      if let part = chunk.readSlice(length: min(missing, chunk.readableBytes)) {
        missing -= part.readableBytes
        output.append(part)
      }
      if chunk.readableBytes > 0 { held.prepend(chunk) }
    }
    heldBytes -= count
  }
}
