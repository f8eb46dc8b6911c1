import DICOM
import DICOMObjects
import Foundation
import Testing

/// `made.py` writes an object of each kind that highdicom has; pydicom says what is in them.
@Suite("An object that highdicom wrote", .enabled(if: Oracle.hasPython), .serialized)
struct HighdicomTests {
  @Test("says to us what it says to pydicom, and is the same after we have written it")
  func content() async throws {
    try await Oracle.withTemporaryFolder { folder in
      let (status, text) = try Oracle.run(
        try #require(Oracle.python), [Oracle.folder.appending(path: "made.py").path, folder.path])
      try #require(status == 0, "\(text.suffix(2000))")
      let names = text.split(separator: "\n").map(String.init)
      #expect(names.count == 16)
      let verbs = Dictionary(grouping: names, by: Self.verb)
      for (verb, names) in verbs {
        let answers = try Oracle.answers(verb, names.map { folder.appending(path: "\($0).dcm").path })
        for name in names {
          let file = folder.appending(path: "\(name).dcm")
          let theirs = try #require(answers[file.path], "\(name)")
          let (lines, again) = try await Self.read([UInt8](Data(contentsOf: file)), verb)
          #expect(lines == theirs, "\(name)")
          #expect(again == theirs, "\(name), written again")
        }
      }
    }
  }

  /// The verb of `objects.py` that prints a kind of object.
  private static func verb(_ name: String) -> String {
    switch name {
    case "report", "keyobjects": "tree"
    case _ where name.hasPrefix("map") || name.hasPrefix("capture") || name == "presentation": "facts"
    default: "frames"
    }
  }

  /// What we say of a file, and what we say of it after having written it ourselves.
  private static func read(_ file: [UInt8], _ verb: String) async throws -> ([String], [String]) {
    let dataSet = try Part10.read(file).dataSet
    switch verb {
    case "frames":
      let read = try await Segmentation(file: file)
      return (FrameText.lines(read), FrameText.lines(try Segmentation(dataSet: read.dataSet())))
    case "tree":
      let read = try StructuredReport(dataSet: dataSet)
      return (TreeText.lines(read.root), TreeText.lines(try StructuredReport(dataSet: read.dataSet()).root))
    default: return (try ObjectText.lines(dataSet), try ObjectText.lines(ObjectText.written(dataSet)))
    }
  }

  @Test("is a measurement report of values")
  func measurements() throws {
    try Oracle.withTemporaryFolder { folder in
      _ = try Oracle.run(
        try #require(Oracle.python), [Oracle.folder.appending(path: "made.py").path, folder.path])
      let file = [UInt8](try Data(contentsOf: folder.appending(path: "report.dcm")))
      let document = try StructuredReport(dataSet: Part10.read(file).dataSet)
      let report = try MeasurementReport(root: document.root)
      #expect(report.observers == [.person(PersonName(dicom: "Reader^Made"))])
      #expect(report.groups.map(\.kind) == [.planar, .general])
      let lesion = report.groups[0]
      #expect(lesion.trackingIdentifier == "Lesion 1" && lesion.trackingUID == "2.25.700.400")
      #expect(lesion.algorithm == AlgorithmIdentification(name: "Finder", version: "2.1"))
      #expect(lesion.findingSites.map(\.anatomy.value) == ["10200004"])
      #expect(lesion.measurements.map(\.value.value) == [8.5])
      guard case .contours(let contours) = lesion.region else {
        Issue.record("no contour")
        return
      }
      #expect(contours.map(\.coordinates.points) == [[.init(column: 4, row: 3), .init(column: 5, row: 3)]])
      #expect(contours.map(\.image.instance.sopInstanceUID) == ["2.25.700.10"])
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "keyobjects.dcm")))
      let keys = try KeyObjectSelection(dataSet: Part10.read(bytes).dataSet)
      #expect(keys.title == .ofInterest && keys.description == "Look" && keys.references.count == 2)
    }
  }
}
