/// Parallel planes gathered by their place along the normal.
struct PlanePlaces {
  /// Ascending along the normal; each holds the planes at one place, in their order.
  private(set) var places: [[ImagePlane]] = []
  /// Planes that lie beside the others of their place.
  private(set) var displaced: [GeometryFinding] = []

  init(_ planes: [ImagePlane]) {
    guard let normal = planes.first?.normal else { return }
    let ordered = planes.map { ($0.position.dot(normal), $0) }
      .sorted { ($0.0, $0.1.identity) < ($1.0, $1.1.identity) }
    var start = -Double.infinity
    for (distance, plane) in ordered {
      if distance - start > Volume.positionTolerance {
        places.append([plane])
        start = distance
        continue
      }
      let offset = (plane.position - places[places.count - 1][0].position).length
      if offset > 2 * Volume.positionTolerance {
        displaced.append(.displaced(plane.identity, millimetres: offset))
      } else {
        places[places.count - 1].append(plane)
      }
    }
    for index in places.indices { places[index].sort { $0.precedes($1) } }
  }

  /// Most planes at one place.
  var multiplicity: Int { places.map(\.count).max() ?? 0 }
}
