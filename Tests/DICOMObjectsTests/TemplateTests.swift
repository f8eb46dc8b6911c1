import DICOM
import DICOMObjects
import Foundation
import Testing

@Suite("A tree held against its template")
struct TemplateTests {
  @Test("that we write has no finding")
  func written() throws {
    #expect(try BuiltReports.measurements.root().templateFindings() == [])
    #expect(BuiltReports.tomographyDose.templateFindings() == [])
    #expect(BuiltReports.projectionDose.templateFindings() == [])
  }

  @Test("of another template is not looked at")
  func others() {
    let root = ContentItem(.contains, CodedConcept("18748-4", "LN", "Report"), .container(.separate))
    #expect(root.templateFindings() == nil)
    #expect(BuiltReports.keyObjects.title != .imagingMeasurementReport)
  }

  /// A change of a tree, and what is told of it.
  struct Spoiled: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var root: @Sendable () throws -> ContentItem = { try BuiltReports.measurements.root() }
    let change: @Sendable (inout ContentItem) -> Void
    let finding: String
  }

  /// The groups stand in the last child of the root; the first is planar, the second volumetric, the third planar by a
  /// segmentation, the fourth general.
  private static func group(_ number: Int, _ change: @escaping @Sendable (inout ContentItem) -> Void)
    -> @Sendable (inout ContentItem) -> Void
  {
    { root in
      guard let last = root.children.indices.last else { return }
      change(&root.children[last].children[number])
    }
  }

  private static func drop(_ name: CodedConcept) -> @Sendable (inout ContentItem) -> Void {
    { $0.children.removeAll { $0.name == name } }
  }

  private static func turn(
    _ name: CodedConcept, _ change: @escaping @Sendable (inout ContentItem) -> Void
  ) -> @Sendable (inout ContentItem) -> Void {
    { item in
      for index in item.children.indices where item.children[index].name == name { change(&item.children[index]) }
    }
  }

  static let measurements: [Spoiled] = [
    Spoiled(
      testDescription: "no procedure", change: drop(.procedureReported),
      finding: "TID 1500 row 4, item 1: missing Procedure reported"),
    Spoiled(
      testDescription: "no measurements", change: drop(.imagingMeasurements),
      finding: "TID 1500 row 6, item 1: choice Imaging Measurements"),
    Spoiled(
      testDescription: "another title", change: { $0.name = CodedConcept("1", "99X", "Mine") },
      finding: "TID 1500 row 1, item 1: concept Mine"),
    Spoiled(
      testDescription: "a person without a name", change: drop(.personObserverName),
      finding: "TID 1500 row 2, item 1: missing Person Observer Name"),
    Spoiled(
      testDescription: "no tracking", change: group(0, drop(.trackingUniqueIdentifier)),
      finding: "TID 1410 row 3, item 1.9.1: missing Tracking Unique Identifier"),
    Spoiled(
      testDescription: "no region", change: group(0, drop(.imageRegion)),
      finding: "TID 1410 row 5, item 1.9.1: choice Image Region"),
    Spoiled(
      testDescription: "two kinds of region",
      change: group(1) { group in
        group.children.append(
          ContentItem(
            .contains, .regionInSpace,
            .spatialCoordinates3D(SpatialCoordinates3D(.point, [[1, 2, 3]], frameOfReferenceUID: "2.25.1"))))
      }, finding: "TID 1411 row 5, item 1.9.2: choice Image Region"),
    Spoiled(
      testDescription: "a contour on no image", change: group(0, turn(.imageRegion) { $0.children = [] }),
      finding: "TID 1410 row 6, item 1.9.1.8: missing"),
    Spoiled(
      testDescription: "a segmentation without its source", change: group(2, drop(.sourceImageForSegmentation)),
      finding: "TID 1410 row 8, item 1.9.3: missing Source image for segmentation"),
    Spoiled(
      testDescription: "a source without a segmentation",
      change: group(0) { group in
        group.children.append(
          ContentItem(.contains, .sourceImageForSegmentation, .image(ImageReference(BuiltReports.images[0]))))
      }, finding: "TID 1410 row 8, item 1.9.1: notAllowed Source image for segmentation"),
    Spoiled(
      testDescription: "an algorithm without a version", change: group(0, drop(.algorithmVersion)),
      finding: "TID 1410 row 2, item 1.9.1: missing Algorithm Version"),
    Spoiled(
      testDescription: "two findings",
      change: group(3) { group in
        for _ in 0..<2 { group.children.append(ContentItem(.contains, .finding, .code(.finding))) }
      }, finding: "TID 1501 row 3b, item 1.9.4: tooMany Finding"),
    Spoiled(
      testDescription: "a tracking identifier that is a code",
      change: group(1, turn(.trackingIdentifier) { $0.value = .code(.finding) }),
      finding: "TID 1411 row 2, item 1.9.2.1: valueType Tracking Identifier"),
    Spoiled(
      testDescription: "a tracking identifier that is contained",
      change: group(1, turn(.trackingIdentifier) { $0.relationship = .contains }),
      finding: "TID 1411 row 2, item 1.9.2.1: relationship Tracking Identifier"),
  ]

  static let dose: [Spoiled] = [
    Spoiled(
      testDescription: "no intent", root: { BuiltReports.tomographyDose },
      change: turn(.procedureReported) { $0.children = [] },
      finding: "TID 10011 row 3, item 1.1: missing Has Intent"),
    Spoiled(
      testDescription: "no total", root: { BuiltReports.tomographyDose },
      change: turn(.ctAccumulatedDoseData, drop(.ctDoseLengthProductTotal)),
      finding: "TID 10011 row 3, item 1.7: missing CT Dose Length Product Total"),
    Spoiled(
      testDescription: "an event without its UID", root: { BuiltReports.tomographyDose },
      change: turn(.ctAcquisition, drop(.irradiationEventUID)),
      finding: "TID 10013 row 6, item 1.8: missing Irradiation Event UID"),
    Spoiled(
      testDescription: "an event without its dose", root: { BuiltReports.tomographyDose },
      change: turn(.ctAcquisition, drop(CodedConcept("113829", "DCM", "CT Dose"))),
      finding: "TID 10013 row 21, item 1.8: missing CT Dose"),
    Spoiled(
      testDescription: "an event without a plane", root: { BuiltReports.projectionDose },
      change: turn(.irradiationEventXRayData, drop(CodedConcept("113764", "DCM", ""))),
      finding: "TID 10003 row 2, item 1.6: missing Acquisition Plane"),
  ]

  @Test("and spoiled in one thing tells that thing and its place", arguments: measurements + dose)
  func spoiled(_ example: Spoiled) throws {
    var root = try example.root()
    example.change(&root)
    #expect(root.templateFindings()?.map(\.description) == [example.finding])
  }
}

@Suite("The sample reports held against their templates", .enabled(if: Samples.arePresent))
struct SampleTemplateTests {
  /// What documents of the samples lack, by a part of the finding, and why it is right to say so. Rows that no document
  /// breaks have no entry, and one that none needs is a failure.
  static let argued: [String: String] = [
    "TID 1500 row 4, item 1: missing Procedure reported": "four of dcmjs, which says none",
    "sr_document.dcm: TID 1500 row 2, item 1.3: valueType Person Observer Name": "the name is a text, no PNAME",
    "RF-RDSR-GE.dcm: TID 10001 row 6+, item 1.9: missing": "the scope names no study or step",
    "RF-RDSR-GE.dcm: TID 10001 row 3, item 1.3: valueType Device Observer UID": "a text, no UIDREF",
    "CT-RDSR-GEPixelMed.dcm: TID 10013": "a report made of dose screens, which do not show these figures",
    "CT-ESR-GE_VCT.dcm: TID 10011": "an Enhanced SR from before the template was final",
  ]

  @Test("are told what they lack")
  func findings() throws {
    var used: Set<String> = []
    var clean = 0
    for file in SampleReportTests.files {
      guard let findings = try StructuredReport(dataSet: Samples.dataSet(file)).root.templateFindings() else {
        continue
      }
      if findings.isEmpty { clean += 1 }
      for finding in findings {
        let text = "\(file.split(separator: "/").last ?? ""): \(finding)"
        if let reason = Self.argued.keys.first(where: text.contains) {
          used.insert(reason)
        } else {
          Issue.record("\(text)")
        }
      }
    }
    print("\(clean) reports follow their template")
    #expect(used == Set(Self.argued.keys))
  }
}
