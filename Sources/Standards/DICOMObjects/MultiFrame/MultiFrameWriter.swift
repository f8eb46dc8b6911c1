import DICOM

/// Functional groups and dimensions of an object that is derived from images (PS3.3 §C.7.6.16, §C.7.6.17).
struct MultiFrameWriter {
  /// One frame: its plane, what it was derived from, and the items of its own groups.
  struct Frame {
    var plane: FramePlane
    var sources: [SourceImage]
    /// Index values of the dimensions before the position.
    var leadingIndices: [Int]
    var groups: DataSet
  }

  var frames: [Frame]
  /// Dimensions before the position: attribute and the sequence of its functional group.
  var leadingDimensions: [(index: Tag, group: Tag)]
  var organizationUID: UID
  /// Groups that all frames share beside plane and measures.
  var shared: DataSet

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard let first = frames.first else {
      throw writer.error(.missingAttribute, .numberOfFrames, "at least one frame")
    }
    try writer.put(.numberOfFrames, .is, frames.count)
    let isMeasureShared = frames.allSatisfy { $0.plane.measures == first.plane.measures }
    let isTurnShared = frames.allSatisfy { PlaneOrientation($0.plane) == PlaneOrientation(first.plane) }
    var sharedItem = writer.writer(for: .sharedFunctionalGroupsSequence)
    if isMeasureShared { try sharedItem.put(.pixelMeasuresSequence, item: first.plane.measures) }
    if isTurnShared { try sharedItem.put(.planeOrientationSequence, item: PlaneOrientation(first.plane)) }
    sharedItem.merge(shared)
    writer.put(.sharedFunctionalGroupsSequence, written: [sharedItem])
    try writeDimensions(to: &writer)

    let positions = positionIndices(first.plane)
    var items: [ItemWriter] = []
    for (number, frame) in frames.enumerated() {
      var item = writer.writer(for: .perFrameFunctionalGroupsSequence, number)
      var content = item.writer(for: .frameContentSequence)
      try content.put(.dimensionIndexValues, .ul, ints: frame.leadingIndices + [positions[number]])
      item.put(.frameContentSequence, written: [content])
      try item.put(.planePositionSequence, item: PlanePosition(position: frame.plane.position))
      if !isMeasureShared { try item.put(.pixelMeasuresSequence, item: frame.plane.measures) }
      if !isTurnShared { try item.put(.planeOrientationSequence, item: PlaneOrientation(frame.plane)) }
      if !frame.sources.isEmpty {
        var derivation = item.writer(for: .derivationImageSequence)
        try derivation.put(.derivationCodeSequence, item: CodedConcept.segmentation)
        try derivation.put(.sourceImageSequence, items: frame.sources)
        item.put(.derivationImageSequence, written: [derivation])
      }
      item.merge(frame.groups)
      items.append(item)
    }
    writer.put(.perFrameFunctionalGroupsSequence, written: items)
  }

  private func writeDimensions(to writer: inout ItemWriter) throws(ObjectError) {
    var organization = writer.writer(for: .dimensionOrganizationSequence)
    try organization.put(.dimensionOrganizationUID, uid: organizationUID)
    writer.put(.dimensionOrganizationSequence, written: [organization])
    var items: [ItemWriter] = []
    let dimensions = leadingDimensions + [(index: .imagePositionPatient, group: .planePositionSequence)]
    for (position, dimension) in dimensions.enumerated() {
      var item = writer.writer(for: .dimensionIndexSequence, position)
      try item.put(.dimensionOrganizationUID, uid: organizationUID)
      item.put(.dimensionIndexPointer, tags: [dimension.index])
      item.put(.functionalGroupPointer, tags: [dimension.group])
      try item.put(.dimensionDescriptionLabel, ifAny: DataDictionary.entry(dimension.index)?.keyword)
      items.append(item)
    }
    writer.put(.dimensionIndexSequence, written: items)
  }

  /// The number of each frame's position among all, counted along the normal from 1.
  private func positionIndices(_ first: FramePlane) -> [Int] {
    let normal = first.rowDirection.cross(first.columnDirection)
    let order = Set(frames.map(\.plane.position)).sorted {
      ($0.dot(normal), $0.x, $0.y, $0.z) < ($1.dot(normal), $1.x, $1.y, $1.z)
    }
    let numbers = Dictionary(zip(order, 1...)) { first, _ in first }
    return frames.map { numbers[$0.plane.position] ?? 1 }
  }
}
