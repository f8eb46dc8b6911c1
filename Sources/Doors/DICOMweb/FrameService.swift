import ArchiveCore
import DICOM
import DICOMPixels
import DICOMweb
import HTTPTypes
import Hummingbird
import NIOCore

/// WADO-RS: frames as they are stored, or decoded for who cannot read that (PS3.18 §10.4.1.1.6).
extension DICOMwebDoor {
  func retrieveFrames(_ request: DICOMwebRequest) async throws -> Response {
    let frames = try request.frames
    let reference = try await instance(request)
    let chosen = try request.accept.negotiateFrames(
      stored: reference.transferSyntax, allowingSingle: frames.count == 1,
      canDecode: FrameToDecode.canDecode(reference.storedSyntax))
    let source = try await StoredFrames(of: reference, in: archive)
    let parts = try await parts(frames, of: source, as: chosen, request)
    if chosen.packaging == .single, let part = parts.first {
      return try await single(
        part, for: request,
        entityTag: EntityTag.make([reference.record.description, "frames", frames.description, chosen.contentType]))
    }
    return multipart(parts, of: chosen.mediaType)
  }

  /// The frames as parts of an answer.
  func parts(
    _ frames: [Int], of source: StoredFrames, as chosen: FrameRepresentation, _ request: DICOMwebRequest
  ) async throws -> [AnswerPart] {
    let header = chosen.isDecoded ? try await archive.header(of: source.reference) : nil
    let address = request.root.instance(of: source.reference)
    var parts = try frames.map { frame in
      let content: AnswerPart.Content =
        if let header {
          .decoded(try FrameToDecode(frame, of: source, header, transcoder))
        } else {
          try source.content(of: frame)
        }
      return AnswerPart(
        contentType: chosen.contentType, location: "\(address)/frames/\(frame + 1)", content: content)
    }
    // What cannot be decoded is told by a status rather than by an answer that breaks off.
    if case .decoded(let first)? = parts.first?.content {
      parts[0].content = .held(try await first.samples(from: archive))
    }
    return parts
  }

  /// The one instance that the path names.
  func instance(_ request: DICOMwebRequest) async throws -> InstanceReference {
    guard let reference = try await archive.instances(request.instanceSelection, as: request.principal).first else {
      throw ArchiveError(.notFound, "there is no such instance")
    }
    return reference
  }
}

/// The frames of a stored instance.
struct StoredFrames: Sendable {
  let reference: InstanceReference
  let index: FrameIndex
  /// The pixel data and where it begins in the inflated data set, for the deflated transfer syntaxes.
  private let inflated: (pixelData: ByteBuffer, offset: UInt64)?

  /// - Throws: `ArchiveError` `.notFound` for an instance without frames, `.unsupported` for frames that cannot be told
  ///   apart without decoding.
  init(of reference: InstanceReference, in archive: Archive) async throws {
    self.reference = reference
    let isDeflated = TransferSyntax(uid: UID(reference.transferSyntax)).isDeflated
    guard let encoded = reference.frames else { throw try await Self.reasonForNoFrames(of: reference, in: archive) }
    index = try FrameIndex(encoded: encoded)
    guard isDeflated else {
      inflated = nil
      return
    }
    guard case .native(let location) = try await archive.header(of: reference).pixelData,
      let bytes = try await archive.inflatedDataSet(of: reference)[.pixelData]?.bytes
    else { throw ArchiveError(.unsupported, "the frames of the deflated instance cannot be read") }
    inflated = (ByteBuffer(bytes: bytes), location.offset)
  }

  /// Why the frames of an instance are not known: there is none, or they cannot be told apart.
  private static func reasonForNoFrames(
    of reference: InstanceReference, in archive: Archive
  ) async throws -> ArchiveError {
    let header = try await archive.header(of: reference)
    guard let location = header.pixelData else { return ArchiveError(.notFound, "the instance has no frames") }
    do {
      _ = try FrameIndex(header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
    } catch  where error.code == .pixelDataMissing {
      return ArchiveError(.notFound, "the pixel data of the instance holds not even one frame")
    } catch {}
    return ArchiveError(.unsupported, "the frames of the instance cannot be told apart without decoding them")
  }

  /// The content of a frame, counted from 0.
  ///
  /// - Throws: `ArchiveError` `.notFound` for a frame that is not there.
  func content(of frame: Int) throws(ArchiveError) -> AnswerPart.Content {
    let ranges = frame < index.count ? index.ranges(frame: frame) : []
    guard let first = ranges.first else {
      throw ArchiveError(.notFound, "the instance has \(index.count) frames, numbered from 1")
    }
    if let inflated {
      guard let start = Int(exactly: first.lowerBound &- inflated.offset),
        let slice = inflated.pixelData.getSlice(at: inflated.pixelData.readerIndex + start, length: first.count)
      else { throw ArchiveError(.damaged, "frame \(frame + 1) lies outside the pixel data") }
      return .held(slice)
    }
    // What a neighbour has in the same byte or word is not this frame's.
    if index.count > 1, let count = index.bitsPerFrame, count % (8 * index.wordLength) != 0 {
      return .bits(
        reference,
        AnswerPart.BitRange(
          bytes: first, offset: index.bitOffset(frame: frame), count: count, wordLength: index.wordLength))
    }
    return .stored(reference, ranges)
  }
}

extension Archive {
  /// Bytes to which a deflated data set is inflated in memory: a thousandth of them may be all that was sent.
  static var maximumInflatedBytes: Int { 128 * 1024 * 1024 }

  /// A deflated instance's data set, every value held.
  ///
  /// - Throws: `DICOMError` `.inflatedTooLarge` beyond `maximumInflatedBytes`.
  func inflatedDataSet(of reference: InstanceReference) async throws -> DataSet {
    let payload = try await collect(reference, [.payload(0..<reference.location.length)])
    return try Part10.read(Array(payload.readableBytesView), inflatingUpTo: Self.maximumInflatedBytes).dataSet
  }
}
