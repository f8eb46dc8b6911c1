/// Why the core refused or failed. Doors translate the code into their protocol's own words.
///
/// The message is for operators and callers; it names UIDs at most, never a patient.
public struct ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// The bytes are not a DICOM object we can read, or end too early.
    case notUnderstood
    /// The object does not say which study, series or instance it is.
    case missingIdentity
    /// What was announced (SOP Class, SOP Instance UID) is not what the data set says.
    case identityMismatch
    /// A named bound was exceeded.
    case limitExceeded
    /// The principal's roles do not open the operation.
    case forbidden
    /// There is no such thing for this principal.
    case notFound
    /// The request contradicts itself or the data.
    case badRequest
    /// The disk is full.
    case outOfSpace
    /// Stored bytes do not match their checksum.
    case damaged
    /// The store cannot be written or read just now; nothing was acknowledged.
    case unavailable
    /// The sender gave up half-way.
    case interrupted
    /// We have no way to do this with this object (for instance: decode its transfer syntax).
    case unsupported
  }

  public var code: Code
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { "\(code): \(message)" }
}
