/// Why bytes are not a protocol data unit (PS3.8 §9.3).
public struct PDUError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// The first byte is no PDU type of PS3.8 §9.3.1.
    case unrecognizedType
    /// The length field exceeds the limit for this type.
    case tooLong
    /// A fixed-length body of another length.
    case wrongLength
    /// An item or field ends after the PDU that contains it.
    case truncated
    /// An item that must be there is missing.
    case missingItem
    /// An item that may occur once occurs again, or more often than its limit.
    case tooManyItems
    /// A presentation context identifier that is even, repeated, or not agreed on.
    case invalidPresentationContextID
    /// A presentation data value too short for its header, or longer than its PDU.
    case invalidPresentationDataValue
    /// A field with a value the standard does not give it.
    case invalidField
  }

  public var code: Code
  /// The PDU type byte the error was found in.
  public var pduType: UInt8
  /// What was found where, in bytes, numbers and item names only.
  public var detail: String

  public init(_ code: Code, pduType: UInt8, _ detail: String) {
    self.code = code
    self.pduType = pduType
    self.detail = detail
  }

  public var description: String { "PDU type \(pduType): \(code): \(detail)" }

  /// The reason to give in the A-ABORT (PS3.8 §9.3.8).
  public var abortReason: Abort.Reason {
    switch code {
    case .unrecognizedType: .unrecognizedPDU
    case .missingItem, .tooManyItems: .unexpectedPDUParameter
    case .tooLong, .wrongLength, .truncated, .invalidPresentationContextID, .invalidPresentationDataValue,
      .invalidField:
      .invalidPDUParameterValue
    }
  }
}
