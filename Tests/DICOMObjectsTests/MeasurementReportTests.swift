import DICOM
import DICOMObjects
import Foundation
import Testing

@Suite("A measurement report by TID 1500")
struct MeasurementReportTests {
  @Test("reads back equal through its tree")
  func roundTrip() throws {
    let report = BuiltReports.measurements
    let read = try MeasurementReport(root: report.root())
    #expect(read == report)
    #expect(read.libraryImages.map(\.instance) == BuiltReports.images)
    #expect(read.others.isEmpty && read.groups.allSatisfy { $0.others.isEmpty })
  }

  @Test("keeps what it does not know")
  func others() throws {
    var root = try BuiltReports.measurements.root()
    let strange = ContentItem(.contains, CodedConcept("1", "99X", "Strange"), .dateTime("2026"))
    let container = try #require(root.children.firstIndex { $0.name == .imagingMeasurements })
    root.children[container].children[0].children.append(strange)
    root.children.append(strange)
    let read = try MeasurementReport(root: root)
    #expect(read.groups[0].others == [strange] && read.others == [strange])
    #expect(try MeasurementReport(root: read.root()) == read)
  }

  @Test("is what highdicom reads", .enabled(if: Oracle.hasPython))
  func highdicom() throws {
    try Oracle.withTemporaryFolder { folder in
      let file = folder.appending(path: "report.dcm")
      try Oracle.write(try BuiltReports.measurementReport().dataSet(), to: file)
      let lines = try Oracle.ask(["highdicom", file.path]).dropFirst()
      #expect(
        Array(lines) == [
          "report Comprehensive3DSR 2 1 1",
          "planar\t2.25.360.1\t4147007\t10200004\t111030",
          "measurement\t410668003\t8.5\tmm\t-",
          "measurement\t112031\t41.25\t[hnsf'U]\t373098007",
          "evaluation\tRID50149\tRID5709",
          "planar\t2.25.360.3\t4147007\t-\t121214",
          "measurement\t42798000\t77.0\tmm2\t-",
          "volumetric\t2.25.360.2\t4147007\t10200004\t121191",
          "measurement\t118565006\t1234.5\tmm3\t-",
          "general\t2.25.360.4\t-\t-\t-",
          "measurement\t118565006\t0.1\tmm3\t-",
        ])
    }
  }

  @Test("is not written with a group that lacks what its template demands")
  func demands() {
    var report = BuiltReports.measurements
    report.groups[0].trackingUID = nil
    #expect(throws: ObjectError.self) { try report.root() }
    report = BuiltReports.measurements
    report.groups[0].region = .none
    #expect(throws: ObjectError.self) { try report.root() }
    report = BuiltReports.measurements
    report.proceduresReported = []
    #expect(throws: ObjectError.self) { try report.root() }
  }
}

@Suite("A dose report")
struct RadiationDoseTests {
  @Test("gives its totals and events")
  func figures() throws {
    let dose = try RadiationDose(root: BuiltReports.dose.root)
    #expect(dose.totals.count == 1 && dose.events.count == 1)
    #expect(dose.totals[0][.ctDoseLengthProductTotal]?.value == 321.5)
    #expect(dose.events[0].eventUID == "2.25.380.1")
    #expect(dose.events[0].acquisitionProtocol == "Abdomen")
    #expect(dose.events[0][.meanCTDIvol]?.value == 10.71)
    #expect(dose.events[0].figures.map { $0.within.first?.value } == ["113829", "113829"])
  }
}

@Suite("A key object selection")
struct KeyObjectTests {
  @Test("reads back equal")
  func roundTrip() throws {
    let selection = BuiltReports.keyObjects
    #expect(try KeyObjectSelection(dataSet: selection.dataSet()) == selection)
  }

  @Test("selects something")
  func empty() {
    var selection = BuiltReports.keyObjects
    selection.references = []
    #expect(throws: ObjectError.self) { try selection.dataSet() }
  }
}
