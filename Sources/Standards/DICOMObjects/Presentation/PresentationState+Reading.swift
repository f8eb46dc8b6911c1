public import DICOM

extension PresentationState {
  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    guard try reader.requiredUID(.sopClassUID) == .grayscaleSoftcopyPresentationStateStorage else {
      throw reader.error(.wrongSOPClass, .sopClassUID, "a Grayscale Softcopy Presentation State")
    }
    var header = ObjectHeader(reader)
    if let date = reader.string(.presentationCreationDate) {
      header.created = DateTime(date: date, time: reader.string(.presentationCreationTime) ?? "")
    }
    var series: [Series] = []
    for item in reader.items(.referencedSeriesSequence) {
      series.append(
        Series(
          seriesUID: try item.requiredUID(.seriesInstanceUID), images: try item.values(.referencedImageSequence)))
    }
    self.init(
      header: header, label: reader.string(.contentLabel) ?? "", description: reader.string(.contentDescription) ?? "",
      creator: reader.personName(.contentCreatorName) ?? PersonName(), series: series,
      modality: try PresentationState.modality(reader), voi: try PresentationState.voi(reader),
      presentation: try PresentationState.presentation(reader),
      displayedAreas: try reader.values(.displayedAreaSelectionSequence), shutter: try DisplayShutter(reader),
      layers: try reader.values(.graphicLayerSequence), annotations: try reader.values(.graphicAnnotationSequence),
      rotationDegrees: reader.int(.imageRotation) ?? 0,
      isFlippedHorizontally: reader.string(.imageHorizontalFlip) == "Y")
    if displayedAreas.isEmpty { reader.note(.missingAttribute, .displayedAreaSelectionSequence) }
    findings = reader.log.findings
  }

  private static func modality(_ reader: ItemReader) throws(ObjectError) -> ModalityTransform? {
    if let table = reader.item(.modalityLUTSequence) {
      return .table(try LookupTableValues(item: table), type: table.string(.modalityLUTType) ?? "")
    }
    guard let slope = reader.double(.rescaleSlope), let intercept = reader.double(.rescaleIntercept) else { return nil }
    return .rescale(slope: slope, intercept: intercept, type: reader.string(.rescaleType) ?? "")
  }

  private static func voi(_ reader: ItemReader) throws(ObjectError) -> [VOITransform] {
    var transforms: [VOITransform] = []
    for item in reader.items(.softcopyVOILUTSequence) {
      let images: [ImageReference] = try item.values(.referencedImageSequence)
      if let table = item.item(.voilutSequence) {
        transforms.append(VOITransform(.table(try LookupTableValues(item: table)), images: images))
      } else if let center = item.double(.windowCenter), let width = item.double(.windowWidth) {
        let rule = VOITransform.Rule.window(
          center: center, width: width, explanation: item.string(.windowCenterWidthExplanation) ?? "",
          function: item.string(.voilutFunction))
        transforms.append(VOITransform(rule, images: images))
      } else {
        item.note(.missingAttribute, .windowCenter)
      }
    }
    return transforms
  }

  private static func presentation(_ reader: ItemReader) throws(ObjectError) -> PresentationTransform {
    if let table = reader.item(.presentationLUTSequence) { return .table(try LookupTableValues(item: table)) }
    return reader.string(.presentationLUTShape) == "INVERSE" ? .inverse : .identity
  }
}
