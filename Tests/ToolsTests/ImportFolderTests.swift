import Foundation
import Testing

@testable import isocenter

@Suite("A folder to import")
struct ImportFolderTests {
  let scratch: ScratchFolder

  init() throws {
    scratch = try ScratchFolder()
  }

  @Test("gives its files in the order of their names, byte for byte")
  func order() async throws {
    for name in ["b/2", "a/1", "c", "b/10"] {
      try scratch.write(name, HandMade.part10("1.2.3.\(name.count)", pixels: 100))
    }
    let harvest = try await Harvest(scratch.path)
    #expect(harvest.objects.map(\.name) == ["a/1", "b/10", "b/2", "c"].map { "\(scratch.path)/\($0)" })
    for object in harvest.objects {
      #expect(object.bytes == Array(try Data(contentsOf: URL(fileURLWithPath: object.name))))
      #expect(object.announced == UInt64(object.bytes.count))
    }
    #expect(harvest.notes.isEmpty)
  }

  @Test("gives a large file in pieces of at most 256 KiB")
  func pieces() async throws {
    let bytes = HandMade.part10(pixels: 3_000_001)
    try scratch.write("large", bytes)
    let harvest = try await Harvest(scratch.path)
    #expect(harvest.objects.first?.bytes == bytes)
    #expect(harvest.objects.first?.longestPiece == 256 * 1024)
  }

  @Test("passes over hidden files without a word and over other files with one")
  func otherFiles() async throws {
    try scratch.write(".DS_Store", HandMade.part10())
    try scratch.write(".git/object", HandMade.part10())
    try scratch.write("empty", [])
    try scratch.write("readme.txt", Array("Thank you for choosing our hospital.".utf8))
    try scratch.write("zeros", [UInt8](repeating: 0, count: 1000))
    try scratch.write("image", HandMade.part10())
    let harvest = try await Harvest(scratch.path)
    #expect(harvest.names == ["image"])
    #expect(harvest.reasons == [.notDICOM, .notDICOM, .notDICOM])
    #expect(harvest.notes.allSatisfy { !$0.reason.isProblem })
  }

  @Test("is visited once, however its links turn in circles")
  func circles() async throws {
    try scratch.write("one/image", HandMade.part10())
    try scratch.link("one/again", to: scratch.path)
    try scratch.link("two", to: "one")
    try scratch.link("itself", to: "itself")
    try scratch.link("dangling", to: "nowhere")
    let harvest = try await Harvest(scratch.path)
    #expect(harvest.names == ["image"])
    #expect(harvest.reasons == [.missing, .notAFile, .folderAgain, .folderAgain])
  }

  @Test("never waits for a pipe")
  func pipe() async throws {
    #expect(mkfifo("\(scratch.path)/pipe", 0o600) == 0)
    let harvest = try await Harvest(scratch.path, "\(scratch.path)/pipe")
    #expect(harvest.reasons == [.notAFile, .notAFile])
  }

  @Test("is bounded in depth and in entries")
  func bounds() async throws {
    try scratch.write("1/2/3/4/image", HandMade.part10())
    try scratch.write("1/image", HandMade.part10())
    var bounds = ImportBounds()
    bounds.folderDepth = 3
    let shallow = try await Harvest(scratch.path, bounds: bounds)
    #expect(shallow.names == ["image"])
    #expect(shallow.reasons == [.limitExceeded("3 folders deep")])

    bounds.folderEntries = 1
    let few = try await Harvest("\(scratch.path)/1", bounds: bounds)
    #expect(few.reasons.contains(.limitExceeded("1 entries of a folder")))
  }

  @Test("cannot speak to the terminal by the names of its files")
  func names() async throws {
    try scratch.write("\u{1B}[2Jimage\u{202E}", HandMade.part10())
    let harvest = try await Harvest(scratch.path)
    #expect(harvest.names == ["\u{FFFD}[2Jimage\u{FFFD}"])
  }

  @Test("that is not there is a finding")
  func missing() async throws {
    let harvest = try await Harvest("\(scratch.path)/nothing")
    #expect(harvest.notes == [ImportNote(name: "\(scratch.path)/nothing", reason: .missing)])
    #expect(harvest.notes.allSatisfy { $0.reason.isProblem })
  }
}
