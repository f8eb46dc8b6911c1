import ArchiveCore
import ArgumentParser
import DICOM
import Foundation
import TestKit
import Testing

@testable import isocenter

@Suite("The demo hospital")
struct DemoTests {
  private static let studies = DemoHospital.studies()

  /// The first and a middle object of each series; made once, every test looks at the same.
  private static let samples: [(study: DemoStudy, object: DemoObject)] = samples(of: studies)

  private static func samples(of studies: [DemoStudy]) -> [(study: DemoStudy, object: DemoObject)] {
    studies.flatMap { study in
      study.series().flatMap { series in
        Set([0, series.count / 2]).sorted().map { (study, series.object($0)) }
      }
    }
  }

  private static func header(_ object: DemoObject) throws -> Header {
    var reader = HeaderReader()
    try reader.consume(object.bytes)
    return try reader.finish()
  }

  private static func first(_ kind: DemoStudy.Kind) throws -> DemoStudy {
    try #require(studies.first { $0.kind == kind })
  }

  @Test("is the same for the same seed, byte by byte, and another for another")
  func determinism() throws {
    let again = DemoTests.samples(of: DemoHospital.studies())
    #expect(again.count == DemoTests.samples.count)
    for (first, second) in zip(DemoTests.samples, again) where first.object != second.object {
      Issue.record("\(first.object.name) is not the same twice")
    }
    let other = try #require(DemoHospital.studies(seed: 2).first { $0.kind == .chestDX })
    #expect(other.uid != (try DemoTests.first(.chestDX)).uid)
    let (one, two) = (try #require(other.series().first), try #require(try DemoTests.first(.chestDX).series().first))
    #expect(one.dataSet(0)[.pixelData]?.bytes != two.dataSet(0)[.pixelData]?.bytes)
  }

  @Test("has two sites, twelve patients, twenty studies of eight kinds, and priors")
  func extent() throws {
    #expect(Set(DemoTests.studies.map(\.patient.site.id)) == [SiteID("harbour"), SiteID("hill")])
    #expect(Set(DemoTests.studies.map(\.patient.id)).count == 12)
    #expect(Set(DemoTests.studies.map(\.uid)).count == 20)
    #expect(Set(DemoTests.studies.map(\.kind)) == Set(DemoStudy.Kind.allCases))
    for study in DemoTests.studies {
      #expect(study.series().reduce(0) { $0 + $1.count } == study.instances)
    }
    let grown = Dictionary(grouping: DemoTests.studies, by: \.patient.id).values.filter { visits in
      visits.count > 1 && visits[0].date < visits[1].date && visits[0].noduleRadius < visits[1].noduleRadius
    }
    #expect(grown.count >= 2)
    #expect(try DemoTests.first(.chestCT).series()[0].count >= 120)
    let issuers = Set(DemoTests.studies.map(\.patient.site.code))
    #expect(issuers.count == 2)
    let written = try DemoTests.samples.map { try DemoTests.header($0.object).dataSet.string(.issuerOfPatientID) }
    #expect(Set(written.compactMap { $0 }) == issuers)
  }

  @Test("never gives a UID twice, and none that PS3.5 §9.1 forbids")
  func identifiers() throws {
    let headers = try DemoTests.samples.map { try DemoTests.header($0.object) }
    for tag in [Tag.sopInstanceUID, .seriesInstanceUID, .studyInstanceUID] {
      let uids = headers.compactMap { $0.dataSet.uid(tag) }
      #expect(uids.count == headers.count)
      #expect(uids.allSatisfy { $0.isValid && $0.rawValue.hasPrefix("2.25.") })
    }
    #expect(Set(headers.compactMap { $0.dataSet.uid(.sopInstanceUID) }).count == headers.count)
    #expect(Set(DemoTests.samples.map(\.object.name)).count == headers.count)
  }

  /// 2 March, 28 and 29 March (the last Sunday), July and the last Sunday of October 2026.
  @Test(
    "tells the time of each site, in summer as in winter",
    arguments: [(20_514, false), (20_540, false), (20_541, true), (20_650, true), (20_751, false)])
  func timeZones(day: Int, isSummer: Bool) {
    let date = DemoDate(day: day)
    #expect(date.isSummerTime == isSummer)
    #expect(DemoSite.all.map { $0.offset(on: date) } == (isSummer ? ["+0200", "+0300"] : ["+0100", "+0200"]))
  }

  @Test("writes names in ten scripts, each in its own character set")
  func names() throws {
    var sets: [String: String] = [:]
    for (study, object) in DemoTests.samples {
      let header = try DemoTests.header(object)
      #expect(header.findings.isEmpty)
      let name = try #require(header.dataSet.personName(.patientName))
      #expect(name == study.patient.name)
      sets[header.dataSet.strings(.specificCharacterSet).joined(separator: "\\")] = name.dicom
    }
    #expect(sets.count == 10)
    for japaneseOrKorean in ["\\ISO 2022 IR 87", "\\ISO 2022 IR 149"] {
      #expect(sets[japaneseOrKorean]?.split(separator: "=").count == 3)
    }
    #expect(sets["GB18030"]?.split(separator: "=").count == 2)
  }

  @Test("keeps the character set of each script for every name it draws")
  func manyNames() throws {
    for ordinal in 0..<400 {
      let study = DemoPlan.small(seed: 9, ordinal)
      let set = TextReport(study).dataSet(0)
      #expect(set.strings(.specificCharacterSet) == study.patient.script.characterSet)
      #expect(set.personName(.patientName) == study.patient.name)
    }
  }

  @Test("places the slices of a series evenly", arguments: [DemoStudy.Kind.chestCT, .abdomenCT, .headCT, .brainMR])
  func geometry(kind: DemoStudy.Kind) throws {
    let series = try #require(try DemoTests.first(kind).series().first)
    let sets = [0, 1, 2, series.count - 1].map { series.dataSet($0) }
    let positions = sets.map { $0.doubles(.imagePositionPatient) }
    let spacing = try #require(sets[0].doubles(.spacingBetweenSlices).first)
    let step = positions[1][2] - positions[0][2]
    #expect(abs(abs(step) - spacing) < 1e-9)
    for (position, index) in zip(positions, [0, 1, 2, series.count - 1]) {
      #expect(abs(position[2] - positions[0][2] - step * Double(index)) < 1e-6)
      #expect(position[0] == positions[0][0] && position[1] == positions[0][1])
    }
    for set in sets { #expect(set.doubles(.imageOrientationPatient) == [1, 0, 0, 0, 1, 0]) }
    #expect(Set(sets.map { $0.string(.frameOfReferenceUID) }).count == 1)
  }

  @Test("shows a person with a prior as the same person with a larger nodule")
  func growth() throws {
    let visits = DemoTests.studies.filter { $0.patient.id == DemoTests.studies[0].patient.id }
    let series = visits.map { TorsoCT($0, .chest) }
    let nodule = TorsoPhantom.nodule
    let scale = visits[0].patient.scale
    let slice = try #require(
      (0..<120).min { abs(series[0].height($0) - nodule.z * scale) < abs(series[0].height($1) - nodule.z * scale) })
    let sizes = series.map { series in
      let slice = Slice(series, slice)
      return slice.count(around: nodule, scale: scale, radius: 20) { $0 > -200 }
    }
    #expect(sizes[0] > 20)
    #expect(sizes[1] > sizes[0] * 2)
    // Elsewhere nothing but the noise has changed.
    let (prior, now) = (Slice(series[0], 80), Slice(series[1], 80))
    let differences = zip(prior.values, now.values).map { abs($0 - $1) }
    #expect(differences.reduce(0, +) / differences.count < 25)
    #expect(prior.values != now.values)
  }

  @Test("obeys the IODs, as dciodvfy sees it", .enabled(if: Oracle.hasDciodvfy))
  func validity() throws {
    let scratch = try ScratchFolder()
    let small = (0..<12).flatMap { DemoTests.samples(of: [DemoPlan.small(seed: 3, $0)]) }
    for (index, sample) in (DemoTests.samples + small).enumerated() {
      let path = try scratch.write("\(index).dcm", sample.object.bytes)
      let errors = try Oracle.run("dciodvfy", path).text.split(separator: "\n").filter { $0.hasPrefix("Error") }
      #expect(errors.isEmpty, "\(sample.object.name): \(errors.joined(separator: "\n"))")
    }
  }

  @Test("reads the same in pydicom, names and pixels", .enabled(if: Oracle.hasPydicom))
  func pydicom() throws {
    let scratch = try ScratchFolder()
    var names = ""
    let reports = (0..<60).map { TextReport(DemoPlan.small(seed: 5, $0)).object(0) }
    for (index, object) in (DemoTests.samples.map(\.object) + reports).enumerated() {
      try scratch.write("\(index).dcm", object.bytes)
      names += (try DemoTests.header(object).dataSet.personName(.patientName)?.dicom ?? "") + "\n"
    }
    let list = try scratch.write("names", Array(names.utf8))
    let script = """
      import os, sys, pydicom, warnings
      warnings.simplefilter("error")
      for index, name in enumerate(open(sys.argv[1], encoding="utf-8").read().splitlines()):
        ds = pydicom.dcmread(os.path.join(os.path.dirname(sys.argv[1]), f"{index}.dcm"))
        assert str(ds.PatientName) == name, (ascii(str(ds.PatientName)), ascii(name))
        for element in ds.iterall(): str(element)
        if "PixelData" in ds:
          pixels = ds.pixel_array
          assert pixels.std() > 10, (ds.Modality, pixels.std())
          assert pixels.max() < 2 ** ds.BitsStored
      """
    let answer = try Oracle.run(Oracle.python, "-c", script, list)
    #expect(answer.status == 0, "\(answer.text)")
  }

  @Test("has the Hounsfield units that its tissues are defined by", .enabled(if: Oracle.hasPydicom))
  func hounsfield() throws {
    let scratch = try ScratchFolder()
    var lines = ""
    for (kind, region, places) in Region.all {
      let study = try DemoTests.first(kind)
      let series = TorsoCT(study, region)
      for place in places {
        let z = place.centre.z * study.patient.scale
        let position = try #require(
          (0..<series.count).min { abs(series.height($0) - z) < abs(series.height($1) - z) })
        let name = "\(kind)\(position).dcm"
        try scratch.write(name, series.object(position).bytes)
        let (x, y) = (place.centre.x * study.patient.scale, place.centre.y * study.patient.scale)
        lines += "\(name) \(x) \(y) \(place.radius) \(place.tissue.hounsfield) \(place.tissue)\n"
      }
    }
    let list = try scratch.write("places", Array(lines.utf8))
    let script = """
      import os, sys, numpy, pydicom
      for line in open(sys.argv[1]):
        name, x, y, radius, expected, tissue = line.split()
        ds = pydicom.dcmread(os.path.join(os.path.dirname(sys.argv[1]), name))
        hu = ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
        rows, columns = numpy.mgrid[0:ds.Rows, 0:ds.Columns]
        px = float(ds.ImagePositionPatient[0]) + columns * float(ds.PixelSpacing[1])
        py = float(ds.ImagePositionPatient[1]) + rows * float(ds.PixelSpacing[0])
        roi = hu[(px - float(x)) ** 2 + (py - float(y)) ** 2 <= float(radius) ** 2]
        assert len(roi) > 8, line
        assert abs(roi.mean() - float(expected)) < 5 + 2 * roi.std() / len(roi) ** 0.5, (line, roi.mean())
        assert roi.std() > 1, line
      """
    let answer = try Oracle.run(Oracle.python, "-c", script, list)
    #expect(answer.status == 0, "\(answer.text)")
  }

  @Test("reports the dose of the CT it belongs to")
  func dose() throws {
    let study = try DemoTests.first(.chestCT)
    let report = DoseReport(study).dataSet(0)
    let slice = TorsoCT(study, .chest).dataSet(0)
    #expect(report.uid(.studyInstanceUID) == slice.uid(.studyInstanceUID))
    let all = Content.flat(report)
    #expect(all.first { $0.name == "113769" }?.item.uid(.uid) == slice.uid(.irradiationEventUID))
    let measured = all.compactMap { entry in
      entry.item.items(.measuredValueSequence).first?.doubles(.numericValue).first.map { (entry.name, $0) }
    }
    let values = Dictionary(measured) { first, _ in first }
    let index = try #require(values["113830"])
    #expect([index] == slice.doubles(.ctdiVol))
    let product = index * (try #require(values["113825"])) / 10
    #expect(abs(product - (try #require(values["113838"]))) < 0.1)
    #expect(values["113838"] == values["113813"])
  }

  @Test("takes a number of small studies between one and its bound", arguments: ["0", "-4", "99999999999", "x"])
  func bounds(text: String) {
    #expect(throws: (any Error).self) { try DemoCommand.parse(["--studies", text]) }
  }
}

/// Where in the trunk there is what, in millimetres of the phantom: chosen by eye, apart from the code that draws it.
private struct Region {
  var centre: Point
  var radius: Double
  var tissue: CTTissue

  static let all: [(DemoStudy.Kind, TorsoCT.Region, [Region])] = [
    (
      .chestCT, .chest,
      [
        Region(centre: Point(-190, -150, 0), radius: 20, tissue: .air),
        Region(centre: Point(25.5, 36, 10), radius: 7, tissue: .arterialBlood),
        Region(centre: Point(0, 12, 100), radius: 5, tissue: .air),
        Region(centre: Point(-26, -16, -36), radius: 12, tissue: .venousBlood),
        Region(centre: Point(-167, 5, 0), radius: 2.5, tissue: .fat),
        Region(centre: Point(-84, 36, 68), radius: 2.5, tissue: .nodule),
      ]
    ),
    (
      .abdomenCT, .abdomen,
      [
        Region(centre: Point(-100, 10, -130), radius: 12, tissue: .liver),
        Region(centre: Point(58, -8, -118), radius: 10, tissue: .water),
        Region(centre: Point(101, 33, -124), radius: 8, tissue: .spleen),
        Region(centre: Point(-54, -42, -196), radius: 6, tissue: .bile),
        Region(centre: Point(46, 40, -300), radius: 9, tissue: .muscle),
        Region(centre: Point(0, 36, -262), radius: 9, tissue: .spongy),
      ]
    ),
  ]
}

/// A slice in Hounsfield units.
private struct Slice {
  var values: [Int]

  init(_ series: TorsoCT, _ position: Int) {
    let bytes = series.dataSet(position)[.pixelData]?.bytes ?? []
    values = stride(from: 0, to: bytes.count, by: 2).map { Int(bytes[$0]) + Int(bytes[$0 + 1]) * 256 - 1024 }
  }

  /// Pixels around a place that are so.
  func count(around place: Point, scale: Double, radius: Double, _ isCounted: (Int) -> Bool) -> Int {
    let grid = TorsoCT.grid
    var count = 0
    for row in 0..<grid.rows {
      let y = grid.top + Double(row) * grid.spacingMillimetres - place.y * scale
      for column in 0..<grid.columns where abs(y) < radius {
        let x = grid.left + Double(column) * grid.spacingMillimetres - place.x * scale
        if x * x + y * y < radius * radius, isCounted(values[row * grid.columns + column]) { count += 1 }
      }
    }
    return count
  }
}

private enum Content {
  /// Every content item below, with the code of its name.
  static func flat(_ set: DataSet) -> [(name: String, item: DataSet)] {
    set.items(.contentSequence).flatMap { item in
      [(item.items(.conceptNameCodeSequence).first?.string(.codeValue) ?? "", item)] + flat(item)
    }
  }
}
