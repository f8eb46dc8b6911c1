public import DICOM

/// Why an image could not be described, rendered or encoded.
///
/// Messages name attributes, sizes and limits, never values that could tell about a patient.
public struct PixelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Code: String, Equatable, Sendable {
    /// A required attribute is absent or empty.
    case missingAttribute
    /// An attribute has a value the standard does not allow, or one that contradicts another attribute.
    case invalidAttribute
    /// The attributes are allowed, but this kind of image cannot be rendered here.
    case unsupported
    /// The image is larger than what is accepted (`ImageDescription.maximumPixelsPerFrame`).
    case imageTooLarge
    /// The frame number is not one of the image's frames.
    case noSuchFrame
    /// The bytes handed over are fewer than a frame of this description has.
    case frameTooShort
    /// A lookup table has fewer entries than its descriptor says, or its segments do not expand to it.
    case malformedLookupTable
    /// A lookup table lies in the stored object and was not read with the header.
    case lookupTableNotHeld
    /// A window, viewport or quality asked for is outside its range.
    case invalidOption
    /// The encoder refused the image or failed.
    case encodingFailed
    /// A code stream ends early or contradicts its own format.
    case malformedCodeStream
    /// A code stream is of another image than the header describes.
    case codeStreamDisagrees
    /// A decoder failed for a reason that is not the code stream's: no memory, mostly.
    case decodingFailed
    /// The process that decoded or encoded this frame crashed, or was stopped at a limit: most likely by the frame.
    case workerDied
    /// No process could be had to decode or encode in, or it could not be used.
    case workerFailed
    /// Too many frames wait to be decoded or encoded already.
    case busy
  }

  public var code: Code
  /// The attribute at fault, if one is.
  public var tag: Tag?
  /// Expected and found, in words.
  public var detail: String

  /// Whether the same may succeed at another time.
  public var isPassing: Bool { [.workerFailed, .busy, .decodingFailed].contains(code) }

  /// Whether the code stream is at fault: it is cut, is of another image, or ends whoever reads it.
  public var isDamage: Bool {
    [.malformedCodeStream, .codeStreamDisagrees, .workerDied, .frameTooShort].contains(code)
  }

  public init(_ code: Code, tag: Tag? = nil, _ detail: String) {
    self.code = code
    self.tag = tag
    self.detail = detail
  }

  public var description: String {
    if let tag {
      return "\(code.rawValue) \(tag): \(detail)"
    }
    return "\(code.rawValue): \(detail)"
  }
}
