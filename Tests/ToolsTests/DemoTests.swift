import ArchiveCore
import DICOM
import Foundation
import Testing

@testable import isocenter

@Suite("The demo hospital")
struct DemoTests {
  /// Made once; every test looks at the same objects.
  private static let all = Array(DemoHospital.objects(seed: 1))

  private static func header(_ object: DemoObject) throws -> Header {
    var reader = HeaderReader()
    try reader.consume(object.bytes)
    return try reader.finish()
  }

  @Test("is the same for the same seed and another for another")
  func determinism() {
    // One study more changes nothing about those before it.
    let again = DemoHospital.objects(seed: 1, studies: 5)
    #expect(again.count > 100)
    for (first, second) in zip(DemoTests.all, again) where first != second {
      Issue.record("\(first.name) is not the same twice")
    }
    let other = DemoHospital.objects(seed: 2, studies: 1).first { _ in true }
    #expect(other?.bytes.count ?? 0 > 0)
    #expect((other?.bytes == DemoTests.all.first?.bytes) == false)
  }

  @Test("has as many objects as it says, at two sites, six patients, eight studies, two patients with priors")
  func extent() throws {
    let headers = try DemoTests.all.map(DemoTests.header)
    #expect(DemoTests.all.count == DemoHospital.objects(seed: 1).count)
    #expect(Set(DemoTests.all.map(\.site)) == [SiteID("harbour"), SiteID("hill")])
    #expect(Set(headers.compactMap { $0.dataSet.uid(.studyInstanceUID) }).count == 8)
    var studies: [String: Set<UID>] = [:]
    for header in headers {
      guard let patient = header.dataSet.string(.patientID), let study = header.dataSet.uid(.studyInstanceUID) else {
        Issue.record("an object without patient or study")
        continue
      }
      studies[patient, default: []].insert(study)
    }
    #expect(studies.count == 6)
    #expect(studies.values.filter { $0.count == 2 }.count == 2)
    #expect(Set(headers.compactMap { $0.dataSet.string(.modality) }) == ["CT", "MR", "CR", "DX", "US", "SR"])
  }

  @Test("never gives a UID twice, and none that PS3.5 §9.1 forbids")
  func identifiers() throws {
    let headers = try DemoTests.all.map(DemoTests.header)
    let instances = headers.compactMap { $0.dataSet.uid(.sopInstanceUID) }
    #expect(Set(instances).count == DemoTests.all.count)
    for tag in [Tag.sopInstanceUID, .seriesInstanceUID, .studyInstanceUID] {
      let uids = headers.compactMap { $0.dataSet.uid(tag) }
      #expect(uids.count == DemoTests.all.count)
      #expect(uids.allSatisfy { $0.isValid && $0.rawValue.hasPrefix("2.25.") })
    }
    #expect(Set(DemoTests.all.map(\.name)).count == DemoTests.all.count)
  }

  @Test("writes names in six scripts, each in its own character set")
  func names() throws {
    var sets: [String: String] = [:]
    for object in DemoTests.all {
      let header = try DemoTests.header(object)
      #expect(header.findings.isEmpty)
      guard let name = header.dataSet.personName(.patientName) else { continue }
      sets[header.dataSet.strings(.specificCharacterSet).joined(separator: "\\")] = name.dicom
      #expect(!name.dicom.contains("\u{FFFD}"))
      #expect(!name.dicom.contains("?"))
    }
    #expect(
      Set(sets.keys) == [
        "ISO_IR 100", "ISO_IR 126", "\\ISO 2022 IR 87", "ISO_IR 127", "ISO_IR 144", "ISO_IR 192",
      ])
    #expect(sets["\\ISO 2022 IR 87"]?.split(separator: "=").count == 3)
  }

  @Test("places the slices of a series evenly, each at its own position", arguments: ["CT", "MR"])
  func geometry(modality: String) throws {
    var positions: [UID: [Double]] = [:]
    for object in DemoTests.all where object.name.contains("/\(modality)") {
      let set = try DemoTests.header(object).dataSet
      let position = set.doubles(.imagePositionPatient)
      #expect(position.count == 3)
      #expect(set.doubles(.imageOrientationPatient) == [1, 0, 0, 0, 1, 0])
      if let series = set.uid(.seriesInstanceUID), let z = position.last { positions[series, default: []].append(z) }
    }
    #expect(!positions.isEmpty)
    for planes in positions.values {
      let steps = zip(planes.dropFirst(), planes).map { abs($0 - $1) }
      #expect(steps.allSatisfy { $0 == 6 })
    }
  }

  @Test("shows air, lung, soft tissue and bone in Hounsfield units")
  func hounsfield() throws {
    let slice = try #require(DemoTests.all.first { $0.name.contains("/CT2/20") })
    let (_, set) = try Part10.read(slice.bytes)
    let pixels = try #require(set[.pixelData]?.bytes)
    func hounsfield(row: Int, column: Int) -> Int {
      let offset = (row * 256 + column) * 2
      return Int(pixels[offset]) + Int(pixels[offset + 1]) * 256 - 1024
    }
    #expect(pixels.count == 256 * 256 * 2)
    #expect((-1024)...(-950) ~= hounsfield(row: 2, column: 2))
    #expect((-1000)...(-700) ~= hounsfield(row: 128, column: 200))
    // The middle of the chest, in front of the spine.
    #expect((-60)...260 ~= hounsfield(row: 140, column: 128))
    let bone = stride(from: 0, to: pixels.count, by: 2).filter { Int(pixels[$0]) + Int(pixels[$0 + 1]) * 256 > 1424 }
    #expect(bone.count > 200)
  }

  @Test("is taken by an import, site by site")
  func importing() async throws {
    let objects = DemoHospital.objects(seed: 1, studies: 3)
    var count = 0
    for try await item in DemoImport(objects: objects, site: SiteID("hill")) {
      guard case .object(let object) = item else { continue }
      #expect(object.name.hasPrefix("hill/"))
      let gathered = try await object.gathered()
      #expect(gathered.announced == UInt64(gathered.bytes.count))
      count += 1
    }
    #expect(count == 48)
  }

  /// One object of each series.
  private static func oneOfEach() -> [DemoObject] {
    var seen: Set<String> = []
    return all.filter { seen.insert(($0.name as NSString).deletingLastPathComponent).inserted }
  }

  @Test("obeys the IODs, as dciodvfy sees it", .enabled(if: Oracle.hasDciodvfy))
  func validity() throws {
    let scratch = try ScratchFolder()
    for (index, object) in DemoTests.oneOfEach().enumerated() {
      let path = try scratch.write("\(index).dcm", object.bytes)
      let errors = try Oracle.run("dciodvfy", path).text.split(separator: "\n").filter { $0.hasPrefix("Error") }
      #expect(errors.isEmpty, "\(object.name): \(errors.joined(separator: "\n"))")
    }
  }

  @Test("keeps the character set of each script for every name it draws")
  func manyNames() throws {
    for study in DemoPlan.studies(seed: 9, count: 200) {
      let set = TextReport(study).dataSet(0)
      #expect(set.strings(.specificCharacterSet) == study.patient.script.characterSet)
      #expect(set.personName(.patientName) == study.patient.name)
    }
  }

  @Test("reads the same in pydicom, names and pixels", .enabled(if: Oracle.hasPydicom))
  func pydicom() throws {
    let scratch = try ScratchFolder()
    var names = ""
    let reports = DemoPlan.studies(seed: 5, count: 80).map { TextReport($0).object(0) }
    for (index, object) in (DemoTests.oneOfEach() + reports).enumerated() {
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
          expected = ds.Rows * ds.Columns * ds.SamplesPerPixel * int(ds.get("NumberOfFrames", 1)) * ds.BitsAllocated // 8
          assert len(ds.PixelData) == expected, (len(ds.PixelData), expected)
      """
    let answer = try Oracle.run(Oracle.python, "-c", script, list)
    #expect(answer.status == 0, "\(answer.text)")
  }
}
