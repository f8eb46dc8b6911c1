import DICOM
import Testing

@Suite("Two data sets")
struct DifferenceTests {
  @Test("have no differences when they are one, in whatever character set")
  func identity() {
    var other = Examples.image
    other.transcodeToUTF8()
    #expect(Examples.image.differences(from: other).isEmpty)
    #expect(other.differences(from: Examples.image).isEmpty)
  }

  @Test("differ in each element that one of them changed or lacks", arguments: Array(Examples.dataSet.map(\.tag)))
  func each(tag: Tag) {
    var other = Examples.dataSet
    other[tag] = nil
    if tag == .specificCharacterSet {
      #expect(Examples.dataSet.differences(from: other).isEmpty == false || other.string(.patientName) != nil)
      return
    }
    let found = Examples.dataSet.differences(from: other)
    #expect(found.map(\.path) == [TagPath(tag)])
    #expect(found.first?.first == Examples.dataSet[tag] && found.first?.second == nil)
    #expect(other.differences(from: Examples.dataSet).first?.first == nil)
  }

  @Test("take a literal for text of the attribute's VR, and a UID for one")
  func literals() {
    var dataSet = DataSet()
    dataSet.set(.patientName, "")
    dataSet.set(.studyDate, "20260511")
    dataSet.set(.studyInstanceUID, UID("1.2.3"))
    #expect(dataSet.map(\.vr) == [.da, .pn, .ui])
  }

  @Test("are reached into by paths of keywords or tags")
  func paths() {
    let dataSet = Examples.dataSet
    let path = TagPath(selector: "ContentSequence/2/ConceptNameCodeSequence/0/CodeMeaning")
    #expect(path?.description == "0040A730/2/0040A043/0/00080104")
    #expect(path.flatMap(dataSet.element(at:))?.bytes == Array("Procedure reported".utf8))
    #expect(TagPath(selector: "0040A730/9/00080104").flatMap(dataSet.element(at:)) == nil)
    for text in ["", "NoKeyword", "PatientID/", "PatientID/x/PatientID", "ContentSequence/0"] {
      #expect(TagPath(selector: text) == nil, "\(text)")
    }
  }
}
