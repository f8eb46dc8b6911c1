public import DICOM

extension StructureSet {
  public func dataSet() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    try header.write(to: &writer, sopClass: .rtStructureSetStorage, modality: "RTSTRUCT")
    try writer.put(.operatorsName, orEmpty: "")
    try writer.put(.structureSetLabel, text: label)
    try writer.put(.structureSetDate, orEmpty: date.date)
    try writer.put(.structureSetTime, orEmpty: date.time)
    guard !regions.isEmpty else {
      throw writer.error(.missingAttribute, .structureSetROISequence, "at least one region of interest")
    }
    guard Set(regions.map(\.number)).count == regions.count else {
      throw writer.error(.invalidValue, .roiNumber, "each number once (PS3.3 §C.8.8.5)")
    }
    // The one frame of reference of all regions is that of the object too.
    if let frame = regions.first?.frameOfReferenceUID, regions.allSatisfy({ $0.frameOfReferenceUID == frame }) {
      try writer.put(.frameOfReferenceUID, uid: frame)
      try writer.put(.positionReferenceIndicator, orEmpty: "")
    }
    try writeReferences(to: &writer)
    var structures: [ItemWriter] = []
    var contours: [ItemWriter] = []
    var observations: [ItemWriter] = []
    for (position, region) in regions.enumerated() {
      var structure = writer.writer(for: .structureSetROISequence, position)
      try structure.put(.roiNumber, .is, region.number)
      try structure.put(.referencedFrameOfReferenceUID, uid: region.frameOfReferenceUID)
      try structure.put(.roiName, orEmpty: region.name)
      try structure.put(.roiGenerationAlgorithm, orEmpty: region.generationAlgorithm)
      structures.append(structure)

      var contour = writer.writer(for: .roiContourSequence, position)
      try contour.put(.referencedROINumber, .is, region.number)
      if let color = region.displayColor { try contour.put(.roiDisplayColor, .is, ints: color) }
      try contour.put(.contourSequence, ifAny: region.contours)
      contours.append(contour)

      guard let type = region.interpretedType else { continue }
      var observation = writer.writer(for: .rtroiObservationsSequence, observations.count)
      try observation.put(.observationNumber, .is, region.observationNumber)
      try observation.put(.referencedROINumber, .is, region.number)
      try observation.put(.rtroiInterpretedType, orEmpty: type)
      try observation.put(.roiInterpreter, name: region.interpreter)
      observations.append(observation)
    }
    writer.put(.structureSetROISequence, written: structures)
    writer.put(.roiContourSequence, written: contours)
    writer.put(.rtroiObservationsSequence, written: observations)
    return writer.finished()
  }

  private func writeReferences(to writer: inout ItemWriter) throws(ObjectError) {
    var frames: [ItemWriter] = []
    for uid in references.keys.sorted() {
      var frame = writer.writer(for: .referencedFrameOfReferenceSequence, frames.count)
      try frame.put(.frameOfReferenceUID, uid: uid)
      var studies: [ItemWriter] = []
      let byStudy = Dictionary(grouping: references[uid] ?? [], by: \.studyUID)
      for studyUID in byStudy.keys.sorted() {
        var study = frame.writer(for: .rtReferencedStudySequence, studies.count)
        // The class is retired, and the attribute remains type 1 (PS3.3 §C.8.8.5).
        try study.put(.referencedSOPClassUID, uid: "1.2.840.10008.3.1.2.3.1")
        try study.put(.referencedSOPInstanceUID, uid: studyUID)
        var items: [ItemWriter] = []
        let bySeries = Dictionary(grouping: byStudy[studyUID] ?? [], by: \.seriesUID)
        for seriesUID in bySeries.keys.sorted() {
          var series = study.writer(for: .rtReferencedSeriesSequence, items.count)
          try series.put(.seriesInstanceUID, uid: seriesUID)
          try series.put(.contourImageSequence, items: (bySeries[seriesUID] ?? []).map(\.instance))
          items.append(series)
        }
        study.put(.rtReferencedSeriesSequence, written: items)
        studies.append(study)
      }
      if !studies.isEmpty { frame.put(.rtReferencedStudySequence, written: studies) }
      frames.append(frame)
    }
    if !frames.isEmpty { writer.put(.referencedFrameOfReferenceSequence, written: frames) }
  }
}
