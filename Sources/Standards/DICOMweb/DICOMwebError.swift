/// What is wrong with a request, in the terms of PS3.18 §8.5. Names parameters, tags and media types, never values that
/// could be a patient's.
public struct DICOMwebError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// The request breaks the syntax of its service (400).
    case badRequest
    /// No representation we have is acceptable to the client (406).
    case notAcceptable
    /// A named bound was exceeded (413).
    case tooLarge
    /// The payload is of a kind we do not take (415).
    case unsupportedMediaType
    /// No byte of the representation lies in the range asked for (416).
    case rangeNotSatisfiable
  }

  public var code: Code
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
