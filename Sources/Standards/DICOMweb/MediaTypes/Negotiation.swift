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

/// The transfer syntax chosen for one instance.
public struct InstanceRepresentation: Hashable, Sendable {
  /// Transfer Syntax UID.
  public var transferSyntax: String
  /// Whether it is the one the instance is stored in.
  public var isStored: Bool
  /// Whether the client named it; otherwise it is the standard's default, and what is stored will do where that cannot be
  /// made.
  public var isNamed: Bool

  public init(transferSyntax: String, isStored: Bool, isNamed: Bool) {
    self.transferSyntax = transferSyntax
    self.isStored = isStored
    self.isNamed = isNamed
  }
}

extension AcceptHeader.Range {
  /// What of an instance the range takes; `nil` for nothing.
  fileprivate func representation(
    of stored: String, isLossy: Bool, canGive: (String) -> Bool
  ) -> InstanceRepresentation? {
    let asStored = InstanceRepresentation(transferSyntax: stored, isStored: true, isNamed: true)
    let wanted = transferSyntaxes
    if wanted.contains("*") || wanted.contains(stored) { return asStored }
    if wanted.isEmpty {
      let standard = TransferSyntaxMediaType.explicitLittleEndian
      guard representation.subtype != "*", stored != standard, !isLossy, canGive(standard) else { return asStored }
      return InstanceRepresentation(transferSyntax: standard, isStored: false, isNamed: false)
    }
    guard let given = wanted.first(where: canGive) else { return nil }
    return InstanceRepresentation(transferSyntax: given, isStored: false, isNamed: true)
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

  /// How whole instances are given, and in which transfer syntax each (PS3.18 §8.7.3.4, §8.7.8.2).
  ///
  /// `transfer-syntax=*` takes what is stored, and so does a range that leaves the media type open. A range for
  /// `application/dicom` without the parameter means Explicit VR Little Endian, unless only lossy pixels are there. Between
  /// ranges that are wanted alike, what is stored comes first.
  ///
  /// - Parameters:
  ///   - stored: Transfer Syntax UIDs of the instances.
  ///   - allowingSingle: whether the resource is one instance.
  ///   - isLossy: whether the instance at a position has lossy pixels only.
  ///   - canGive: whether the instance at a position can be had in a transfer syntax it is not stored in.
  /// - Returns: the packaging, and for each instance how it is given, `nil` where no range takes it; at least one is.
  /// - Throws: `.notAcceptable` when there is none.
  public func negotiateInstances(
    stored: [String], allowingSingle: Bool, isLossy: (Int) -> Bool = { _ in false },
    canGive: (Int, String) -> Bool = { _, _ in false }
  ) throws(DICOMwebError) -> (packaging: Packaging, chosen: [InstanceRepresentation?]) {
    let fitting = ranges.filter { $0.representation.covers("application/dicom") }
    var packaging: Packaging?
    var chosen: [InstanceRepresentation?] = stored.map { _ in nil }
    for index in stored.indices {
      var found: (range: Range, representation: InstanceRepresentation)?
      for range in fitting where found == nil || found?.range.quality == range.quality {
        guard
          let given = range.representation(
            of: stored[index], isLossy: isLossy(index), canGive: { canGive(index, $0) })
        else { continue }
        if found == nil || (given.isStored && found?.representation.isStored == false) { found = (range, given) }
      }
      guard let found else { continue }
      chosen[index] = found.representation
      let single = allowingSingle && found.range.mediaType.essence == "application/dicom"
      packaging = packaging ?? (single ? .single : .multipart)
    }
    if let packaging { return (packaging, chosen) }
    let kept = Set(stored).sorted().prefix(8).joined(separator: ", ")
    let more = [TransferSyntaxMediaType.explicitLittleEndian].filter { syntax in
      !stored.contains(syntax) && stored.indices.contains { canGive($0, syntax) }
    }
    throw DICOMwebError(
      .notAcceptable,
      """
      instances are given as \(allowingSingle ? "application/dicom or " : "")multipart/related; \
      type="application/dicom" in the transfer syntax they are stored in (transfer-syntax=*, here \(kept))\
      \(more.isEmpty ? "" : ", in \(more.joined(separator: ", ")) and in what else they can be encoded in without loss"); \
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
