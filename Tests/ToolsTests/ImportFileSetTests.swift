import DICOM
import Testing

@testable import isocenter

@Suite("A DICOMDIR to import")
struct ImportFileSetTests {
  let scratch: ScratchFolder

  init() throws {
    scratch = try ScratchFolder()
  }

  @Test("gives the files it refers to, each once, in the order of its records")
  func references() async throws {
    try scratch.write("A/B/IM2", HandMade.part10("1.2.3.2"))
    try scratch.write("A/IM1", HandMade.part10("1.2.3.1"))
    try scratch.write("A/OTHER", HandMade.part10("1.2.3.3"))
    let directory = try scratch.write("DICOMDIR", HandMade.directory(["A\\B\\IM2", "A\\IM1", "A\\B\\IM2"]))
    let harvest = try await Harvest(directory)
    #expect(harvest.names == ["IM2", "IM1"])
    #expect(harvest.objects.first?.bytes == HandMade.part10("1.2.3.2"))
    #expect(harvest.notes.isEmpty)
  }

  @Test(
    "finds files that a disc shows otherwise",
    arguments: [
      "patient/im000001", "PATIENT/IM000001.", "PATIENT/IM000001.;1", "patient/im000001;1", "Patient/Im000001",
    ])
  func burntNames(name: String) async throws {
    try scratch.write(name, HandMade.part10())
    let directory = try scratch.write("dicomdir", HandMade.directory(["PATIENT\\IM000001"]))
    #expect(try await Harvest(directory).objects.map(\.bytes) == [HandMade.part10()])
  }

  @Test("prefers the exact name")
  func exactName() async throws {
    try scratch.write("im1", HandMade.part10("1.2.3.1"))
    try scratch.write("IM1", HandMade.part10("1.2.3.2"))
    let directory = try scratch.write("DICOMDIR", HandMade.directory(["IM1"]))
    #expect(try await Harvest(directory).objects.map(\.bytes) == [HandMade.part10("1.2.3.2")])
  }

  @Test(
    "never leads out of its folder",
    arguments: zip(
      [
        "..\\SECRET", "A\\..\\..\\SECRET", "/etc/passwd", "A/B", ".", "A\\\\B", "1\\2\\3\\4\\5\\6\\7\\8\\9", "LINK",
        "FOLDER\\SECRET", "A", "NOTHING",
      ],
      [
        ImportNote.Reason.badFileID, .badFileID, .badFileID, .badFileID, .badFileID, .badFileID, .badFileID,
        .outsideFileSet, .outsideFileSet, .notAFile, .missing,
      ]))
  func escapes(fileID: String, reason: ImportNote.Reason) async throws {
    try scratch.write("SECRET", HandMade.part10())
    try scratch.write("disc/A/B", HandMade.part10())
    try scratch.link("disc/LINK", to: "../SECRET")
    try scratch.link("disc/FOLDER", to: "..")
    let directory = try scratch.write("disc/DICOMDIR", HandMade.directory([fileID]))
    let harvest = try await Harvest(directory)
    #expect(harvest.objects.isEmpty)
    #expect(harvest.reasons == [reason])
    #expect(reason.isProblem || reason == .notAFile)
  }

  @Test("may use links within its folder")
  func innerLinks() async throws {
    try scratch.write("real/IM1", HandMade.part10())
    try scratch.link("LINKED", to: "real")
    let directory = try scratch.write("DICOMDIR", HandMade.directory(["LINKED\\IM1"]))
    #expect(try await Harvest(directory).objects.count == 1)
  }

  @Test("passes over records that are not in use and references to itself")
  func notInUse() async throws {
    try scratch.write("IM1", HandMade.part10())
    let inactive = try scratch.write("DICOMDIR", HandMade.directory(["IM1"], inUse: false))
    #expect(try await Harvest(inactive).reasons == [.inactiveRecord])
    let itself = try scratch.write("DICOMDIR", HandMade.directory(["DICOMDIR"]))
    #expect(try await Harvest(itself).reasons == [.directoryOfFileSet])
  }

  @Test("in a folder tells what is missing, and the folder's files come once")
  func inFolder() async throws {
    try scratch.write("A/IM1", HandMade.part10())
    try scratch.write("A/IM3", HandMade.part10("1.2.3.3"))
    try scratch.write("DICOMDIR", HandMade.directory(["A\\IM1", "A\\IM2"]))
    let harvest = try await Harvest(scratch.path)
    #expect(harvest.names == ["IM1", "IM3"])
    #expect(harvest.reasons == [.directoryOfFileSet, .missing])
    #expect(harvest.notes.last?.name == "\(scratch.path)/DICOMDIR: A/IM2")
  }

  @Test("that is cut off anywhere is damaged, or complete", arguments: Array(stride(from: 132, to: 700, by: 13)))
  func truncation(length: Int) async throws {
    try scratch.write("IM1", HandMade.part10())
    let whole = HandMade.directory(["IM1", "IM1", "IM1", "IM1"])
    let directory = try scratch.write("DICOMDIR", Array(whole.prefix(length)))
    let harvest = try await Harvest(directory)
    #expect(harvest.objects.count <= 1)
  }

  @Test(
    "of a real file-set gives every file of its records", .enabled(if: Samples.areThere),
    arguments: [
      ("TINY_ALPHA/DICOMDIR", 50, 0), ("DICOMDIR", 31, 0), ("DICOMDIR-bigEnd", 31, 0), ("DICOMDIR-implicit", 31, 0),
    ])
  func samples(name: String, objects: Int, problems: Int) async throws {
    let harvest = try await Harvest(Samples.path("dicom/dicomdir_fileset/\(name)"))
    #expect(harvest.objects.count == objects)
    #expect(harvest.notes.filter { $0.reason.isProblem }.count == problems)
  }
}
