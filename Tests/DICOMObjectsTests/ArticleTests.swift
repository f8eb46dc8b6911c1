import DICOM
import DICOMObjects
import Testing

/// The code of the articles of `DICOMObjects.docc`, as it stands there.
@Suite("The articles about objects")
struct ObjectArticleTests {
  private let slice: UID = "2.25.330.1"
  private let study = Identities.study
  private let series = Identities.sourceSeries
  private let trackingUID: UID = "2.25.360.1"
  private let deviceUID: UID = "2.25.370.1"
  private let header = Identities.header(50)

  @Test("write an SR, and read one")
  func writing() throws {
    let image = InstanceReference(sopClassUID: .ctImageStorage, sopInstanceUID: slice)
    let line = SpatialCoordinates(.polyline, [.init(column: 40, row: 41), .init(column: 52, row: 41)])
    let lesion = MeasurementGroup(
      .planar, trackingIdentifier: "Lesion 1", trackingUID: trackingUID,
      finding: CodedConcept("4147007", "SCT", "Mass"),
      findingSites: [FindingSite(CodedConcept("10200004", "SCT", "Liver"))],
      algorithm: AlgorithmIdentification(name: "Finder", version: "2.1"),
      region: .contours([.init(line, on: ImageReference(image))]),
      measurements: [ReportedMeasurement(CodedConcept("410668003", "SCT", "Length"), NumericValue(8.5, .millimetre))])

    let measurements = MeasurementReport(
      observers: [.device(.init(uid: deviceUID, name: "Finder"))],
      proceduresReported: [CodedConcept("25045-6", "LN", "CT unspecified body region")], groups: [lesion])
    let report = StructuredReport(
      header: header, sopClass: .comprehensive3DSRStorage,
      evidence: [HierarchicalReference(studyUID: study, seriesUID: series, instance: image)],
      root: try measurements.root())
    let file = try Part10.write(report.dataSet(), in: .explicitVRLittleEndian)

    let dataSet = try Part10.read(file).dataSet
    let read = try MeasurementReport(root: StructuredReport(dataSet: dataSet).root)
    #expect(read == measurements)
    #expect(read.groups.flatMap(\.measurements).map(\.value.value) == [8.5])
    #expect(report.root.templateFindings() == [])
  }

  @Test("make a volume of a series")
  func volume() throws {
    let dataSets = [try BuiltSegmentations.build(.labelmap).dataSet()]
    let geometry = try SeriesGeometry(images: dataSets)
    for volume in geometry.volumes {
      if let affine = volume.affine {
        let position = affine.position(column: 1, row: 0, slice: 2)  // millimetres, LPS
        #expect(position == [-9.25, 5.5, 4])
      }
    }
    #expect(geometry.volumes.count == 1)
  }
}
