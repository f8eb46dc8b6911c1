import DICOM
import DICOMObjects

/// Reports, segmentations and the other objects, from whatever data set there is.
enum ObjectLaws {
  static func read(_ input: [UInt8]) throws(BrokenLaw) {
    guard let dataSet = try? Part10File(reading: input).dataSet else { return }
    try readAndWrite(StructuredReport.self, dataSet)
    try readAndWrite(KeyObjectSelection.self, dataSet)
    try readAndWrite(Segmentation.self, dataSet)
    try readAndWrite(ParametricMap.self, dataSet)
    try readAndWrite(PresentationState.self, dataSet)
    try readAndWrite(SecondaryCapture.self, dataSet)
    try readAndWrite(EncapsulatedDocument.self, dataSet)
    try readAndWrite(StructureSet.self, dataSet)
    try readAndWrite(Waveform.self, dataSet)
    _ = try? EnhancedImage(dataSet: dataSet)
    _ = try? SeriesGeometry(images: [dataSet, dataSet])
  }

  /// What can be written reads back as the same.
  private static func readAndWrite<Object: DICOMObject>(_ type: Object.Type, _ dataSet: DataSet) throws(BrokenLaw) {
    guard let object = try? Object(dataSet: dataSet), let written = try? object.dataSet() else { return }
    guard let again = try? Object(dataSet: written) else { throw BrokenLaw("what \(type) wrote it does not read") }
    try BrokenLaw.unless(again == object, "\(type) changes when it is written and read")
  }

  static func validate(_ input: [UInt8]) {
    guard let dataSet = try? Part10File(reading: input).dataSet else { return }
    _ = DataSetValidator.findings(in: dataSet)
  }
}
