import CArchive
import DICOM
import Foundation
import Testing

@testable import isocenter

@Suite("A ZIP archive that is written as a stream")
struct ZIPStreamTests {
  private static func checksum(_ bytes: [UInt8]) -> ZIPStream.Checksum {
    var checksum = ZIPStream.Checksum()
    bytes.withUnsafeBytes { checksum.update($0) }
    return checksum
  }

  /// The reader of Python's own library, which goes by the central directory and compares checksums.
  private static func python(_ script: String, _ arguments: String...) throws -> Oracle.Answer {
    try Oracle.run(Oracle.python, ["-c", script] + arguments)
  }

  private static let hasPython = (try? Oracle.run(Oracle.python, "-c", "import zipfile"))?.status == 0

  @Test("has the checksum of RFC 1952, whatever pieces it comes in")
  func checksums() {
    let bytes = Array("123456789".utf8)
    #expect(Self.checksum(bytes).value == 0xCBF4_3926)
    var inPieces = ZIPStream.Checksum()
    for byte in bytes { [byte].withUnsafeBytes { inPieces.update($0) } }
    #expect(inPieces.value == 0xCBF4_3926)
    #expect(Self.checksum([]).value == 0)
  }

  @Test("of no, one and seventy thousand files is read by others", .enabled(if: hasPython), arguments: [0, 1, 70_000])
  func many(count: Int) throws {
    let scratch = try ScratchFolder()
    var stream = ZIPStream()
    var bytes: [UInt8] = []
    for number in 0..<count {
      let content = Array("\(number)".utf8)
      bytes += stream.begin("IMAGES/F\(number)", length: UInt64(content.count), checksum: Self.checksum(content))
      bytes += content
    }
    bytes += stream.end()
    let path = try scratch.write("many.zip", bytes)
    let answer = try Self.python(
      """
      import sys, zipfile
      archive = zipfile.ZipFile(sys.argv[1])
      names = archive.namelist()
      assert len(names) == int(sys.argv[2]), len(names)
      assert archive.testzip() is None
      for number in range(0, len(names), 997):
        assert archive.read(f"IMAGES/F{number}") == str(number).encode()
      """, path, "\(count)")
    #expect(answer.status == 0, "\(answer.text)")
    #expect(Self.countAsStream(bytes) == count)
  }

  /// Entries that libarchive finds from front to back, without seeing the central directory first.
  private static func countAsStream(_ bytes: [UInt8]) -> Int {
    guard let handle = archive_read_new() else { return -1 }
    defer { archive_read_free(handle) }
    archive_read_support_format_zip_streamable(handle)
    return bytes.withUnsafeBytes { space in
      guard archive_read_open_memory(handle, space.baseAddress, space.count) == ARCHIVE_OK else { return -1 }
      var count = 0
      var entry: OpaquePointer?
      while archive_read_next_header(handle, &entry) == ARCHIVE_OK {
        guard archive_read_data_skip(handle) == ARCHIVE_OK else { return -1 }
        count += 1
      }
      return count
    }
  }

  @Test("may be longer than 4 GiB, and so may its files", .enabled(if: hasPython))
  func large() throws {
    // Holes stand for the bytes that nobody needs to write.
    let scratch = try ScratchFolder()
    let path = "\(scratch.path)/large.zip"
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let file = try #require(FileHandle(forWritingAtPath: path))
    let small = Array("behind".utf8)
    var stream = ZIPStream()
    var offset: UInt64 = 0
    for (name, length) in [("A", UInt64(0xFFFF_FFFF)), ("B", 5 << 30), ("C", 0xFFFF_FFFE)] {
      let head = stream.begin(name, length: length, checksum: ZIPStream.Checksum())
      try file.seek(toOffset: offset)
      file.write(Data(head))
      offset += UInt64(head.count) + length
    }
    try file.seek(toOffset: offset)
    file.write(Data(stream.begin("D", length: UInt64(small.count), checksum: Self.checksum(small)) + small))
    file.write(Data(stream.end()))
    try file.close()
    let answer = try Self.python(
      """
      import sys, zipfile
      archive = zipfile.ZipFile(sys.argv[1])
      sizes = [(entry.filename, entry.file_size, entry.compress_size) for entry in archive.infolist()]
      assert sizes == [("A", 2**32 - 1, 2**32 - 1), ("B", 5 << 30, 5 << 30), ("C", 2**32 - 2, 2**32 - 2), ("D", 6, 6)], sizes
      assert archive.infolist()[3].header_offset > 2**33
      assert archive.read("D") == b"behind"
      # Each local header is where the directory says, and begins to give its bytes.
      for name in "ABC":
        with archive.open(name) as member: assert member.read(9) == bytes(9)
      """, path)
    #expect(answer.status == 0, "\(answer.text)")
  }

  @Test("is the same for the same files")
  func reproducible() {
    func make() -> [UInt8] {
      var stream = ZIPStream()
      return stream.begin("A", length: 0, checksum: ZIPStream.Checksum()) + stream.end()
    }
    #expect(make() == make())
  }
}
