/// Planes whose positions repeat, told apart: one volume for each phase, echo or kind of image.
struct PlaneSplit {
  private(set) var volumes: [Volume] = []
  private(set) var findings: [GeometryFinding] = []

  private typealias Key = [PlaneDistinction.Value?]

  init(_ places: PlanePlaces) {
    guard !places.places.isEmpty else { return }
    if places.multiplicity == 1 {
      volumes = [Volume(ascending: places.places.map { $0[0] })]
    } else if let (attributes, parts) = PlaneSplit.parts(places) {
      findings = [.severalVolumes(by: attributes, count: parts.count)]
      volumes = parts.map { key, planes in
        var distinctions: [PlaneDistinction: PlaneDistinction.Value] = [:]
        for (attribute, value) in zip(attributes, key) { distinctions[attribute] = value }
        return Volume(ascending: planes, distinctions: distinctions)
      }
    } else if let (attribute, ranked) = PlaneSplit.ranked(places) {
      findings = [.severalVolumes(by: [attribute], count: ranked.count)]
      volumes = ranked.map { Volume(ascending: $0) }
    } else {
      volumes = [Volume(ascending: places.places.map { $0[0] })]
      findings = places.places.flatMap { place in
        place.dropFirst().map { .duplicate($0.identity, of: place[0].identity) }
      }
    }
  }

  /// Volumes by the values of one attribute, or else of two, when as many come out as positions repeat.
  private static func parts(
    _ places: PlanePlaces
  ) -> (attributes: [PlaneDistinction], parts: [(Key, [ImagePlane])])? {
    let useful = PlaneDistinction.allCases.filter { attribute in
      places.places.contains { Set($0.map { $0.distinctions[attribute] }).count > 1 }
    }
    let pairs = useful.indices.flatMap { first in
      useful[(first + 1)...].map { [useful[first], $0] }
    }
    for attributes in useful.map({ [$0] }) + pairs {
      if let parts = split(places, by: attributes) { return (attributes, parts) }
    }
    return nil
  }

  private static func split(_ places: PlanePlaces, by attributes: [PlaneDistinction]) -> [(Key, [ImagePlane])]? {
    var parts: [Key: [ImagePlane]] = [:]
    for place in places.places {
      var seen: Set<Key> = []
      for plane in place {
        let key = attributes.map { plane.distinctions[$0] }
        guard seen.insert(key).inserted else { return nil }
        parts[key, default: []].append(plane)
        guard parts.count <= places.multiplicity else { return nil }
      }
    }
    return parts.sorted { $0.key.lexicographicallyPrecedes($1.key, by: isBelow) }.map { ($0.key, $0.value) }
  }

  private static func isBelow(_ left: PlaneDistinction.Value?, _ right: PlaneDistinction.Value?) -> Bool {
    switch (left, right) {
    case (nil, _?): true
    case (let left?, let right?): left < right
    default: false
    }
  }

  /// Volumes by rank, when an attribute such as trigger time has other values at every place but orders each of them.
  private static func ranked(_ places: PlanePlaces) -> (PlaneDistinction, [[ImagePlane]])? {
    let count = places.multiplicity
    guard places.places.allSatisfy({ $0.count == count }) else { return nil }
    for attribute in PlaneDistinction.allCases {
      let isOrdering = places.places.allSatisfy { place in
        let values = place.compactMap { $0.distinctions[attribute] }
        return values.count == count && Set(values).count == count
      }
      guard isOrdering else { continue }
      let sorted = places.places.map { place in
        place.sorted { isBelow($0.distinctions[attribute], $1.distinctions[attribute]) }
      }
      return (attribute, (0..<count).map { rank in sorted.map { $0[rank] } })
    }
    return nil
  }
}
