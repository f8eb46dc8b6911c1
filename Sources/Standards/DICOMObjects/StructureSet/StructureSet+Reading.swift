public import DICOM

extension StructureSet {
  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    guard try reader.requiredUID(.sopClassUID) == .rtStructureSetStorage else {
      throw reader.error(.wrongSOPClass, .sopClassUID, "an RT Structure Set")
    }
    self.init(
      header: ObjectHeader(reader), label: reader.string(.structureSetLabel) ?? "",
      date: DateTime(date: reader.string(.structureSetDate) ?? "", time: reader.string(.structureSetTime) ?? ""),
      regions: [])
    for frame in reader.items(.referencedFrameOfReferenceSequence) {
      guard let uid = frame.uid(.frameOfReferenceUID) else { continue }
      references[uid, default: []] += try StructureSet.references(frame)
    }
    var positions: [Int: Int] = [:]
    for item in reader.items(.structureSetROISequence) {
      let number = try item.requiredInt(.roiNumber)
      guard positions.updateValue(regions.count, forKey: number) == nil else {
        throw item.error(.invalidValue, .roiNumber, "each number once (PS3.3 §C.8.8.5)")
      }
      regions.append(
        Region(
          number: number, name: item.string(.roiName) ?? "",
          frameOfReferenceUID: item.uid(.referencedFrameOfReferenceUID) ?? "",
          generationAlgorithm: item.string(.roiGenerationAlgorithm) ?? "", contours: []))
    }
    for item in reader.items(.roiContourSequence) {
      guard let position = item.int(.referencedROINumber).flatMap({ positions[$0] }) else {
        item.note(.danglingReference, .referencedROINumber)
        continue
      }
      let color = item.ints(.roiDisplayColor)
      regions[position].displayColor = color.count == 3 ? color : nil
      regions[position].contours = try item.values(.contourSequence)
    }
    for item in reader.items(.rtroiObservationsSequence) {
      guard let position = item.int(.referencedROINumber).flatMap({ positions[$0] }) else {
        item.note(.danglingReference, .referencedROINumber)
        continue
      }
      regions[position].interpretedType = item.string(.rtroiInterpretedType) ?? ""
      regions[position].interpreter = item.personName(.roiInterpreter) ?? PersonName()
      regions[position].observationNumber = item.int(.observationNumber) ?? regions[position].number
    }
    findings = reader.log.findings
  }

  /// The images of a frame of reference: study, series, instances.
  private static func references(_ frame: ItemReader) throws(ObjectError) -> [HierarchicalReference] {
    var references: [HierarchicalReference] = []
    for study in frame.items(.rtReferencedStudySequence) {
      guard let studyUID = study.uid(.referencedSOPInstanceUID) else { continue }
      for series in study.items(.rtReferencedSeriesSequence) {
        guard let seriesUID = series.uid(.seriesInstanceUID) else { continue }
        for item in series.items(.contourImageSequence) {
          references.append(
            HierarchicalReference(studyUID: studyUID, seriesUID: seriesUID, instance: try InstanceReference(item: item))
          )
        }
      }
    }
    return references
  }
}

extension StructureSet.Contour: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    type = try item.term(.contourGeometricType)
    let numbers = item.doubles(.contourData)
    guard numbers.count % 3 == 0 else {
      throw item.error(.invalidValue, .contourData, "three numbers a point (PS3.3 §C.8.8.6.1)")
    }
    points = stride(from: 0, to: numbers.count, by: 3).map { SIMD3(numbers[$0], numbers[$0 + 1], numbers[$0 + 2]) }
    if let announced = item.int(.numberOfContourPoints), announced != points.count {
      item.note(.malformedValue, .numberOfContourPoints)
    }
    images = try item.values(.contourImageSequence)
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard !points.isEmpty, type != .point || points.count == 1 else {
      throw writer.error(.invalidValue, .contourData, "at least one point, exactly one for POINT")
    }
    try writer.put(.contourImageSequence, ifAny: images)
    try writer.put(.contourGeometricType, text: type.rawValue)
    try writer.put(.numberOfContourPoints, .is, points.count)
    try writer.put(.contourData, .ds, doubles: points.flatMap { [$0.x, $0.y, $0.z] })
  }
}
