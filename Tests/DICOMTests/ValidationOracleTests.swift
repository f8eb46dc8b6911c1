import DICOM
import Foundation
import Testing

enum DICOM3Tools {
  static let dciodvfy = "/usr/bin/dciodvfy"
}

/// dciodvfy of dicom3tools, which knows the IODs by tables of its own.
@Suite(
  "Validation of a sample file",
  .enabled(if: Samples.arePresent && FileManager.default.isExecutableFile(atPath: DICOM3Tools.dciodvfy)))
struct ValidationOracleTests {
  @Test("misses what dciodvfy misses")
  func agreement() throws {
    var agreed = 0
    var used: Set<String> = []
    var compared: [Substring: Int] = [:]
    for row in Samples.dicom {
      guard let file = row["file"], let folder = Samples.folder, row["pydicom_read"] == "ok",
        let bytes = Samples.bytes(of: row), bytes.count < 2_000_000, let header = try? Examples.read(bytes),
        let sopClass = header.dataSet.uid(.sopClassUID), IODDefinition(sopClass: sopClass) != nil
      else { continue }
      let chapter = file.prefix(upTo: file.lastIndex(of: "/") ?? file.endIndex)
      compared[chapter, default: 0] += 1
      if compared[chapter, default: 0] > 12 { continue }
      let theirs = try Self.dciodvfy("\(folder)/\(file)")
      guard let theirs else { continue }
      let ours = Set(
        DataSetValidator.findings(in: header.dataSet).filter { $0.severity == .error }.compactMap {
          finding -> String? in
          let keyword = finding.path.tag.keyword ?? ""
          switch finding.rule {
          case .missing, .missingMayBeEmpty: return "missing \(keyword)"
          case .empty: return "empty \(keyword)"
          default: return nil
          }
        })
      let differences =
        theirs.subtracting(ours).map { "\(file): only dciodvfy: \($0)" }
        + ours.subtracting(theirs).map { "\(file): only ours: \($0)" }
      if differences.isEmpty { agreed += 1 }
      for difference in differences.sorted() {
        if let reason = Self.argued.keys.first(where: difference.contains) {
          used.insert(reason)
        } else {
          Issue.record("\(difference)")
        }
      }
    }
    print("\(agreed) files miss the same attributes")
    #expect(agreed > 100)
    #expect(used == Set(Self.argued.keys), "\(Set(Self.argued.keys).subtracting(used))")
  }

  /// Where we say something else, by a part of the difference, and why.
  private static let argued = [
    "only dciodvfy: missing Laterality": "no data set tells whether a body part is paired",
    "only dciodvfy: missing URNCodeValue": "one of three is needed, which Code Value stands for here",
    "only dciodvfy: missing LongCodeValue": "one of three is needed, which Code Value stands for here",
    "only dciodvfy: missing MediaStorageSOP": "file meta information is no part of the data set",
    "only dciodvfy: missing FileMetaInformation": "file meta information is no part of the data set",
    "only dciodvfy: missing ImplementationClassUID": "file meta information is no part of the data set",
    "dicom/enhanced/cine-test.dcm: only dciodvfy: missing Frame": "an item does not see the Image Type around it",
    "only dciodvfy: missing ParallelReductionFactor": "required by Parallel Acquisition, which has no entry",
    "only dciodvfy: missing MultipleSpinEcho": "required by Echo Pulse Sequence, which is missing",
    "dicom/wsi/multiframe.dcm: only dciodvfy": "conditions of the tiled image that have no entry",
    "dicom/xdsi_studies/IDS-DEPT021-a/images/000000.dcm: only dciodvfy": "one of Exposure, its time and its current",
    "dicom/seg_liver_ct/encodings/liver_nonbyte_aligned_deflate.dcm: only dciodvfy: missing PixelData":
      "dciodvfy does not inflate",
    "HTJ2KLossless_08_RGB.dcm: only dciodvfy: missing PixelData": "dciodvfy does not know the transfer syntax",
    "PaletteColorLookupTableData": "segmented data stand for them (§C.7.9)",
    "rtss.dcm: only dciodvfy: missing PositionReferenceIndicator":
      "a module that the IOD leaves to the user: a warning",
    "only dciodvfy: missing PatientOrientation": "a slide has its orientation as direction cosines",
    "only dciodvfy: missing ReferencedSOP": "an item of a sequence that the IOD does not have",
    "only dciodvfy: empty ReferencedSOPClassUID": "an item of a sequence that the IOD does not have",
    "only dciodvfy: missing ReferencedStructureSetSequence": "required by Dose Summation Type, which has no entry",
    "only dciodvfy: missing AcquisitionDateTime": "required by Image Type, which has no entry",
    "only dciodvfy: missing RescaleType": "required when the units are others than HU, which has no entry",
    "only dciodvfy: missing ReferencedImageEvidenceSequence": "a condition that has no entry",
    "only dciodvfy: missing OverlayData": "repeating groups are not validated by module",
    "only dciodvfy: missing FrameOfReferenceUID": "required by what an item refers to, which has no entry",
    "only dciodvfy: missing MeasuredValueSequence": "a Value Type that the tables end above",
    "only dciodvfy: missing ConceptCodeSequence": "a Value Type that the tables end above",
    "only dciodvfy: empty ConceptCodeSequence": "a Value Type that the tables end above",
    "only ours: missing Modality": "General Series asks for it (§C.7.3.1), whatever SC Equipment says",
    "only ours: empty CodingSchemeVersion": "type 1C is not empty (PS3.5 §7.4.2)",
    "only ours: empty LossyImageCompressionRatio": "type 1C is not empty (PS3.5 §7.4.2)",
    "only ours: missing SoftwareVersions":
      "the dose report has had Enhanced General Equipment for longer than dciodvfy",
    "only ours: missing OperatorsName": "RT Series has had it as type 2 for longer than dciodvfy",
  ]

  /// `missing Keyword` and `empty Keyword` of a file; nil when the tool does not know the IOD.
  private static func dciodvfy(_ path: String) throws -> Set<String>? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: DICOM3Tools.dciodvfy)
    process.arguments = [path]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if text.contains("Information Object Not found") { return nil }
    var found: Set<String> = []
    for line in text.split(separator: "\n") {
      guard let element = line.firstRange(of: "Element=<") else { continue }
      let keyword = line[element.upperBound...].prefix { $0 != ">" }
      if line.contains("Missing attribute") { found.insert("missing \(keyword)") }
      if line.contains("Empty attribute") { found.insert("empty \(keyword)") }
    }
    return found
  }
}
