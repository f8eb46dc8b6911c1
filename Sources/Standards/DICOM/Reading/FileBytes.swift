import Glibc

/// An open file, read where bytes are needed: what is passed over costs nothing.
///
/// Errors name no path, which may name a patient.
struct FileBytes: ~Copyable {
  /// Bytes read at once while a header is parsed: most headers of images fit.
  private static let pieceLength = 32 * 1024

  let length: UInt64
  private let descriptor: Int32

  /// - Throws: `.unreadableFile` for what cannot be opened or is no regular file.
  init(path: String) throws(DICOMError) {
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw FileBytes.failure() }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size >= 0 else {
      close(opened)
      throw DICOMError(.unreadableFile, detail: "not a regular file")
    }
    descriptor = opened
    length = UInt64(status.st_size)
  }

  deinit { close(descriptor) }

  /// Pushes the file through a reader, passing over what it does not hold.
  borrowing func push(into reader: inout HeaderReader) throws(DICOMError) {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: FileBytes.pieceLength, alignment: 8)
    defer { piece.deallocate() }
    var offset: UInt64 = 0
    while offset < length {
      let passed = reader.passOver(atMost: length - offset)
      offset += passed
      guard offset < length else { return }
      let count = try read(into: piece, at: offset)
      guard count > 0 else { return }
      try reader.consume(UnsafeRawBufferPointer(piece).part(0, count))
      offset += UInt64(count)
    }
  }

  /// The bytes of a part of the file.
  ///
  /// - Throws: `.truncated` when it ends before.
  borrowing func bytes(_ range: Range<UInt64>) throws(DICOMError) -> [UInt8] {
    guard range.upperBound <= length, let count = Int(exactly: range.upperBound - range.lowerBound) else {
      throw DICOMError(.truncated, offset: range.lowerBound, detail: "a value ends beyond the file")
    }
    var failed: DICOMError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(DICOMError) {
        while filled < count {
          let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
          let taken = try read(into: rest, at: range.lowerBound + UInt64(filled))
          guard taken > 0 else {
            failed = DICOMError(.truncated, offset: range.lowerBound, detail: "the file became shorter")
            return
          }
          filled += taken
        }
      } catch { failed = error }
    }
    if let failed { throw failed }
    return bytes
  }

  private borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(DICOMError) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(clamping: offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileBytes.failure() }
    }
  }

  private static func failure() -> DICOMError {
    DICOMError(.unreadableFile, detail: String(cString: strerror(errno)))
  }
}
