public import DICOM
import DICOMPixels

extension PresentationState {
  public func dataSet() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    guard pseudoColor.isEmpty else {
      throw writer.error(.unsupported, .redPaletteColorLookupTableDescriptor, "pseudo-color states are not written")
    }
    try header.write(to: &writer, sopClass: .grayscaleSoftcopyPresentationStateStorage, modality: "PR")
    try writer.put(.laterality, orEmpty: "")
    try writer.put(.presentationCreationDate, text: header.created.date)
    try writer.put(.presentationCreationTime, text: header.created.time)
    try writer.put(.contentLabel, text: label)
    try writer.put(.contentDescription, orEmpty: description)
    try writer.put(.contentCreatorName, name: creator)
    try check(writer)
    var items: [ItemWriter] = []
    for (position, one) in series.enumerated() {
      var item = writer.writer(for: .referencedSeriesSequence, position)
      try item.put(.seriesInstanceUID, uid: one.seriesUID)
      try item.put(.referencedImageSequence, items: one.images)
      items.append(item)
    }
    writer.put(.referencedSeriesSequence, written: items)
    try writeTransforms(to: &writer)
    try writer.put(.displayedAreaSelectionSequence, items: displayedAreas)
    try shutter?.write(to: &writer)
    try writer.put(.graphicLayerSequence, ifAny: layers)
    try writer.put(.graphicAnnotationSequence, ifAny: annotations)
    for overlay in overlays { try overlay.write(to: &writer) }
    if rotationDegrees != 0 || isFlippedHorizontally {
      try writer.put(.imageRotation, .us, rotationDegrees)
      try writer.put(.imageHorizontalFlip, text: isFlippedHorizontally ? "Y" : "N")
    }
    return writer.finished()
  }

  private func writeTransforms(to writer: inout ItemWriter) throws(ObjectError) {
    switch modality {
    case .rescale(let slope, let intercept, let type)?:
      try writer.put(.rescaleSlope, .ds, doubles: [slope])
      try writer.put(.rescaleIntercept, .ds, doubles: [intercept])
      try writer.put(.rescaleType, text: type)
    case .table(let table, let type)?:
      var item = writer.writer(for: .modalityLUTSequence)
      try table.write(to: &item)
      try item.put(.modalityLUTType, text: type)
      writer.put(.modalityLUTSequence, written: [item])
    case nil: break
    }
    var items: [ItemWriter] = []
    for (position, transform) in voi.enumerated() {
      var item = writer.writer(for: .softcopyVOILUTSequence, position)
      try item.put(.referencedImageSequence, ifAny: transform.images)
      switch transform.rule {
      case .window(let center, let width, let explanation, let function):
        guard width > 0 else { throw item.error(.invalidValue, .windowWidth, "greater than 0 (PS3.3 §C.11.2.1.2)") }
        try item.put(.windowCenter, .ds, doubles: [center])
        try item.put(.windowWidth, .ds, doubles: [width])
        try item.put(.windowCenterWidthExplanation, ifAny: explanation)
        try item.put(.voilutFunction, ifAny: function)
      case .table(let table): try item.put(.voilutSequence, item: table)
      }
      items.append(item)
    }
    if !items.isEmpty { writer.put(.softcopyVOILUTSequence, written: items) }
    switch presentation {
    case .identity: try writer.put(.presentationLUTShape, text: "IDENTITY")
    case .inverse: try writer.put(.presentationLUTShape, text: "INVERSE")
    case .table(let table): try writer.put(.presentationLUTSequence, item: table)
    }
  }

  private func check(_ writer: ItemWriter) throws(ObjectError) {
    guard !series.isEmpty, series.allSatisfy({ !$0.images.isEmpty }) else {
      throw writer.error(.missingAttribute, .referencedSeriesSequence, "at least one image")
    }
    guard !displayedAreas.isEmpty else {
      throw writer.error(.missingAttribute, .displayedAreaSelectionSequence, "at least one area (PS3.3 §C.10.4)")
    }
    guard [0, 90, 180, 270].contains(rotationDegrees) else {
      throw writer.error(.invalidValue, .imageRotation, "0, 90, 180 or 270 (PS3.3 §C.10.6)")
    }
    let names = Set(layers.map(\.name))
    guard annotations.allSatisfy({ names.contains($0.layer) }) else {
      throw writer.error(.danglingReference, .graphicLayer, "a layer of Graphic Layer Sequence (PS3.3 §C.10.5)")
    }
    let known = Set(series.flatMap { $0.images.map(\.instance.sopInstanceUID) })
    let named = displayedAreas.flatMap(\.images) + annotations.flatMap(\.images) + voi.flatMap(\.images)
    guard named.allSatisfy({ known.contains($0.instance.sopInstanceUID) }) else {
      throw writer.error(.danglingReference, .referencedImageSequence, "an image of Referenced Series Sequence")
    }
  }
}

extension PresentationState.Overlay {
  fileprivate func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard OverlayPlane.groups.contains(group), plane.map({ $0.group == group }) ?? true else {
      throw writer.error(.invalidValue, Tag(group, 0x1001), "a group from 6000 to 601E (PS3.5 §7.6)")
    }
    if let layer { try writer.put(Tag(group, 0x1001), text: layer, .cs) }
    guard let plane else { return }
    guard case .bits(let bits) = plane.source, plane.numberOfFrames == nil,
      bits.count * 8 >= plane.rows * plane.columns
    else {
      throw writer.error(.invalidValue, Tag(group, 0x3000), "a bit for each pixel of one frame (PS3.3 §C.9.2)")
    }
    try writer.put(Tag(group, 0x0010), .us, plane.rows)
    try writer.put(Tag(group, 0x0011), .us, plane.columns)
    try writer.put(Tag(group, 0x0040), text: plane.isRegionOfInterest ? "R" : "G", .cs)
    try writer.put(Tag(group, 0x0050), .ss, ints: plane.origin)
    try writer.put(Tag(group, 0x0100), .us, 1)
    try writer.put(Tag(group, 0x0102), .us, 0)
    writer.put(Tag(group, 0x3000), .ow, bytes: bits.count % 2 == 0 ? bits : bits + [0])
  }
}
