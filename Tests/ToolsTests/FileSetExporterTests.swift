import ArchiveCore
import Crypto
import DICOM
import Foundation
import NIOCore
import TestKit
import Testing

@testable import isocenter

@Suite("A file-set export")
struct FileSetExporterTests {
  /// Objects of the demo: several patients, scripts, kinds of records.
  private static let objects: [[UInt8]] = {
    let small = (0..<10).flatMap { ordinal in DemoPlan.small(seed: 2, ordinal).series() }
    let reports = (0..<3).map { TextReport(DemoPlan.small(seed: 2, $0)) } as [any DemoSeries]
    let doses = (0..<2).map { DoseReport(DemoPlan.small(seed: 2, $0)) } as [any DemoSeries]
    return (small + reports + doses).flatMap { series in (0..<series.count).map { series.object($0).bytes } }
  }()

  private static func provider(_ objects: [[UInt8]] = objects) throws -> HeldProvider {
    try HeldProvider(objects)
  }

  private static let python = """
    import os, sys, pydicom
    from pydicom.fileset import FileSet
    files = FileSet(os.path.join(sys.argv[1], "DICOMDIR"))
    listed = {instance.SOPInstanceUID: instance for instance in files}
    found = {}
    for folder, _, names in os.walk(os.path.join(sys.argv[1], "IMAGES")):
      for name in names:
        ds = pydicom.dcmread(os.path.join(folder, name))
        found[ds.SOPInstanceUID] = ds
        instance = listed[ds.SOPInstanceUID]
        assert os.path.samefile(instance.path, os.path.join(folder, name))
        assert instance.PatientID == ds.PatientID and str(instance.PatientName) == str(ds.PatientName)
        assert instance.StudyInstanceUID == ds.StudyInstanceUID
        assert instance.SeriesInstanceUID == ds.SeriesInstanceUID
        assert instance.SOPClassUID == ds.SOPClassUID
        assert instance.ReferencedTransferSyntaxUIDInFile == ds.file_meta.TransferSyntaxUID
    assert set(found) == set(listed) and len(listed) == int(sys.argv[2]), (len(found), len(listed))
    """

  private func expectPydicomReads(_ folder: String, _ count: Int) throws {
    let answer = try Oracle.run(Oracle.python, "-c", Self.python, folder, "\(count)")
    #expect(answer.status == 0, "\(answer.text)")
  }

  @Test("into a folder is a file-set that pydicom reads, every instance listed", .enabled(if: Oracle.hasPydicom))
  func folder() async throws {
    let scratch = try ScratchFolder()
    let out = "\(scratch.path)/out"
    let summary = await FileSetExporter(from: try Self.provider(), directory: "1.2.3").write(folder: out)
    #expect(summary.isClean)
    #expect(summary.written == Self.objects.count)
    try expectPydicomReads(out, Self.objects.count)
    #expect(scratch.files().allSatisfy { !$0.hasSuffix(".part") && !$0.contains("ARRIVING") })
    #expect(scratch.files().contains("out/README.TXT"))
  }

  @Test("as a ZIP archive is the same file-set, whatever unpacks it", .enabled(if: Oracle.hasPydicom))
  func zip() async throws {
    let scratch = try ScratchFolder()
    let archive = "\(scratch.path)/out.zip"
    let summary = await FileSetExporter(from: try Self.provider(), directory: "1.2.3").write(zip: archive)
    #expect(summary.isClean)
    #expect(summary.written == Self.objects.count)
    let unpacked = try Oracle.run(Oracle.python, "-m", "zipfile", "-e", archive, "\(scratch.path)/unpacked")
    #expect(unpacked.status == 0, "\(unpacked.text)")
    try expectPydicomReads("\(scratch.path)/unpacked", Self.objects.count)
    if Peer.has("unzip") {
      let tested = try Oracle.run("unzip", "-tqq", archive)
      #expect(tested.status == 0, "\(tested.text)")
    }
  }

  @Test("lists what DCMTK's dcmmkdir lists of the same files", .enabled(if: Oracle.hasPydicom && Peer.has("dcmmkdir")))
  func dcmmkdir() async throws {
    let scratch = try ScratchFolder()
    let out = "\(scratch.path)/out"
    _ = await FileSetExporter(from: try Self.provider(), directory: "1.2.3").write(folder: out)
    let theirs = "\(scratch.path)/THEIRS"
    let made = try Oracle.run(
      "dcmmkdir", "--recurse", "--general-purpose", "--input-directory", out, "--output-file", theirs,
      "--pattern", "IM*")
    #expect(made.status == 0, "\(made.text)")
    let answer = try Oracle.run(
      Oracle.python, "-c",
      """
      import sys, pydicom
      keys = ["DirectoryRecordType", "PatientID", "PatientName", "StudyDate", "StudyTime", "StudyID", "StudyDescription",
              "AccessionNumber", "StudyInstanceUID", "Modality", "SeriesInstanceUID", "SeriesNumber", "InstanceNumber",
              "CompletionFlag", "VerificationFlag", "ContentDate", "ContentTime", "ReferencedFileID",
              "ReferencedSOPClassUIDInFile", "ReferencedSOPInstanceUIDInFile", "ReferencedTransferSyntaxUIDInFile"]
      def records(path):
        ds = pydicom.dcmread(path)
        result = []
        for record in ds.DirectoryRecordSequence:
          # DCMTK writes no time zone and pads names; both compare as text.
          result.append(tuple(str(record.get(key, "")) for key in keys))
        return sorted(result)
      ours, theirs = records(sys.argv[1]), records(sys.argv[2])
      assert len(ours) == len(theirs), (len(ours), len(theirs))
      for a, b in zip(ours, theirs): assert a == b, [p for p in zip(keys, a, b) if p[1] != p[2]]
      """, "\(out)/DICOMDIR", theirs)
    #expect(answer.status == 0, "\(answer.text)")
    let dumped = try Oracle.run("dcmdump", "--quiet", "\(out)/DICOMDIR")
    #expect(dumped.status == 0, "\(dumped.text)")
  }

  @Test("is sound to dciodvfy", .enabled(if: Oracle.hasDciodvfy))
  func validity() async throws {
    let scratch = try ScratchFolder()
    _ = await FileSetExporter(from: try Self.provider(), directory: "1.2.3").write(folder: "\(scratch.path)/out")
    let errors = try Oracle.run("dciodvfy", "\(scratch.path)/out/DICOMDIR").text.split(separator: "\n")
      .filter { $0.hasPrefix("Error") }
    #expect(errors.isEmpty, "\(errors.joined(separator: "\n"))")
  }

  @Test("gives an import the same bytes back, from the ZIP archive and from DICOMDIR")
  func importing() async throws {
    let scratch = try ScratchFolder()
    let exporter = FileSetExporter(from: try Self.provider(), directory: "1.2.3")
    let archive = "\(scratch.path)/out.zip"
    _ = await exporter.write(zip: archive)
    _ = await exporter.write(folder: "\(scratch.path)/out")
    let expected = Set(Self.objects)
    for source in [archive, "\(scratch.path)/out/DICOMDIR"] {
      let harvest = try await Harvest(source)
      #expect(Set(harvest.objects.map(\.bytes)) == expected)
      #expect(harvest.objects.count == Self.objects.count)
      #expect(harvest.failures.isEmpty)
    }
  }

  @Test("reads twice what is too long to be held, and refuses what changes meanwhile", arguments: [false, true])
  func long(changes: Bool) async throws {
    let scratch = try ScratchFolder()
    let bytes = HandMade.part10("1.2.1.9", pixels: ZIPFileSet.heldLength + 77)
    var provider = try Self.provider([HandMade.part10("1.2.1.8"), bytes])
    provider.changesTheSecondTime = changes
    let path = "\(scratch.path)/out.zip"
    let summary = await FileSetExporter(from: provider, directory: "1.2.3").write(zip: path)
    if changes {
      guard case .failed = summary.ending else {
        Issue.record("the export ended as \(summary.ending)")
        return
      }
      #expect(scratch.files().isEmpty)
    } else {
      #expect(summary.isClean)
      #expect(Set(try await Harvest(path).objects.map(\.bytes)) == [HandMade.part10("1.2.1.8"), bytes])
    }
  }

  @Test("leaves away what cannot be read and says so", arguments: [true, false])
  func broken(asZIP: Bool) async throws {
    let scratch = try ScratchFolder()
    let good = HandMade.part10("1.2.1.8")
    let exporter = FileSetExporter(from: try Self.provider([good, Array(good.prefix(400))]), directory: "1.2.3")
    let path = "\(scratch.path)/out"
    let summary = asZIP ? await exporter.write(zip: path) : await exporter.write(folder: path)
    #expect(summary.failed == 1)
    #expect(summary.written == 1)
    #expect(summary.ending == .complete)
    let source = asZIP ? path : "\(path)/DICOMDIR"
    #expect(try await Harvest(source).objects.map(\.bytes) == [good])
  }
}

/// Files in memory.
private struct HeldProvider: ObjectProvider {
  var objects: [(ExportedInstance, [UInt8])] = []
  var changesTheSecondTime = false
  private let asked = Asked()

  struct Gone: Error {}

  init(_ files: [[UInt8]]) throws {
    for (index, bytes) in files.enumerated() {
      guard let study = StudyUID("1.2"), let series = SeriesUID("1.2.1"), let instance = InstanceUID("1.2.1.\(index)")
      else { throw Gone() }
      objects.append((ExportedInstance(study: study, series: series, instance: instance), bytes))
    }
  }

  func instances() async throws -> [ExportedInstance] { objects.map(\.0) }

  func bytes(of instance: ExportedInstance) async throws -> Chunks {
    guard let found = objects.first(where: { $0.0 == instance }) else { throw Gone() }
    var bytes = found.1
    if changesTheSecondTime, await asked.times(instance) > 1 { bytes[bytes.count - 1] ^= 1 }
    return Chunks(bytes)
  }

  private actor Asked {
    private var counts: [ExportedInstance: Int] = [:]

    func times(_ instance: ExportedInstance) -> Int {
      counts[instance, default: 0] += 1
      return counts[instance, default: 0]
    }
  }
}
