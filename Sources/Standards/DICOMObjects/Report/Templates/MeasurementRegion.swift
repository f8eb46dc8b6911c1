public import DICOM

/// The part of the images that a measurement group is about (PS3.16 TID 1410, TID 1411).
public enum MeasurementRegion: Hashable, Sendable {
  /// A contour drawn on an image.
  public struct ImageRegion: Hashable, Sendable {
    public var coordinates: SpatialCoordinates
    public var image: ImageReference

    public init(_ coordinates: SpatialCoordinates, on image: ImageReference) {
      self.coordinates = coordinates
      self.image = image
    }
  }

  /// The group speaks of no region (TID 1501).
  case none
  /// Contours on images; a planar group has one.
  case contours([ImageRegion])
  /// Shapes in the frame of reference; a planar group has one.
  case shapes([SpatialCoordinates3D])
  /// One segment on one frame of a segmentation.
  case segmentationFrame(ImageReference, sources: [ImageReference])
  /// A segment of a segmentation as a whole; its sources are images or a series.
  case segment(ImageReference, sources: [ImageReference], sourceSeries: UID?)

  /// The region the children of a group say, and the children that say it.
  static func region(in children: [ContentItem]) -> (region: MeasurementRegion, taken: Set<Int>) {
    let sources = children.indices.filter {
      children[$0].name == .sourceImageForSegmentation && children[$0].value.image != nil
    }
    let images = sources.compactMap { children[$0].value.image }
    for (index, child) in children.enumerated() {
      guard let name = child.name else { continue }
      switch (name, child.value) {
      case (.referencedSegmentationFrame, .image(let image)):
        return (.segmentationFrame(image, sources: images), Set(sources + [index]))
      case (.referencedSegment, .image(let image)):
        let series = children.firstIndex { $0.name == .sourceSeriesForSegmentation && $0.value.uid != nil }
        return (
          .segment(image, sources: images, sourceSeries: series.flatMap { children[$0].value.uid }),
          Set(sources + [index] + (series.map { [$0] } ?? []))
        )
      default: continue
      }
    }
    let contours = children.enumerated().compactMap { index, child in ImageRegion(child).map { (index, $0) } }
    if !contours.isEmpty { return (.contours(contours.map(\.1)), Set(contours.map(\.0))) }
    let shapes = children.enumerated().compactMap { index, child -> (Int, SpatialCoordinates3D)? in
      guard child.name == .imageRegion, child.children.isEmpty, case .spatialCoordinates3D(let shape) = child.value
      else { return nil }
      return (index, shape)
    }
    return shapes.isEmpty ? (.none, []) : (.shapes(shapes.map(\.1)), Set(shapes.map(\.0)))
  }

  var items: [ContentItem] {
    func item(_ name: CodedConcept, _ value: ContentValue) -> ContentItem { ContentItem(.contains, name, value) }
    switch self {
    case .none: return []
    case .contours(let regions): return regions.map(\.item)
    case .shapes(let shapes): return shapes.map { item(.imageRegion, .spatialCoordinates3D($0)) }
    case .segmentationFrame(let image, let sources):
      return [item(.referencedSegmentationFrame, .image(image))]
        + sources.map { item(.sourceImageForSegmentation, .image($0)) }
    case .segment(let image, let sources, let series):
      return [item(.referencedSegment, .image(image))]
        + sources.map { item(.sourceImageForSegmentation, .image($0)) }
        + (series.map { [item(.sourceSeriesForSegmentation, .uidReference($0))] } ?? [])
    }
  }
}

extension MeasurementRegion.ImageRegion {
  fileprivate init?(_ item: ContentItem) {
    guard item.name == .imageRegion, case .spatialCoordinates(let coordinates) = item.value, item.children.count == 1,
      item.children[0].children.isEmpty, let image = item.children[0].value.image
    else { return nil }
    self.init(coordinates, on: image)
  }

  fileprivate var item: ContentItem {
    ContentItem(
      .contains, .imageRegion, .spatialCoordinates(coordinates),
      children: [ContentItem(.selectedFrom, nil, .image(image))])
  }
}
