/// What is wrong with a byte stream or a value, in the standard's terms. Never carries values of a data set.
public struct DICOMError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Code: String, Equatable, Sendable {
    /// The stream ended inside an element or an open sequence.
    case truncated
    /// A value exceeds the limit of its VR, of its encoding or of the reader.
    case valueTooLong
    /// Sequences are nested deeper than the limit.
    case nestingTooDeep
    /// More elements and items than the limit.
    case tooManyElements
    /// A deflated data set grows beyond the limit.
    case inflatedTooLarge
    /// The deflated stream is corrupt.
    case deflateCorrupt
    /// Neither a Part 10 file nor a data set.
    case notDICOM
    /// A file that the system does not let be read.
    case unreadableFile
    /// The structure contradicts the encoding rules.
    case malformed
    /// The frames cannot be told apart from header and offset tables alone.
    case frameBoundaryUnknown
    /// The header describes pixel data that is not there.
    case pixelDataMissing
    /// A value that is not held cannot be written.
    case valueNotHeld
    /// The JSON text is not a DICOM JSON Model Object (PS3.18 §F.2).
    case malformedJSON
    /// The XML text is no Native DICOM Model (PS3.19 §A.1), or not the XML that is read.
    case malformedXML
    /// An attribute the operation needs is absent or unusable.
    case missingAttribute
  }

  public var code: Code
  /// The element concerned.
  public var path: TagPath?
  /// Bytes from the start of the stream.
  public var offset: UInt64?
  /// What was expected and found.
  public var detail: String

  public init(_ code: Code, path: TagPath? = nil, offset: UInt64? = nil, detail: String) {
    self.code = code
    self.path = path
    self.offset = offset
    self.detail = detail
  }

  public var description: String {
    var text = "\(code.rawValue): \(detail)"
    if let path { text += " at \(path)" }
    if let offset { text += " (byte \(offset))" }
    return text
  }
}
