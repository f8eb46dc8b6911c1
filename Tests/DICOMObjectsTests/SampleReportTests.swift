import DICOM
import DICOMObjects
import Foundation
import Testing

@Suite("The sample reports", .enabled(if: Samples.arePresent))
struct SampleReportTests {
  static let files = Samples.files(where: StructuredReport.isReport)

  @Test("are there in number")
  func count() { #expect(Self.files.count >= 45) }

  @Test("are read as pydicom reads them", .enabled(if: Oracle.hasPython))
  func trees() throws {
    let folder = try #require(Samples.folder)
    let expected = try Oracle.answers("tree", Self.files.map { "\(folder)/\($0)" })
    var findings: [String: Int] = [:]
    for file in Self.files {
      let report = try StructuredReport(dataSet: Samples.dataSet(file))
      for finding in report.findings { findings[finding.leniency.rawValue, default: 0] += 1 }
      let ours = TreeText.lines(report.root)
      let theirs = expected["\(folder)/\(file)"] ?? []
      #expect(ours.count == theirs.count, "\(file)")
      for (one, other) in zip(ours, theirs) where one != other {
        Issue.record("\(file):\n  ours   \(one)\n  pydicom \(other)")
        break
      }
    }
    print("tolerated in samples: \(findings)")
  }

  /// Reports that break a rule, which a strict writer names.
  static let refused: [String: String] = [
    // A referenced instance is no evidence.
    "broken/reportsi_with_empty_number_tags.dcm": "danglingReference at 0040A375",
    "rdsr/Dual-RDSR-DX.dcm": "danglingReference at 0040A375",
    "rdsr/RF-RDSR-Canon-Ultimaxi-mGyDoseAtRP.dcm": "danglingReference at 0040A375",
    "sr/reportsi.dcm": "danglingReference at 0040A375",
    "sr/test-SR.dcm": "danglingReference at 0040A375",
    // An item without its value.
    "rdsr/CT-RDSR-GEPixelMed.dcm": "invalidValue at 0040A730/10/0040A730/0/0040A040",
    "rdsr/RF-No-kVp-and-others.dcm": "invalidValue at 0040A730/9/0040A730/17/0040A040",
    "rdsr/RF-RDSR-Philips_Allura.dcm": "invalidValue at 0040A730/9/0040A730/4/0040A040",
    // A date and a time that are none.
    "rdsr/CT-RDSR-Philips_BigBore4DCT.dcm": "invalidValue at 00100030",
    "xdsi_studies/IDS-DEPT021-a/kos/kos-selftest.dcm": "invalidValue at 00080030",
    "xdsi_studies/IDS-DEPT021-a/kos/kos.dcm": "invalidValue at 00080030",
    // No SOP Instance UID.
    "sr/legacy/sr-circle.dcm": "invalidValue at 00080018",
    "sr/legacy/sr-ruler.dcm": "invalidValue at 00080018",
    // A container that is modified by coordinates.
    "sr/tid1500/sr-arrow.dcm": "invalidValue at 0040A730/0/0040A730/0/0040A730/4/0040A010",
  ]

  @Test("are the same after being written again, or the writer names the rule they break", arguments: files)
  func rewriting(file: String) throws {
    let report = try StructuredReport(dataSet: Samples.dataSet(file))
    let reason = Self.refused[String(file.dropFirst("dicom/".count))]
    do {
      let again = try StructuredReport(dataSet: report.dataSet())
      #expect(TreeText.lines(again.root) == TreeText.lines(report.root))
      #expect(reason == nil)
    } catch {
      #expect(reason.map { error.description.hasPrefix("\($0):") } ?? false, "\(error)")
    }
  }

  @Test(
    "of TID 1500 have groups with regions and figures",
    arguments: files.filter { $0.contains("tid1500") || $0.contains("qiicr") || $0.contains("sr_document") })
  func measurements(file: String) throws {
    let report = try MeasurementReport(root: StructuredReport(dataSet: Samples.dataSet(file)).root)
    #expect(!report.groups.isEmpty)
    #expect(report.groups.contains { $0.region != .none })
    // Each item of the tree is in the view or beside it, but for what the view says it does not keep: the country of a
    // language, the name that some give to the image of a contour, and a library without images.
    let tree = try StructuredReport(dataSet: Samples.dataSet(file)).root
    var written = report
    if written.proceduresReported.isEmpty { written.proceduresReported = [.noUnits] }
    if written.observers.isEmpty { written.observers = [.person(PersonName(dicom: "Nobody"))] }
    var names: [CodedConcept?: Int] = [:]
    for item in try written.root().descendants { names[item.name?.current, default: 0] += 1 }
    for item in tree.descendants { names[item.name?.current, default: 0] -= 1 }
    let lost = names.filter { $0.value < 0 }.keys.map { $0?.meaning ?? "" }
    #expect(Set(lost).isSubset(of: ["Country of Language", "Source Image", "Image Library"]), "\(lost)")
    // Some say no procedure and no observer, which we do not write.
    if !report.proceduresReported.isEmpty, !report.observers.isEmpty {
      #expect(try MeasurementReport(root: report.root()) == report)
    }
  }

  @Test("of dose have totals or events", arguments: files.filter { $0.contains("/rdsr/") })
  func dose(file: String) throws {
    let report = try StructuredReport(dataSet: Samples.dataSet(file))
    guard let dose = try? RadiationDose(root: report.root) else {
      #expect(report.sopClass == .enhancedSRStorage, "\(file): \(report.root.name.map(String.init(describing:)) ?? "")")
      return
    }
    #expect(!dose.totals.isEmpty || !dose.events.isEmpty)
    #expect(dose.events.allSatisfy { $0.eventUID != nil && !$0.figures.isEmpty }, "\(file)")
  }

  @Test("of key objects name instances", arguments: files.filter { $0.contains("kos") })
  func keyObjects(file: String) throws {
    let selection = try KeyObjectSelection(dataSet: Samples.dataSet(file))
    #expect(!selection.references.isEmpty && !selection.evidence.isEmpty)
  }

  @Test("parse or throw after any mutation")
  func mutation() throws {
    let seed = FuzzSeed.chosen
    print("report mutations: seed \(seed)")
    var random = Seeded(seed: seed)
    for file in Self.files {
      let bytes = try #require(Samples.bytes(at: "\(Samples.folder ?? "")/\(file)"))
      for _ in 0..<4 {
        var mutant = bytes
        for _ in 0..<8 {
          mutant[Int.random(in: 132..<mutant.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        guard let (_, dataSet) = try? Part10.read(mutant) else { continue }
        guard let report = try? StructuredReport(dataSet: dataSet) else { continue }
        _ = try? report.dataSet()
        _ = try? MeasurementReport(root: report.root)
        _ = try? RadiationDose(root: report.root)
      }
    }
  }
}

/// A generator with a seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
