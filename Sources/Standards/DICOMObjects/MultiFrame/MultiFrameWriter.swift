import DICOM

/// Functional groups and dimensions of an object that is derived from images (PS3.3 §C.7.6.16, §C.7.6.17).
struct MultiFrameWriter {
  /// One frame: where it lies, what it was derived from, and the items of its own groups.
  struct Frame {
    var place: FramePlace
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
    guard let first = frames.first?.place else {
      throw writer.error(.missingAttribute, .numberOfFrames, "at least one frame")
    }
    try writer.put(.numberOfFrames, .is, frames.count)
    let isMeasureShared = frames.allSatisfy { $0.place.measures == first.measures }
    let isTurnShared = frames.allSatisfy { $0.place.orientation == first.orientation }
    var sharedItem = writer.writer(for: .sharedFunctionalGroupsSequence)
    if isMeasureShared { try sharedItem.put(.pixelMeasuresSequence, item: first.measures) }
    if isTurnShared { try sharedItem.put(.planeOrientationSequence, ifAny: first.orientation) }
    sharedItem.merge(shared)
    writer.put(.sharedFunctionalGroupsSequence, written: [sharedItem])

    let places = PlaceDimension.all(frames.map(\.place))
    try writeDimensions(places, to: &writer)
    var items: [ItemWriter] = []
    for (number, frame) in frames.enumerated() {
      var item = writer.writer(for: .perFrameFunctionalGroupsSequence, number)
      var content = item.writer(for: .frameContentSequence)
      try content.put(.dimensionIndexValues, .ul, ints: frame.leadingIndices + places.map { $0.values[number] })
      item.put(.frameContentSequence, written: [content])
      try frame.place.writePosition(to: &item)
      if !isMeasureShared { try item.put(.pixelMeasuresSequence, item: frame.place.measures) }
      if !isTurnShared { try item.put(.planeOrientationSequence, ifAny: frame.place.orientation) }
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

  private func writeDimensions(_ places: [PlaceDimension], to writer: inout ItemWriter) throws(ObjectError) {
    var organization = writer.writer(for: .dimensionOrganizationSequence)
    try organization.put(.dimensionOrganizationUID, uid: organizationUID)
    writer.put(.dimensionOrganizationSequence, written: [organization])
    var items: [ItemWriter] = []
    let dimensions = leadingDimensions + places.map { (index: $0.index, group: $0.group) }
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
}
