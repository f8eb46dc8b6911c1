import ArchiveCore
import DICOM
import DICOMPixels
import DICOMweb
import HTTPTypes
import Hummingbird
import NIOCore

/// WADO-RS: the values that metadata refers to (PS3.18 §10.4.1.1.5), by their tag path.
extension DICOMwebDoor {
  func retrieveBulkData(_ request: DICOMwebRequest) async throws -> Response {
    let path = try request.tagPath
    let reference = try await instance(request)
    let header = try await archive.header(of: reference)
    guard let element = header.dataSet.element(at: path) else {
      throw ArchiveError(.notFound, "the instance has no value at \(path)")
    }
    if case .pixels(.encapsulated) = element.value, path.steps.isEmpty {
      return try await retrieveEncapsulatedPixelData(path, of: reference, request)
    }
    let ownType = path == TagPath(.encapsulatedDocument) ? header.dataSet.documentType : nil
    let chosen = try request.accept.negotiateBulkData(ownType: ownType)
    let part = AnswerPart(
      contentType: chosen.mediaType, location: request.root.bulkData(path, of: request.root.instance(of: reference)),
      content: try await content(of: element, at: path, in: reference, header))
    if chosen.packaging == .single {
      return try await single(
        part, for: request, entityTag: EntityTag.make([reference.record.description, "\(path)", chosen.mediaType]))
    }
    return multipart([part], of: chosen.mediaType)
  }

  /// A value's bytes in little endian order.
  private func content(
    of element: DataElement, at path: TagPath, in reference: InstanceReference, _ header: Header
  ) async throws -> AnswerPart.Content {
    let location: BulkReference
    switch element.value {
    case .bytes(let bytes): return .held(ByteBuffer(bytes: bytes))
    case .sequence: throw ArchiveError(.notFound, "\(path) is a sequence")
    case .pixels(.encapsulated(_, let fragments)): return .stored(reference, fragments.map(\.range))
    case .pixels(.native(let native)): location = native
    case .bulk(let bulk): location = bulk
    }
    if header.transferSyntax.isDeflated {
      // The location counts inflated bytes.
      guard let bytes = try await archive.inflatedDataSet(of: reference).element(at: path)?.bytes else {
        throw ArchiveError(.unsupported, "the value at \(path) of the deflated instance cannot be read")
      }
      return .held(ByteBuffer(bytes: bytes))
    }
    let unit = element.vr.byteOrderUnit
    guard location.bigEndian, unit > 1 else { return .stored(reference, [location.range]) }
    var bytes = try await archive.collect(reference, [.payload(location.range)])
    bytes.reverseWords(of: unit)
    return .held(bytes)
  }

  /// Every frame as a part.
  private func retrieveEncapsulatedPixelData(
    _ path: TagPath, of reference: InstanceReference, _ request: DICOMwebRequest
  ) async throws -> Response {
    let source = try await StoredFrames(of: reference, in: archive)
    let chosen = try request.accept.negotiateFrames(
      stored: reference.transferSyntax, allowingSingle: source.index.count == 1,
      canDecode: FrameToDecode.canDecode(reference.storedSyntax))
    let parts = try await parts(Array(0..<source.index.count), of: source, as: chosen, request)
    if chosen.packaging == .single, let part = parts.first {
      return try await single(
        part, for: request, entityTag: EntityTag.make([reference.record.description, "\(path)", chosen.contentType]))
    }
    return multipart(parts, of: chosen.mediaType)
  }
}

extension DataSet {
  /// The element at a path through sequences.
  func element(at path: TagPath) -> DataElement? {
    var dataSet = self
    for step in path.steps {
      let items = dataSet.items(step.sequence)
      guard items.indices.contains(step.item) else { return nil }
      dataSet = items[step.item]
    }
    return dataSet[path.tag]
  }

  /// The media type of an encapsulated document, if it is one that can be shown safely.
  var documentType: String? {
    guard let text = string(.mimeTypeOfEncapsulatedDocument), let type = MediaType(text),
      type.essence == "application/pdf"
    else { return nil }
    return type.essence
  }
}
