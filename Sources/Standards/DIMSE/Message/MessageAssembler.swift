import DICOM
import NIOCore

/// Puts DIMSE messages together from presentation data values (PS3.7 §6.3, PS3.8 Annex E): command sets whole, data
/// sets piece by piece as they come.
struct MessageAssembler {
  enum Output {
    case command(CommandSet, contextID: UInt8)
    case data(ByteBuffer, endsDataSet: Bool)
  }

  private enum State {
    case betweenMessages
    case command(contextID: UInt8, collected: ByteBuffer)
    case dataSet(contextID: UInt8)
  }

  /// What both sides agreed on, by identifier.
  var contexts: [UInt8: PresentationContext] = [:]
  private var state = State.betweenMessages

  /// Whether the peer owes the rest of a message.
  var isInsideMessage: Bool {
    if case .betweenMessages = state { return false }
    return true
  }

  mutating func consume(_ piece: PDUStreamDecoder.FragmentPiece) throws(MessageError) -> Output? {
    switch state {
    case .dataSet(let contextID):
      guard piece.contextID == contextID else { throw .contextChanged(from: contextID, to: piece.contextID) }
      guard !piece.isCommand else { throw .commandInsideDataSet }
      if piece.endsPart { state = .betweenMessages }
      return .data(piece.bytes, endsDataSet: piece.endsPart)

    case .betweenMessages:
      guard contexts[piece.contextID] != nil else { throw .unknownContext(piece.contextID) }
      guard piece.isCommand else { throw .dataSetBeforeCommand }
      var collected = ByteBuffer()
      return try collect(piece, into: &collected)

    case .command(let contextID, var collected):
      guard piece.contextID == contextID else { throw .contextChanged(from: contextID, to: piece.contextID) }
      guard piece.isCommand else { throw .dataSetBeforeCommand }
      // The state must not share the storage while it grows, or every fragment would copy it.
      state = .betweenMessages
      return try collect(piece, into: &collected)
    }
  }

  private mutating func collect(
    _ piece: PDUStreamDecoder.FragmentPiece, into collected: inout ByteBuffer
  ) throws(MessageError) -> Output? {
    guard collected.readableBytes + piece.bytes.readableBytes <= PDULimits.maximumCommandSetLength else {
      throw .commandSetTooLong
    }
    if collected.readableBytes == 0 {
      collected = piece.bytes
    } else {
      collected.writeImmutableBuffer(piece.bytes)
    }
    guard piece.endsPart else {
      state = .command(contextID: piece.contextID, collected: collected)
      return nil
    }
    let set: CommandSet
    do {
      set = try CommandSet(decoding: collected)
    } catch {
      throw .malformedCommandSet(error)
    }
    state = set.hasDataSet ? .dataSet(contextID: piece.contextID) : .betweenMessages
    return .command(set, contextID: piece.contextID)
  }
}

/// How presentation data values fail to be a message.
public enum MessageError: Error, Hashable, Sendable {
  /// A value in a presentation context nobody agreed on.
  case unknownContext(UInt8)
  /// A message that changes its context on the way.
  case contextChanged(from: UInt8, to: UInt8)
  case dataSetBeforeCommand
  case commandInsideDataSet
  case commandSetTooLong
  case malformedCommandSet(CommandSetError)

  /// The reason to give in the A-ABORT (PS3.8 §9.3.8).
  public var abortReason: Abort.Reason {
    switch self {
    case .unknownContext, .contextChanged, .commandSetTooLong, .malformedCommandSet: .invalidPDUParameterValue
    case .dataSetBeforeCommand, .commandInsideDataSet: .unexpectedPDUParameter
    }
  }
}
