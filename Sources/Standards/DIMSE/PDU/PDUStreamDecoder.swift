public import NIOCore

/// Cuts a byte stream into PDUs without holding P-DATA-TF: its fragments are handed on as slices of whatever arrived.
///
/// Nothing is copied except headers split between two reads and the short or association PDUs. A fragment may come in
/// several pieces, `endsValue` marks the last one. After an error the decoder stays in it: the stream cannot be
/// resynchronised (PS3.8 §9.3.1).
public struct PDUStreamDecoder: Sendable {
  public enum Output: Hashable, Sendable {
    /// Any PDU but P-DATA-TF.
    case pdu(PDU)
    /// A P-DATA-TF header, before its first value.
    case dataTransferBegan(length: UInt32)
    case fragment(FragmentPiece)
  }

  /// A piece of one presentation data value.
  public struct FragmentPiece: Hashable, Sendable {
    public var contextID: UInt8
    public var isCommand: Bool
    /// The last fragment of its command set or data set.
    public var isLast: Bool
    /// The last piece of this fragment.
    public var endsValue: Bool
    public var bytes: ByteBuffer

    /// Whether command set or data set ends with this piece.
    public var endsPart: Bool { isLast && endsValue }
  }

  private enum State {
    case pduHeader
    case body(PDUType, length: Int, collected: ByteBuffer)
    case valueHeader(pduRemaining: Int)
    case value(contextID: UInt8, control: UInt8, remaining: Int, pduRemaining: Int)
    case failed(PDUError)
  }

  private let maximumLength: UInt32
  private var state = State.pduHeader
  private var input = ByteBuffer()
  private var carried = SixBytes()

  /// - Parameter maximumLength: the longest P-DATA-TF body accepted, as announced to the peer.
  public init(maximumLength: UInt32 = PDULimits.defaultMaximumLength) {
    self.maximumLength = maximumLength
  }

  /// Whether the stream stands inside a PDU, so that the peer owes bytes.
  public var isInsidePDU: Bool {
    if case .pduHeader = state { return carried.count > 0 }
    return true
  }

  /// Hands over the next bytes. Take every output before handing over more.
  public mutating func feed(_ bytes: ByteBuffer) {
    if input.readableBytes == 0 {
      input = bytes
    } else {
      input.writeImmutableBuffer(bytes)
    }
  }

  /// The next output, `nil` when more bytes are needed.
  public mutating func next() throws(PDUError) -> Output? {
    while true {
      switch state {
      case .failed(let error): throw error

      case .pduHeader:
        // A first byte that is no type tells enough: a peer of another protocol may never send six.
        if carried.count == 0, let first = input.getInteger(at: input.readerIndex, as: UInt8.self),
          PDUType(rawValue: first) == nil
        {
          throw fail(PDUError(.unrecognizedType, pduType: first, "first byte of a PDU"))
        }
        guard let header = nextSixBytes() else { return releasingInput() }
        let typeByte = UInt8(truncatingIfNeeded: header >> 40)
        let length = UInt32(truncatingIfNeeded: header)
        guard let type = PDUType(rawValue: typeByte) else {
          throw fail(PDUError(.unrecognizedType, pduType: typeByte, "first byte of a PDU"))
        }
        try check(type, length)
        if type == .dataTransfer {
          state = .valueHeader(pduRemaining: Int(length))
          return .dataTransferBegan(length: length)
        }
        state = .body(type, length: Int(length), collected: ByteBuffer())

      case .body(let type, let length, var collected):
        // The state must not share the storage while it grows, or every piece would copy it.
        state = .pduHeader
        let missing = length - collected.readableBytes
        if collected.readableBytes == 0, let whole = input.readSlice(length: length) {
          collected = whole
        } else if var piece = input.readSlice(length: min(missing, input.readableBytes)) {
          collected.writeBuffer(&piece)
          guard collected.readableBytes == length else {
            state = .body(type, length: length, collected: collected)
            return releasingInput()
          }
        }
        do {
          return .pdu(try PDU(type: type, body: collected))
        } catch {
          throw fail(error)
        }

      case .valueHeader(let pduRemaining):
        guard pduRemaining >= PresentationDataValue.headerLength else {
          throw fail(
            PDUError(
              .invalidPresentationDataValue, pduType: PDUType.dataTransfer.rawValue,
              "\(pduRemaining) bytes left for a value"))
        }
        guard let header = nextSixBytes() else { return releasingInput() }
        let length = Int(header >> 16)
        let left = pduRemaining - PresentationDataValue.headerLength
        guard length >= 2, length - 2 <= left else {
          throw fail(
            PDUError(
              .invalidPresentationDataValue, pduType: PDUType.dataTransfer.rawValue,
              "length \(length) with \(left + 2) bytes left"))
        }
        let contextID = UInt8(truncatingIfNeeded: header >> 8)
        let control = UInt8(truncatingIfNeeded: header)
        if length == 2 {
          return piece(contextID, control, ByteBuffer(), remaining: 0, pduRemaining: left)
        }
        state = .value(contextID: contextID, control: control, remaining: length - 2, pduRemaining: left)

      case .value(let contextID, let control, let remaining, let pduRemaining):
        let count = min(remaining, input.readableBytes)
        guard count > 0, let bytes = input.readSlice(length: count) else { return releasingInput() }
        return piece(contextID, control, bytes, remaining: remaining - count, pduRemaining: pduRemaining - count)
      }
    }
  }

  private mutating func piece(
    _ contextID: UInt8, _ control: UInt8, _ bytes: ByteBuffer, remaining: Int, pduRemaining: Int
  ) -> Output {
    if remaining > 0 {
      state = .value(contextID: contextID, control: control, remaining: remaining, pduRemaining: pduRemaining)
    } else if pduRemaining > 0 {
      state = .valueHeader(pduRemaining: pduRemaining)
    } else {
      state = .pduHeader
    }
    return .fragment(
      FragmentPiece(
        contextID: contextID, isCommand: control & 1 != 0, isLast: control & 2 != 0, endsValue: remaining == 0,
        bytes: bytes))
  }

  private mutating func check(_ type: PDUType, _ length: UInt32) throws(PDUError) {
    let limit: UInt32
    switch type {
    case .associateRequest, .associateAccept: limit = PDULimits.maximumAssociateLength
    case .dataTransfer: limit = maximumLength
    case .associateReject, .releaseRequest, .releaseResponse, .abort:
      guard length == PDULimits.shortBodyLength else {
        throw fail(PDUError(.wrongLength, pduType: type.rawValue, "\(length) bytes instead of 4"))
      }
      return
    }
    guard length <= limit else {
      throw fail(PDUError(.tooLong, pduType: type.rawValue, "\(length) bytes, at most \(limit)"))
    }
  }

  private mutating func fail(_ error: PDUError) -> PDUError {
    state = .failed(error)
    input = ByteBuffer()
    return error
  }

  /// Lets go of the read buffer, so that the channel can reuse it.
  private mutating func releasingInput() -> Output? {
    if input.readableBytes == 0 { input = ByteBuffer() }
    return nil
  }

  /// Six bytes as one number, most significant first; they may come in several reads.
  private mutating func nextSixBytes() -> UInt64? {
    if carried.count == 0, let (high, low) = input.readMultipleIntegers(as: (UInt16, UInt32).self) {
      return UInt64(high) << 32 | UInt64(low)
    }
    while let byte = input.readInteger(as: UInt8.self) {
      if let number = carried.append(byte) { return number }
    }
    return nil
  }
}

/// A header that did not come in one piece.
private struct SixBytes {
  private(set) var count = 0
  private var number: UInt64 = 0

  mutating func append(_ byte: UInt8) -> UInt64? {
    number = number << 8 | UInt64(byte)
    count += 1
    guard count == 6 else { return nil }
    defer { self = SixBytes() }
    return number
  }
}
