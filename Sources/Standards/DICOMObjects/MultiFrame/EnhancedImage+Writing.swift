public import DICOM

extension EnhancedImage {
  /// Groups that are equal in all frames are written as shared ones, wherever they stood before.
  public func dataSet() throws(ObjectError) -> DataSet {
    var data = try top()
    let writer = ItemWriter()
    try check(writer)
    guard let pixels else { throw writer.error(.missingAttribute, .pixelData, "the pixels of the image") }
    data.set(.numberOfFrames, .is, frames.count)
    data.set(.pixelData, pixels.bitsAllocated == 16 ? .ow : .ob, bytes: pixels.bytes)
    var groups: [DataSet] = []
    for (number, frame) in frames.enumerated() {
      var group = try frame.groups(kind, number: number)
      group.complete(with: frame.others.dataSet)
      groups.append(group)
    }
    var shared = DataSet()
    for element in groups.first ?? DataSet() where !EnhancedImage.ownGroups.contains(element.tag) {
      guard groups.allSatisfy({ $0[element.tag] == element }) else { continue }
      shared.set(element)
      for index in groups.indices { groups[index][element.tag] = nil }
    }
    data.set(.sharedFunctionalGroupsSequence, items: [shared])
    data.set(.perFrameFunctionalGroupsSequence, items: groups)
    data.complete(with: attributes.dataSet)
    if data.declaresCharacterSet { data.transcodeToUTF8() }
    return data
  }

  /// Groups that each frame has for itself (PS3.3 §C.7.6.16.2.2) or that tell frames apart.
  private static let ownGroups: Set<Tag> = [
    .frameContentSequence, .planePositionSequence, .unassignedPerFrameConvertedAttributesSequence,
  ]

  /// Written unless ``attributes`` says otherwise.
  static let usual: [(tag: Tag, value: String)] = [
    (.lossyImageCompression, "00"), (.presentationLUTShape, "IDENTITY"), (.photometricInterpretation, "MONOCHROME2"),
  ]

  /// What properties say of the image as a whole.
  func top() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    try header.write(to: &writer, sopClass: kind.sopClass, modality: kind.isTomography ? "CT" : "MR")
    try writer.put(.frameOfReferenceUID, ifAny: frameOfReferenceUID)
    try writer.put(.positionReferenceIndicator, orEmpty: "")
    try writer.put(.patientPosition, orEmpty: patientPosition)
    try characteristics.write(to: &writer, .imageType)
    try writer.put(.acquisitionDateTime, ifAny: acquisitionDateTime)
    try writer.put(.contentQualification, ifAny: contentQualification)
    try writer.put(.burnedInAnnotation, text: isBurnedIn ? "YES" : "NO")
    for (tag, value) in EnhancedImage.usual where !attributes.dataSet.contains(tag) { try writer.put(tag, text: value) }
    writer.putNoItems(.acquisitionContextSequence)
    try writer.put(.samplesPerPixel, .us, 1)
    try writer.put(.rows, .us, rows)
    try writer.put(.columns, .us, columns)
    try writer.put(.bitsAllocated, .us, pixels?.bitsAllocated ?? (bitsStored > 8 ? 16 : 8))
    try writer.put(.bitsStored, .us, bitsStored)
    try writer.put(.highBit, .us, bitsStored - 1)
    try writer.put(.pixelRepresentation, .us, isSigned ? 1 : 0)
    try writeDimensions(to: &writer)
    return writer.finished()
  }

  private func writeDimensions(to writer: inout ItemWriter) throws(ObjectError) {
    var organizations: [UID] = []
    for dimension in dimensions where !organizations.contains(dimension.organizationUID) {
      organizations.append(dimension.organizationUID)
    }
    var items: [ItemWriter] = []
    for (position, organization) in organizations.enumerated() {
      var item = writer.writer(for: .dimensionOrganizationSequence, position)
      try item.put(.dimensionOrganizationUID, uid: organization)
      items.append(item)
    }
    writer.put(.dimensionOrganizationSequence, written: items)
    items = []
    for (position, dimension) in dimensions.enumerated() {
      var item = writer.writer(for: .dimensionIndexSequence, position)
      try item.put(.dimensionOrganizationUID, uid: dimension.organizationUID)
      item.put(.dimensionIndexPointer, tags: [dimension.index])
      item.put(.functionalGroupPointer, tags: [dimension.group])
      items.append(item)
    }
    writer.put(.dimensionIndexSequence, written: items)
  }

  /// What the IODs demand of every image (PS3.3 §A.36.4, §A.38.1).
  private func check(_ writer: ItemWriter) throws(ObjectError) {
    try header.requireEnhancedEquipment(writer)
    guard let pixels, rows > 0, columns > 0, pixels.pixelsPerFrame == rows * columns, pixels.count == frames.count,
      pixels.bitsAllocated >= 8, (1...pixels.bitsAllocated).contains(bitsStored)
    else { throw writer.error(.contradiction, .pixelData, "rows × columns samples of 8 or 16 bits a frame") }
    guard !frames.isEmpty else { throw writer.error(.missingAttribute, .numberOfFrames, "at least one frame") }
    guard frameOfReferenceUID != nil else {
      throw writer.error(.missingAttribute, .frameOfReferenceUID, "the frame of reference of the frames")
    }
    guard characteristics.type.count >= 4 else {
      throw writer.error(.invalidValue, .imageType, "four values (PS3.3 §C.8.16.1)")
    }
    for (number, frame) in frames.enumerated() {
      let step = TagPath.Step(sequence: .perFrameFunctionalGroupsSequence, item: number)
      guard frame.dimensionIndices.count == dimensions.count else {
        throw ObjectError(
          .contradiction, path: TagPath(.dimensionIndexValues, in: [step]), "an index for each dimension")
      }
      let needed: [(Tag, Bool)] = [
        (.planePositionSequence, frame.plane == nil), (kind.frameTypeSequence, frame.characteristics == nil),
      ]
      for (tag, isMissing) in needed where isMissing && !frame.others.dataSet.contains(tag) {
        throw ObjectError(.missingAttribute, path: TagPath(tag, in: [step]), "a functional group of the IOD")
      }
    }
  }
}
