/// How an answer is put on the wire.
public enum Packaging: Hashable, Sendable {
  /// `multipart/related`, one part per representation.
  case multipart
  /// The one representation as the payload itself.
  case single
}

/// The representation chosen for the frames of an instance.
public struct FrameRepresentation: Hashable, Sendable {
  public var packaging: Packaging
  /// Media type of a part or of the single payload.
  public var mediaType: String
  /// What the `transfer-syntax` parameter says of the bytes.
  public var transferSyntax: String
  /// Whether the frames are decoded for it.
  public var isDecoded: Bool
  /// Type, and the transfer syntax that a client cannot guess: without it OHIF takes Implicit VR Little Endian.
  public var contentType: String { "\(mediaType); transfer-syntax=\(transferSyntax)" }

  public init(packaging: Packaging, mediaType: String, transferSyntax: String, isDecoded: Bool = false) {
    self.isDecoded = isDecoded
    self.packaging = packaging
    self.mediaType = mediaType
    self.transferSyntax = transferSyntax
  }
}

extension AcceptHeader {
  public static let dicomJSON = "application/dicom+json"

  /// The JSON type for metadata and search results (PS3.18 §8.7.3.2).
  ///
  /// - Throws: `.notAcceptable` when the client wants something else only.
  public func negotiateJSON() throws(DICOMwebError) -> String {
    if let chosen = choose(from: [AcceptHeader.dicomJSON, "application/json"]) { return chosen }
    throw DICOMwebError(
      .notAcceptable, "this resource is given as \(AcceptHeader.dicomJSON) only (no XML); accepted was \(summary)")
  }

  /// How whole instances are given, and which of them are acceptable as they are stored.
  ///
  /// A range without `transfer-syntax` accepts what is stored: the standard's default, Explicit VR Little Endian,
  /// would have every compressed image decoded for clients that read it themselves.
  ///
  /// - Parameters:
  ///   - stored: Transfer Syntax UIDs of the instances.
  ///   - allowingSingle: whether the resource is one instance.
  /// - Returns: the packaging and the positions in `stored` of the acceptable instances, at least one.
  /// - Throws: `.notAcceptable` when there is none.
  public func negotiateInstances(
    stored: [String], allowingSingle: Bool
  ) throws(DICOMwebError) -> (packaging: Packaging, acceptable: [Int]) {
    for range in ranges {
      guard range.representation.covers("application/dicom") else { continue }
      let single = allowingSingle && range.mediaType.essence == "application/dicom"
      let wanted = range.transferSyntaxes
      let acceptable = stored.indices.filter {
        wanted.isEmpty || wanted.contains("*") || wanted.contains(stored[$0])
      }
      if !acceptable.isEmpty { return (single ? .single : .multipart, acceptable) }
    }
    let kept = Set(stored).sorted().prefix(8).joined(separator: ", ")
    throw DICOMwebError(
      .notAcceptable,
      """
      instances are given as \(allowingSingle ? "application/dicom or " : "")multipart/related; \
      type="application/dicom" in the transfer syntax they are stored in (\(kept)), without transcoding; \
      accepted was \(summary)
      """)
  }

  /// How frames are given (PS3.18 §8.7.3.3): as they are stored, or in Explicit VR Little Endian when the client accepts
  /// nothing else it is stored in. `transfer-syntax=*` never transcodes.
  ///
  /// - Parameters:
  ///   - allowingSingle: whether one frame was asked for.
  ///   - canDecode: whether the frames can be decoded.
  /// - Throws: `.notAcceptable` when the frames would have to be transcoded to anything else.
  public func negotiateFrames(
    stored: String, allowingSingle: Bool, canDecode: Bool = false
  ) throws(DICOMwebError) -> FrameRepresentation {
    let ownType = TransferSyntaxMediaType.frame(of: stored)
    let label =
      TransferSyntaxMediaType.isUncompressedLittleEndian(stored) ? TransferSyntaxMediaType.explicitLittleEndian : stored
    for range in ranges {
      let representation = range.representation
      let single = allowingSingle && !range.isMultipart && representation.type != "*"
      let wanted = range.transferSyntaxes
      let isStored = wanted.contains { $0 == "*" || $0 == stored || $0 == label }
      let asked = TransferSyntaxMediaType.canonical(representation.essence)
      let isWildcard = representation.subtype == "*" && representation.covers(ownType)
      let packaging: Packaging = single ? .single : .multipart
      // Without a transfer syntax, application/octet-stream means uncompressed; an image type means what it is.
      let saysNothing = wanted.isEmpty && (asked != TransferSyntaxMediaType.octetStream || !canDecode)
      if isWildcard || asked == ownType, saysNothing || isStored {
        return FrameRepresentation(packaging: packaging, mediaType: ownType, transferSyntax: label)
      }
      guard representation.covers(TransferSyntaxMediaType.octetStream) else { continue }
      if asked == TransferSyntaxMediaType.octetStream, isStored {
        return FrameRepresentation(packaging: packaging, mediaType: asked, transferSyntax: label)
      }
      if canDecode, wanted.isEmpty || wanted.contains(TransferSyntaxMediaType.explicitLittleEndian) {
        return FrameRepresentation(
          packaging: packaging, mediaType: TransferSyntaxMediaType.octetStream,
          transferSyntax: TransferSyntaxMediaType.explicitLittleEndian, isDecoded: true)
      }
    }
    throw DICOMwebError(
      .notAcceptable,
      """
      the frames are stored in transfer syntax \(stored) (\(ownType)) and cannot be transcoded to what was accepted \
      (\(summary)); transfer-syntax=* accepts them as they are
      """)
  }

  /// How a bulk data value is given.
  ///
  /// - Parameter ownType: the type the value has in its own right, such as `application/pdf`.
  public func negotiateBulkData(
    ownType: String? = nil
  ) throws(DICOMwebError) -> (packaging: Packaging, mediaType: String) {
    let offers = [TransferSyntaxMediaType.octetStream] + (ownType.map { [$0] } ?? [])
    for range in ranges {
      guard let mediaType = offers.first(where: { range.representation.covers($0) }) else { continue }
      return (range.isMultipart ? .multipart : .single, mediaType)
    }
    throw DICOMwebError(
      .notAcceptable, "this value is given as \(offers.joined(separator: " or ")); accepted was \(summary)")
  }

  /// The type of a rendered image.
  ///
  /// - Parameter offers: what can be made of the instance, best first.
  public func negotiateRendered(offers: [String]) throws(DICOMwebError) -> String {
    if let chosen = choose(from: offers) { return chosen }
    // A rendered resource is often asked for with the Accept of bulk data; the type it names is then the part's.
    for range in ranges where range.isMultipart {
      if let offer = offers.first(where: { range.representation.covers($0) }) { return offer }
      if range.representation.essence == TransferSyntaxMediaType.octetStream, let offer = offers.first { return offer }
    }
    throw DICOMwebError(
      .notAcceptable, "this resource is rendered as \(offers.joined(separator: " or ")); accepted was \(summary)")
  }
}
