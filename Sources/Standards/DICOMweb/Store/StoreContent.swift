/// What the payload of a store request is (PS3.18 §10.5.2).
public enum StoreContent: Hashable, Sendable {
  /// One Part 10 file as the payload.
  case single
  /// Part 10 files as the parts of a `multipart/related` payload.
  case multipart(boundary: String)

  /// - Parameter contentType: the request's Content-Type field.
  /// - Throws: `.unsupportedMediaType` for anything but Part 10 files, `.badRequest` without a boundary.
  public init(contentType: String?) throws(DICOMwebError) {
    guard let contentType else {
      throw DICOMwebError(.unsupportedMediaType, "the request has no Content-Type; \(StoreContent.taken)")
    }
    guard let mediaType = MediaType(contentType) else {
      throw DICOMwebError(.badRequest, "the Content-Type field cannot be read")
    }
    switch mediaType.essence {
    case "application/dicom":
      self = .single
    case "multipart/related", "multipart/mixed":
      if let type = mediaType[parameter: "type"], !StoreContent.isInstance(type) {
        throw DICOMwebError(
          .unsupportedMediaType, "parts of type \(MediaType(type)?.essence ?? "?") are not taken; \(StoreContent.taken)"
        )
      }
      guard let boundary = mediaType[parameter: "boundary"], !boundary.isEmpty else {
        throw DICOMwebError(.badRequest, "the multipart Content-Type names no boundary")
      }
      self = .multipart(boundary: boundary)
    default:
      throw DICOMwebError(
        .unsupportedMediaType, "a payload of type \(mediaType.essence) is not taken; \(StoreContent.taken)")
    }
  }

  /// Whether a part with this Content-Type is a Part 10 file; a part that says nothing is taken as one.
  public static func isInstance(_ contentType: String?) -> Bool {
    guard let contentType else { return true }
    return MediaType(contentType)?.essence == "application/dicom"
  }

  private static let taken =
    "what is taken is application/dicom, single or as multipart/related; type=\"application/dicom\""
}
