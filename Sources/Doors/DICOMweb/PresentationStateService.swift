import ArchiveCore
import DICOM
import DICOMObjects
import DICOMPixels
import DICOMweb
import Hummingbird
import NIOCore

/// WADO-RS: a presentation state rendered is the image it is for, as it says (PS3.18 §10.4.1.1.3).
extension DICOMwebDoor {
  /// Whether objects of a class are presentation states that are rendered.
  func isPresentationState(_ sopClass: UID) -> Bool { PresentationState.sopClasses.contains(sopClass) }

  /// Renders the first frame that a presentation state names and the caller may see.
  func renderPresentationState(
    _ reference: ArchiveCore.InstanceReference, _ header: Header, _ request: DICOMwebRequest,
    _ parameters: RenderingParameters
  ) async throws -> Response {
    let state: PresentationState
    do {
      state = try PresentationState(dataSet: header.dataSet)
    } catch {
      throw ArchiveError(.unsupported, "the presentation state cannot be applied: \(error)")
    }
    let images = state.series.lazy.flatMap { series in series.images.map { (series.seriesUID, $0) } }
    for (seriesUID, image) in images.prefix(Self.maximumImagesTried) {
      let frame = image.frames.first ?? 1
      guard frame > 0, let series = SeriesUID(seriesUID.rawValue),
        let instance = InstanceUID(image.instance.sopInstanceUID.rawValue),
        let stored = try await archive.instances(
          .instance(reference.study, series, instance), as: request.principal
        ).first,
        let presentation = state.display(of: image.instance.sopInstanceUID, frame: frame)
      else { continue }
      return try await render(
        frame: frame - 1, of: stored, try await archive.header(of: stored), request, parameters,
        by: AppliedPresentation(state: reference, presentation: presentation))
    }
    throw ArchiveError(.notFound, "no image that the presentation state is for is in the archive")
  }

  /// A state may name a million images; whoever has none of the first does not have the others either.
  private static var maximumImagesTried: Int { 64 }
}

/// A presentation, and the stored state it is of.
struct AppliedPresentation {
  let state: ArchiveCore.InstanceReference
  let presentation: Presentation
}

extension StoredFrames {
  /// A header with those values that rendering needs and reading it left in the stored object: colour profiles and
  /// overlays. Big-endian overlays stay where they are, and are not shown.
  func withValuesForRendering(_ header: Header, overlays: Bool, from archive: Archive) async throws -> DataSet {
    var dataSet = header.dataSet
    guard !header.transferSyntax.isDeflated else { return dataSet }
    if let profile = try await held(dataSet[.iccProfile], upTo: RenderOptions.maximumProfileLength, from: archive) {
      dataSet.set(profile)
    }
    if var path = dataSet.items(.opticalPathSequence).first,
      let profile = try await held(path[.iccProfile], upTo: RenderOptions.maximumProfileLength, from: archive)
    {
      path.set(profile)
      dataSet.set(.opticalPathSequence, items: [path] + dataSet.items(.opticalPathSequence).dropFirst())
    }
    guard overlays else { return dataSet }
    for group in OverlayPlane.groups {
      let data = dataSet[Tag(group, 0x3000)]
      if let plane = try await held(data, upTo: OverlayPlane.maximumLength, from: archive) { dataSet.set(plane) }
    }
    return dataSet
  }

  private func held(_ element: DataElement?, upTo limit: Int, from archive: Archive) async throws -> DataElement? {
    guard var element, case .bulk(let location) = element.value, !location.bigEndian, location.length <= limit else {
      return nil
    }
    element.value = .bytes(Array(try await archive.collect(reference, [.payload(location.range)]).readableBytesView))
    return element
  }
}
