import DICOM
import DICOMObjects
import Foundation
import Testing

@Suite("A structured report")
struct ReportTests {
  @Test("reads back equal after being written as a file", arguments: 0..<4)
  func roundTrip(number: Int) throws {
    let report = try BuiltReports.all()[number]
    let bytes = try Part10.write(report.dataSet(), in: .implicitVRLittleEndian)
    let read = try StructuredReport(dataSet: Part10.read(bytes).dataSet)
    #expect(read == report)
    #expect(TreeText.lines(read.root) == TreeText.lines(report.root))
    #expect(read.findings.isEmpty)
  }

  @Test("is written without an error for dciodvfy and DCMTK", .enabled(if: Oracle.path(of: "dciodvfy") != nil))
  func validators() throws {
    try Oracle.withTemporaryFolder { folder in
      for (number, report) in try BuiltReports.all().enumerated() {
        let file = folder.appending(path: "\(number).dcm")
        try Oracle.write(try report.dataSet(), to: file)
        let errors = try Oracle.errors(in: file)
        #expect(errors.isEmpty, "report \(number): \(errors)")
        guard let dsrdump = Oracle.path(of: "dsrdump") else { continue }
        let (status, text) = try Oracle.run(dsrdump, ["-Ee", file.path])
        #expect(status == 0, "\(text)")
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("E:") }, "\(text)")
      }
    }
  }

  @Test("says to pydicom what it says to us", .enabled(if: Oracle.hasPython))
  func pydicom() throws {
    try Oracle.withTemporaryFolder { folder in
      let reports = try BuiltReports.all()
      let files = reports.indices.map { folder.appending(path: "\($0).dcm") }
      for (report, file) in zip(reports, files) { try Oracle.write(try report.dataSet(), to: file) }
      let answers = try Oracle.answers("tree", files.map(\.path))
      for (report, file) in zip(reports, files) { #expect(answers[file.path] == TreeText.lines(report.root)) }
    }
  }

  /// What a strict writer refuses, and by which rule.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: ObjectError.Code
    let path: String
    let report: StructuredReport

    init(
      _ description: String, _ code: ObjectError.Code, _ path: String, _ sopClass: UID = .comprehensiveSRStorage,
      child: ContentItem
    ) {
      testDescription = description
      self.code = code
      self.path = path
      report = StructuredReport(
        header: Identities.header(9), sopClass: sopClass,
        evidence: Identities.evidence([BuiltReports.segmentation]),
        root: ContentItem(.contains, .imagingMeasurementReport, .container(.separate), children: [child]))
    }

    static let table: [Refusal] = [
      Refusal(
        "a number in a Basic Text SR", .invalidValue, "0040A730/0/0040A010", .basicTextSRStorage,
        child: ContentItem(.contains, .finding, .numeric(NumericValue(1, .noUnits)))),
      Refusal(
        "a relationship the class does not have", .invalidValue, "0040A730/0/0040A010",
        child: ContentItem(.selectedFrom, .finding, .text("x"))),
      Refusal(
        "3D coordinates in a Comprehensive SR", .invalidValue, "0040A730/0/0040A010",
        child: ContentItem(
          .contains, .regionInSpace,
          .spatialCoordinates3D(SpatialCoordinates3D(.point, [[1, 2, 3]], frameOfReferenceUID: "2.25.1")))),
      Refusal(
        "an item without its concept name", .missingAttribute, "0040A730/0/0040A043",
        child: ContentItem(.contains, nil, .text("x"))),
      Refusal(
        "an empty text", .missingAttribute, "0040A730/0/0040A160", child: ContentItem(.contains, .finding, .text(""))),
      Refusal(
        "a meaning longer than its VR", .invalidValue, "0040A730/0/0040A168/0/00080104",
        child: ContentItem(
          .contains, .finding, .code(CodedConcept("1", "99X", String(repeating: "x", count: 65))))),
      Refusal(
        "a backslash in a code", .invalidValue, "0040A730/0/0040A168/0/00080100",
        child: ContentItem(.contains, .finding, .code(CodedConcept("1\\2", "99X", "x")))),
      Refusal(
        "a code without a scheme", .missingAttribute, "0040A730/0/0040A168/0/00080102",
        child: ContentItem(.contains, .finding, .code(CodedConcept("1", "", "x")))),
      Refusal(
        "a date that is none", .invalidValue, "0040A730/0/0040A121",
        child: ContentItem(.contains, .finding, .date("2026-11-21"))),
      Refusal(
        "an identifier that is none", .invalidValue, "0040A730/0/0040A124",
        child: ContentItem(.contains, .finding, .uidReference("1.02"))),
      Refusal(
        "an image that is no evidence", .danglingReference, "0040A375",
        child: ContentItem(.contains, nil, .image(ImageReference(Identities.ct(7))))),
      Refusal(
        "a reference to nowhere", .danglingReference, "0040A730/0/0040DB73",
        child: ContentItem(.contains, nil, .reference([1, 5]))),
      Refusal(
        "a reference to an item around it", .danglingReference, "0040A730/0/0040DB73",
        child: ContentItem(.contains, nil, .reference([1]))),
      Refusal(
        "an item by reference in an Enhanced SR", .invalidValue, "0040A730/0/0040DB73", .enhancedSRStorage,
        child: ContentItem(.contains, nil, .reference([1, 1]))),
      Refusal(
        "a circle of three points", .invalidValue, "0040A730/0/00700022",
        child: ContentItem(
          .contains, .imageRegion,
          .spatialCoordinates(SpatialCoordinates(.circle, Array(repeating: .init(column: 1, row: 1), count: 3))))),
      Refusal(
        "segments of a reference to frames", .contradiction, "0040A730/0/00081199/0/0062000B",
        child: ContentItem(
          .contains, nil, .image(ImageReference(BuiltReports.segmentation, frames: [1], segments: [1])))),
      Refusal(
        "a value of an unknown type", .invalidValue, "0040A730/0/0040A040",
        child: ContentItem(.contains, .finding, .unknown("NEW"))),
      Refusal("another tree deeper than the limit", .limitExceeded, "", child: deep(ContentTreeLimits.depth)),
    ]

    static func deep(_ levels: Int) -> ContentItem {
      var item = ContentItem(.contains, .finding, .text("x"))
      for _ in 0..<levels { item = ContentItem(.contains, nil, .container(.separate), children: [item]) }
      return item
    }
  }

  @Test("is not written when it breaks a rule", arguments: Refusal.table)
  func refusal(_ refusal: Refusal) throws {
    let error = #expect(throws: ObjectError.self) { _ = try refusal.report.dataSet() }
    #expect(error?.code == refusal.code, "\(error.map(String.init(describing:)) ?? "")")
    if !refusal.path.isEmpty { #expect(error?.path?.description == refusal.path) }
  }

  @Test("is refused when its tree is too deep or too wide, without recursion or bloat")
  func bounds() throws {
    var data = try BuiltReports.dose.dataSet()
    var item = DataSet()
    item.set(.valueType, .cs, "CONTAINER")
    item.set(.relationshipType, .cs, "CONTAINS")
    var deep = item
    for _ in 0..<400 {
      var outer = item
      outer.set(.contentSequence, items: [deep])
      deep = outer
    }
    data.set(.contentSequence, items: [deep])
    #expect(throws: ObjectError.self) { try StructuredReport(dataSet: data) }
    data.set(.contentSequence, items: Array(repeating: item, count: ContentTreeLimits.items + 1))
    let error = #expect(throws: ObjectError.self) { try StructuredReport(dataSet: data) }
    #expect(error?.code == .limitExceeded)
  }

  @Test("reads what breaks rules in the wild, and says what it tolerated")
  func leniencies() throws {
    var data = try BuiltReports.dose.dataSet()
    var nameless = DataSet()
    nameless.set(.valueType, .cs, "TEXT")
    var unknown = DataSet()
    unknown.set(.valueType, .cs, "HOLOGRAM")
    unknown.set(.relationshipType, .cs, "CONTAINS")
    var lost = DataSet()
    lost.set(.relationshipType, .cs, "CONTAINS")
    lost.set(.referencedContentItemIdentifier, .ul, 1, 99)
    var code = DataSet()
    code.set(.codeValue, .sh, "X")
    unknown.set(.conceptNameCodeSequence, items: [code])
    data.set(.contentSequence, items: [nameless, unknown, lost])
    let report = try StructuredReport(dataSet: data)
    let found = Set(report.findings.map(\.leniency))
    #expect(
      found == [
        .missingRelationshipType, .missingConceptName, .emptyValue, .unknownValueType, .danglingReference,
        .missingCodeMeaning, .missingCodingScheme,
      ])
    #expect(report.root.children.map(\.value) == [.text(""), .unknown("HOLOGRAM"), .reference([1, 99])])
    #expect(report.findings.first?.path.description == "0040A730/0/0040A010")
  }

  @Test("of another SOP class is told by its path")
  func otherClass() throws {
    var data = try BuiltReports.dose.dataSet()
    data.set(.sopClassUID, UID.ctImageStorage)
    let error = #expect(throws: ObjectError.self) { try StructuredReport(dataSet: data) }
    #expect(error?.code == .wrongSOPClass && error?.path == TagPath(.sopClassUID))
  }
}

@Suite("A coded entry")
struct CodedConceptTests {
  @Test("is another's equal by value and scheme, whatever the language and version")
  func equality() {
    let one = CodedConcept("121071", "DCM", "Finding")
    #expect(one == CodedConcept("121071", "DCM", "Befund", schemeVersion: "01"))
    #expect(one != CodedConcept("121071", "99X", "Finding"))
    #expect(Set([one, CodedConcept("121071", "DCM", "")]).count == 1)
    #expect(CodedConcept("G-C0E3", "SRT", "Finding Site").current == .findingSite)
  }
}
