import DICOM

/// Where a frame that is written lies: in a patient or on a slide.
enum FramePlace {
  case patient(FramePlane)
  case slide(TilePosition, PixelMeasures)

  var measures: PixelMeasures {
    switch self {
    case .patient(let plane): plane.measures
    case .slide(_, let measures): measures
    }
  }

  var plane: FramePlane? { if case .patient(let plane) = self { plane } else { nil } }
  var tile: TilePosition? { if case .slide(let tile, _) = self { tile } else { nil } }

  /// Nil on a slide, whose tiles all lie in one plane.
  var orientation: PlaneOrientation? { plane.map { PlaneOrientation($0) } }

  func writePosition(to writer: inout ItemWriter) throws(ObjectError) {
    switch self {
    case .patient(let plane): try writer.put(.planePositionSequence, item: PlanePosition(position: plane.position))
    case .slide(let tile, _): try writer.put(.planePositionSlideSequence, item: tile)
    }
  }
}

/// A dimension that says where frames lie (PS3.3 §C.7.6.17): the attribute, its functional group, and the index of each
/// frame, counted from 1.
struct PlaceDimension {
  var index: Tag
  var group: Tag
  var values: [Int]

  /// The dimensions of places of one kind.
  static func all(_ places: [FramePlace]) -> [PlaceDimension] {
    if let first = places.first?.plane {
      let normal = first.rowDirection.cross(first.columnDirection)
      let keys = places.map { place in
        place.plane.map { [$0.position.dot(normal), $0.position.x, $0.position.y, $0.position.z] } ?? []
      }
      return [PlaceDimension(index: .imagePositionPatient, group: .planePositionSequence, values: ranks(keys))]
    }
    func dimension(_ index: Tag, _ key: (TilePosition) -> Double) -> PlaceDimension {
      let keys = places.map { place in place.tile.map { [key($0)] } ?? [] }
      return PlaceDimension(index: index, group: .planePositionSlideSequence, values: ranks(keys))
    }
    return [
      dimension(.columnPositionInTotalImagePixelMatrix) { Double($0.column) },
      dimension(.rowPositionInTotalImagePixelMatrix) { Double($0.row) },
      dimension(.zOffsetInSlideCoordinateSystem, \.z),
    ]
  }

  /// The place of each key among all different ones, from 1.
  private static func ranks(_ keys: [[Double]]) -> [Int] {
    let order = Set(keys).sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = Dictionary(zip(order, 1...)) { first, _ in first }
    return keys.map { numbers[$0] ?? 1 }
  }
}
