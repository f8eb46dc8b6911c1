public import DICOM
import DICOMPixels

extension PresentationState {
  /// The storage classes of the states that are read.
  public static let sopClasses: [UID] = [
    .grayscaleSoftcopyPresentationStateStorage, .pseudoColorSoftcopyPresentationStateStorage,
  ]

  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    let sopClass = try reader.requiredUID(.sopClassUID)
    guard PresentationState.sopClasses.contains(sopClass) else {
      throw reader.error(.wrongSOPClass, .sopClassUID, "a Grayscale or Pseudo-Color Softcopy Presentation State")
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
      displayedAreas: try reader.values(.displayedAreaSelectionSequence), shutter: DisplayShutter(reader),
      layers: try reader.values(.graphicLayerSequence), annotations: try reader.values(.graphicAnnotationSequence),
      overlays: PresentationState.overlays(reader),
      rotationDegrees: reader.int(.imageRotation) ?? 0,
      isFlippedHorizontally: reader.string(.imageHorizontalFlip) == "Y")
    if sopClass == .pseudoColorSoftcopyPresentationStateStorage {
      do {
        pseudoColor = try LookupTable.palette(of: dataSet)
      } catch {
        throw reader.error(.invalidValue, .redPaletteColorLookupTableDescriptor, error.detail)
      }
    }
    if displayedAreas.isEmpty { reader.note(.missingAttribute, .displayedAreaSelectionSequence) }
    findings = reader.log.findings
  }

  private static func modality(_ reader: ItemReader) throws(ObjectError) -> ModalityTransform? {
    if let table = reader.item(.modalityLUTSequence) {
      return .table(try LookupTable(item: table), type: table.string(.modalityLUTType) ?? "")
    }
    guard let slope = reader.double(.rescaleSlope), let intercept = reader.double(.rescaleIntercept) else { return nil }
    return .rescale(slope: slope, intercept: intercept, type: reader.string(.rescaleType) ?? "")
  }

  private static func voi(_ reader: ItemReader) throws(ObjectError) -> [VOITransform] {
    var transforms: [VOITransform] = []
    for item in reader.items(.softcopyVOILUTSequence) {
      let images: [ImageReference] = try item.values(.referencedImageSequence)
      if let table = item.item(.voilutSequence) {
        transforms.append(VOITransform(.table(try LookupTable(item: table)), images: images))
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

  private static func presentation(_ reader: ItemReader) throws(ObjectError) -> PresentationLUT {
    if let table = reader.item(.presentationLUTSequence) { return .table(try LookupTable(item: table)) }
    return reader.string(.presentationLUTShape) == "INVERSE" ? .inverse : .identity
  }

  private static func overlays(_ reader: ItemReader) -> [Overlay] {
    OverlayPlane.groups.compactMap { group -> Overlay? in
      let layer = reader.string(Tag(group, 0x1001))
      do {
        let plane = try OverlayPlane(reader.dataSet, group: group)
        return layer == nil && plane == nil ? nil : Overlay(group: group, layer: layer, plane: plane)
      } catch {
        reader.note(.malformedValue, Tag(group, 0x3000))
        return nil
      }
    }
  }
}
