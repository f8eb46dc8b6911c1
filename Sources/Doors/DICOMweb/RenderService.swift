import ArchiveCore
import DICOM
import DICOMPixels
import DICOMweb
import HTTPTypes
import Hummingbird
import NIOCore

/// WADO-RS: rendered instances and frames (PS3.18 §10.4.1.1.3): pictures, and documents and videos as they are.
extension DICOMwebDoor {
  static let imageTypes = ["image/jpeg", "image/png"]
  /// The viewport of a thumbnail when the client names none.
  static let thumbnailViewport = RenderingParameters.Viewport(width: 128, height: 128)

  func renderInstance(_ request: DICOMwebRequest) async throws -> Response {
    let reference = try await instance(request)
    let header = try await archive.header(of: reference)
    if let element = header.dataSet[.encapsulatedDocument] {
      return try await renderDocument(element, of: reference, header, request)
    }
    if let type = TransferSyntaxMediaType.video(reference.transferSyntax) {
      return try await renderVideo(type, of: reference, header, request)
    }
    let parameters = try RenderingParameters(request.query)
    if let sopClass = header.dataSet.uid(.sopClassUID), isPresentationState(sopClass) {
      return try await renderPresentationState(reference, header, request, parameters)
    }
    return try await render(frame: 0, of: reference, header, request, parameters)
  }

  func renderFrame(_ request: DICOMwebRequest) async throws -> Response {
    let frames = try request.frames
    guard frames.count == 1, let frame = frames.first else {
      throw DICOMwebError(.badRequest, "one frame is rendered at a time")
    }
    let reference = try await instance(request)
    let header = try await archive.header(of: reference)
    return try await render(frame: frame, of: reference, header, request, try RenderingParameters(request.query))
  }

  /// A small picture of the instance in the middle of the selection (PS3.18 §10.4.1.1.4).
  func renderThumbnail(_ selection: Selection, _ request: DICOMwebRequest) async throws -> Response {
    let images = try await archive.instances(selection, as: request.principal).filter { $0.frames != nil }
    guard !images.isEmpty else { throw ArchiveError(.notFound, "there is no image") }
    let reference = images[images.count / 2]
    let header = try await archive.header(of: reference)
    let count = try reference.frames.map { try FrameIndex(encoded: $0).count } ?? 1
    var parameters = try RenderingParameters(request.query)
    if parameters.viewport == nil { parameters.viewport = Self.thumbnailViewport }
    return try await render(frame: count / 2, of: reference, header, request, parameters)
  }

  /// - Parameter applied: what the frame is shown by, in place of what its own header says.
  func render(
    frame: Int, of reference: InstanceReference, _ header: Header, _ request: DICOMwebRequest,
    _ parameters: RenderingParameters, by applied: AppliedPresentation? = nil
  ) async throws -> Response {
    let type = try request.accept.negotiateRendered(offers: Self.imageTypes)
    let entityTag = EntityTag.make([
      reference.record.description, "rendered", "\(frame)", type, "\(parameters)",
      applied?.state.record.description ?? "",
    ])
    if request.hasCurrent(entityTag) { return .notModified(entityTag) }
    let source = try await StoredFrames(of: reference, in: archive)
    let content: AnswerPart.Content
    if applied == nil, parameters.asksNothing, source.isPicture(of: type),
      FrameRenderer.showsSamplesAsTheyAre(header.dataSet)
    {
      content = try source.content(of: frame)
    } else {
      content = .held(ByteBuffer(bytes: try await picture(of: frame, source, header, type, parameters, applied)))
    }
    let part = AnswerPart(contentType: type, location: nil, content: content)
    var response = try await single(part, for: request, entityTag: entityTag)
    if parameters.viewport?.region != nil {
      response.headers.append(
        warning: "The region of the viewport is not supported. The whole image has been rendered.", from: request.root)
    }
    return response
  }

  private func picture(
    of frame: Int, _ source: StoredFrames, _ header: Header, _ type: String, _ parameters: RenderingParameters,
    _ applied: AppliedPresentation?
  ) async throws -> [UInt8] {
    var options = RenderOptions(parameters)
    options.presentation = applied?.presentation
    var header = header
    header.dataSet = try await source.withValuesForRendering(header, overlays: applied != nil, from: archive)
    let image = try await image(of: frame, source, header, options)
    let embedsProfile = parameters.colorProfile == .yes || parameters.colorProfile == .srgb
    return type == "image/png"
      ? try encodePNG(image, embedsProfile: embedsProfile)
      : try encodeJPEG(image, quality: options.quality, embedsProfile: embedsProfile)
  }

  private func image(
    of frame: Int, _ source: StoredFrames, _ header: Header, _ options: RenderOptions
  ) async throws -> RenderedImage {
    let syntax = header.transferSyntax
    if syntax.isEncapsulated {
      let decoded = try await FrameToDecode(frame, of: source, header, transcoder).decoded(from: archive)
      return try FrameRenderer.render(
        header: header.dataSet, decoded: decoded, frameNumber: frame + 1, options: options)
    }
    let bytes = try await source.bytesForRendering(of: frame, from: archive)
    let isBigEndian = !syntax.isLittleEndian || syntax.hasBigEndianPixelData
    return try bytes.withUnsafeReadableBytes { bytes in
      try FrameRenderer.render(
        header: header.dataSet, frame: bytes, frameNumber: frame + 1,
        byteOrder: isBigEndian ? .bigEndian : .littleEndian, options: options)
    }
  }

  private func renderDocument(
    _ element: DataElement, of reference: InstanceReference, _ header: Header, _ request: DICOMwebRequest
  ) async throws -> Response {
    guard let type = header.dataSet.documentType else {
      throw ArchiveError(.unsupported, "only encapsulated PDF documents are rendered; this is of another type")
    }
    _ = try request.accept.negotiateRendered(offers: [type])
    var content: AnswerPart.Content
    switch element.value {
    case .bytes(let bytes): content = .held(ByteBuffer(bytes: bytes))
    case .bulk(let location) where !header.transferSyntax.isDeflated: content = .stored(reference, [location.range])
    default: throw ArchiveError(.unsupported, "the document cannot be read where it lies")
    }
    var part = AnswerPart(contentType: type, location: nil, content: content)
    // Encapsulated Document Length leaves out the padding (PS3.3 §C.24.2).
    if let length = header.dataSet.int(.encapsulatedDocumentLength).flatMap(UInt64.init(exactly:)),
      length < part.length
    {
      content = try await part.slice(0..<length, from: archive)
      part.content = content
    }
    return try await single(part, for: request, entityTag: EntityTag.make([reference.record.description, type]))
  }

  private func renderVideo(
    _ type: String, of reference: InstanceReference, _ header: Header, _ request: DICOMwebRequest
  ) async throws -> Response {
    guard case .encapsulated(_, let fragments)? = header.pixelData else {
      throw ArchiveError(.notFound, "the instance has no video")
    }
    _ = try request.accept.negotiateRendered(offers: [type])
    let part = AnswerPart(contentType: type, location: nil, content: .stored(reference, fragments.map(\.range)))
    return try await single(part, for: request, entityTag: EntityTag.make([reference.record.description, type]))
  }
}

extension StoredFrames {
  /// Whether a stored frame is itself a picture of that type: JPEG baseline is what browsers read.
  fileprivate func isPicture(of type: String) -> Bool {
    type == "image/jpeg" && reference.transferSyntax == TransferSyntax.jpegBaseline.uid.rawValue
  }

  /// The bytes of a frame, beginning with the byte or big-endian word that its first bit is in.
  fileprivate func bytesForRendering(of frame: Int, from archive: Archive) async throws -> ByteBuffer {
    switch try content(of: frame) {
    case .held(let bytes): return bytes
    case .stored(let reference, let segments): return try await archive.collect(reference, segments)
    case .bits(let reference, let bits): return try await archive.collect(reference, [.payload(bits.bytes)])
    case .decoded(let frame): return try await frame.samples(from: archive)
    case .transcoded, .toTranscode: throw ArchiveError(.unsupported, "a whole instance is no frame")
    }
  }
}

extension RenderingParameters {
  fileprivate var asksNothing: Bool { window == nil && viewport == nil && quality == nil && colorProfile == nil }
}

extension RenderOptions {
  fileprivate init(_ parameters: RenderingParameters) {
    self.init(
      window: parameters.window.map { window in
        let function: DICOMPixels.Window.Function =
          switch window.function {
          case .linear: .linear
          case .linearExact: .linearExact
          case .sigmoid: .sigmoid
          }
        return DICOMPixels.Window(center: window.center, width: window.width, function: function)
      },
      viewport: parameters.viewport.map { Viewport(width: $0.width, height: $0.height) },
      quality: parameters.quality ?? RenderOptions.defaultQuality)
  }
}
