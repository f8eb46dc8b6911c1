import ArchiveCore
import DICOM
import DICOMPixels
import DICOMweb
import HTTPTypes
import Hummingbird

/// WADO-RS: whole instances, as they are stored or transcoded (PS3.18 §10.4.1.1.1).
extension DICOMwebDoor {
  func retrieve(_ selection: Selection, _ request: DICOMwebRequest) async throws -> Response {
    let references = try await archive.instances(selection, as: request.principal)
    metrics.retrieved(references)
    var isOne = false
    if case .instance = selection { isOne = true }
    let (packaging, chosen) = try request.accept.negotiateInstances(
      stored: references.map(\.transferSyntax), allowingSingle: isOne,
      isLossy: { references[$0].storedSyntax.isEncapsulated && !FrameCodecs.isLossless(references[$0].storedSyntax) },
      canGive: { transcoder.canGive(references[$0], in: TransferSyntax(uid: UID(rawValue: $1))) })
    if isOne, let reference = references.first, let representation = chosen.first ?? nil {
      // What cannot be transcoded is told by a status.
      let part = try await part(reference, as: representation, request)
      if packaging == .multipart { return multipart([part], of: "application/dicom") }
      let version = representation.isStored ? [reference.version] : [reference.version, representation.transferSyntax]
      return try await single(part, for: request, entityTag: EntityTag.make(version))
    }
    var parts: [AnswerPart] = []
    for (reference, representation) in zip(references, chosen) {
      guard let representation else { continue }
      if representation.isStored {
        parts.append(try await part(reference, as: representation, request))
      } else {
        parts.append(
          AnswerPart(
            contentType: "application/dicom", location: request.root.instance(of: reference),
            content: .toTranscode(InstanceToTranscode(reference, representation, transcoder))))
      }
    }
    return multipart(
      parts, of: "application/dicom", status: parts.count == references.count ? .ok : .partialContent)
  }

  private func part(
    _ reference: InstanceReference, as representation: InstanceRepresentation, _ request: DICOMwebRequest
  ) async throws -> AnswerPart {
    let location = request.root.instance(of: reference)
    guard !representation.isStored else {
      return AnswerPart(reference, try await archive.file(of: reference), location: location)
    }
    return try await InstanceToTranscode(reference, representation, transcoder).part(at: location)
  }
}

/// An instance that is transcoded when its turn in an answer comes.
struct InstanceToTranscode: Sendable {
  let reference: InstanceReference
  let representation: InstanceRepresentation
  let transcoder: InstanceTranscoder

  init(_ reference: InstanceReference, _ representation: InstanceRepresentation, _ transcoder: InstanceTranscoder) {
    self.reference = reference
    self.representation = representation
    self.transcoder = transcoder
  }

  /// The instance in its new syntax; as it is stored where the client has named none and it cannot be transcoded.
  func part(at location: String?) async throws -> AnswerPart {
    do {
      let syntax = TransferSyntax(uid: UID(rawValue: representation.transferSyntax))
      let instance = try await transcoder.file(of: reference, in: syntax)
      return AnswerPart(
        contentType: "application/dicom; transfer-syntax=\(syntax.uid.rawValue)", location: location,
        content: .transcoded(instance, 0..<instance.length))
    } catch let error as PixelError where !representation.isNamed && !error.isPassing {
      return try await stored(at: location)
    }
  }

  /// The same among others, whose answer has begun: nobody is told by a status any more, and leaving it out would look as
  /// if it were not there. The part says in which syntax it is.
  func partAmongOthers(at location: String?) async throws -> AnswerPart {
    do {
      return try await part(at: location)
    } catch is PixelError {
      return try await stored(at: location)
    } catch is DICOMError {
      return try await stored(at: location)
    }
  }

  private func stored(at location: String?) async throws -> AnswerPart {
    AnswerPart(reference, try await transcoder.archive.file(of: reference), location: location)
  }
}

extension AnswerPart {
  /// A whole Part 10 file as it is stored.
  init(_ reference: InstanceReference, _ file: [DataSetSegment], location: String?) {
    self.init(
      contentType: "application/dicom; transfer-syntax=\(reference.transferSyntax)", location: location,
      content: .stored(reference, file))
  }
}
