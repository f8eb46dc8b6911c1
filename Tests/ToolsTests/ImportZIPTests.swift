import Foundation
import Testing

@testable import isocenter

@Suite("A ZIP archive to import")
struct ImportZIPTests {
  let scratch: ScratchFolder

  init() throws {
    scratch = try ScratchFolder()
  }

  private func harvest(_ zip: HandMadeZIP, bounds: ImportBounds = ImportBounds()) async throws -> Harvest {
    try await Harvest(try scratch.write("archive.zip", zip.bytes()), bounds: bounds)
  }

  @Test("gives its entries, stored or deflated, in pieces", arguments: [true, false])
  func entries(isDeflated: Bool) async throws {
    var zip = HandMadeZIP()
    zip.isDeflated = isDeflated
    let large = HandMade.part10("1.2.3.1", pixels: 1_000_000)
    zip.add("one/large", large)
    zip.add("two", HandMade.part10("1.2.3.2"))
    zip.add("readme", Array("Hello".utf8))
    zip.add("three", HandMade.part10("1.2.3.3"))
    let harvest = try await harvest(zip)
    #expect(harvest.names == ["large", "archive.zip: two", "archive.zip: three"])
    #expect(harvest.objects.first?.bytes == large)
    #expect(harvest.objects.first?.longestPiece == 256 * 1024)
    #expect(harvest.objects.first?.announced == UInt64(large.count))
    #expect(harvest.objects.last?.bytes == HandMade.part10("1.2.3.3"))
    #expect(harvest.reasons == [.notDICOM])
  }

  @Test("is found in a folder too")
  func inFolder() async throws {
    var zip = HandMadeZIP()
    zip.add("image", HandMade.part10())
    try scratch.write("folder/disc.zip", zip.bytes())
    #expect(try await Harvest(scratch.path).names == ["disc.zip: image"])
  }

  @Test(
    "writes nothing anywhere, whatever its names say",
    arguments: [
      "../../../../tmp/isocenter-escaped", "/tmp/isocenter-escaped", "a/../../b", "C:\\windows\\image", "..",
      "\u{1B}]0;title\u{07}", "名前/画像",
    ])
  func strangeNames(name: String) async throws {
    var zip = HandMadeZIP()
    zip.add(name, HandMade.part10())
    let harvest = try await harvest(zip)
    #expect(harvest.objects.map(\.bytes) == [HandMade.part10()])
    #expect(scratch.files() == ["archive.zip"])
    #expect(!FileManager.default.fileExists(atPath: "/tmp/isocenter-escaped"))
    #expect(harvest.objects.first?.name.hasSuffix(name.printable.replacing("\\", with: "/")) == true)
  }

  @Test("opens no archive inside it, follows no link, passes over what is hidden, reads nothing encrypted")
  func passedOver() async throws {
    var inner = HandMadeZIP()
    inner.add("image", HandMade.part10())
    var zip = HandMadeZIP()
    zip.add("inner.zip", inner.bytes())
    zip.entries.append(("link", .link(to: "/etc/passwd")))
    zip.entries.append(("folder/", .folder))
    zip.add("__MACOSX/image", HandMade.part10())
    zip.add("folder/._image", HandMade.part10())
    zip.add("DICOMDIR", HandMade.directory(["IMAGE"]))
    let passed = try await harvest(zip)
    #expect(passed.objects.isEmpty)
    #expect(passed.reasons == [.nestedArchive, .notAFile, .directoryOfFileSet])

    var secret = HandMadeZIP()
    secret.password = "secret"
    secret.add("image", HandMade.part10())
    #expect(try await harvest(secret).reasons == [.encrypted])
  }

  @Test("that inflates beyond all measure is stopped", arguments: [1, 40])
  func bomb(entries: Int) async throws {
    var zip = HandMadeZIP()
    let zeros = HandMade.part10() + [UInt8](repeating: 0, count: 8_000_000)
    for index in 0..<entries { zip.add("bomb\(index)", zeros) }
    var bounds = ImportBounds()
    bounds.ratioAllowance = 1_000_000
    bounds.compressionRatio = 100
    let ratio = try await harvest(zip, bounds: bounds)
    #expect(ratio.objects.count < max(2, entries))
    #expect(ratio.failures.first == ImportError(.limitExceeded("a compression ratio of 100")))

    bounds = ImportBounds()
    bounds.inflatedBytes = 4_000_000
    let total = try await harvest(zip, bounds: bounds)
    #expect(total.objects.isEmpty)
    #expect(total.failures.first == ImportError(.limitExceeded("4000000 bytes inflated from an archive")))
  }

  @Test("with too many entries is read up to the bound")
  func manyEntries() async throws {
    var zip = HandMadeZIP()
    for index in 0..<20 { zip.add("entry\(index)", HandMade.part10("1.2.3.\(index)")) }
    var bounds = ImportBounds()
    bounds.archiveEntries = 5
    let harvest = try await harvest(zip, bounds: bounds)
    #expect(harvest.objects.count == 5)
    #expect(harvest.reasons == [.limitExceeded("5 entries of an archive")])
  }

  @Test("gives the bytes of an entry only until the next is asked for")
  func serial() async throws {
    var zip = HandMadeZIP()
    zip.add("one", HandMade.part10("1.2.3.1", pixels: 1_000_000))
    zip.add("two", HandMade.part10("1.2.3.2", pixels: 1_000_000))
    var items = ImportSource(paths: [try scratch.write("archive.zip", zip.bytes())]).makeAsyncIterator()
    guard case .object(let first) = try await items.next(), case .object(let second) = try await items.next() else {
      Issue.record("two objects expected")
      return
    }
    await #expect(throws: ImportError.self) { try await first.gathered() }
    #expect(first.bytes.failure != nil)
    #expect(try await second.gathered().bytes.count == HandMade.part10("1.2.3.2", pixels: 1_000_000).count)
  }

  @Test("that is damaged gives findings, and never traps", arguments: 0..<60)
  func damage(seed: UInt64) async throws {
    var random = SplitMix(seed)
    var zip = HandMadeZIP()
    zip.add("one", HandMade.part10("1.2.3.1", pixels: 20_000))
    zip.add("two", HandMade.part10("1.2.3.2", pixels: 500))
    var bytes = zip.bytes()
    switch seed % 3 {
    case 0:
      bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
    case 1:
      for _ in 0..<10 {
        bytes[4 + Int(random.next() % UInt64(bytes.count - 4))] = UInt8(truncatingIfNeeded: random.next())
      }
    default:
      // The central directory lies at the end.
      for _ in 0..<8 {
        bytes[bytes.count - 1 - Int(random.next() % 160)] = UInt8(truncatingIfNeeded: random.next())
      }
    }
    let harvest = try await Harvest(try scratch.write("archive.zip", bytes))
    #expect(harvest.objects.count + harvest.failures.count <= 4)
  }
}
