public import DICOM
public import NIOCore

/// A file-set with DICOMDIR in one ZIP archive (PS3.12 Annex V), written as a stream.
///
/// An instance is either held, when it is small, or read twice: its checksum stands before its bytes.
public struct ZIPFileSet: Sendable {
  /// Longest instance that is held instead of being read twice, in bytes.
  public static let heldLength = 4 * 1024 * 1024
  public static let readmeName = "README.TXT"

  /// An instance that has been read once and is to be written now.
  public struct Begun: Sendable {
    /// What stands before its bytes.
    public var head: ByteBuffer
    /// Its bytes; `nil` when there are too many of them and they must be read again.
    public var held: [ByteBuffer]?
    /// Watches over the second reading.
    public var secondReading: SecondReading
  }

  /// Makes sure that an instance's bytes are the same the second time: what follows would be misread otherwise.
  public struct SecondReading: Sendable {
    fileprivate let length: UInt64
    fileprivate let checksum: ZIPStream.Checksum
    private var taken: UInt64 = 0
    private var summed = ZIPStream.Checksum()

    fileprivate init(length: UInt64, checksum: ZIPStream.Checksum) {
      self.length = length
      self.checksum = checksum
    }

    /// - Throws: `ArchiveError` `.damaged` when there are more bytes than the first time.
    public mutating func take(_ piece: ByteBuffer) throws(ArchiveError) {
      piece.withUnsafeReadableBytes { summed.update($0) }
      taken += UInt64(piece.readableBytes)
      guard taken <= length else { throw Self.changed }
    }

    /// - Throws: `ArchiveError` `.damaged` when there were fewer, or others.
    public func end() throws(ArchiveError) {
      guard taken == length, summed == checksum else { throw Self.changed }
    }

    private static var changed: ArchiveError {
      ArchiveError(.damaged, "an instance gave other bytes the second time")
    }
  }

  private var zip = ZIPStream()
  private var directory: MediaDirectory

  /// - Parameter instance: SOP Instance UID of the DICOMDIR.
  public init(instance: UID) {
    directory = MediaDirectory(instance: instance)
  }

  /// What people are told; nothing that names a patient.
  public static let readme = """
    This is a DICOM file-set: medical images and reports with a directory of them, DICOMDIR.\r
    \r
    Open the folder, or the file DICOMDIR, with a DICOM viewer. The files below IMAGES are DICOM files\r
    (PS3.10) as they were received, or as they have been corrected since; a viewer or archive reads them without the\r
    directory too.\r
    \r
    They hold personal health data: keep them as such. Written by Isocenter.\r

    """

  /// Reads an instance, a Part 10 file, and gives it its place. Its bytes are to be written next, all of them.
  ///
  /// - Throws: what the reading throws, or `DICOMError`; the archive is as it was before then.
  public mutating func begin<Bytes: AsyncSequence>(_ bytes: Bytes) async throws -> Begun
  where Bytes.Element == ByteBuffer {
    var reader = HeaderReader()
    var checksum = ZIPStream.Checksum()
    var length: UInt64 = 0
    var held: [ByteBuffer]? = []
    for try await piece in bytes {
      piece.withUnsafeReadableBytes { checksum.update($0) }
      try piece.withUnsafeReadableBytes { (bytes) throws(DICOMError) in try reader.consume(bytes) }
      length += UInt64(piece.readableBytes)
      if length <= UInt64(Self.heldLength) { held?.append(piece) } else { held = nil }
    }
    let file = try directory.add(try reader.finish())
    return Begun(
      head: ByteBuffer(bytes: zip.begin(file.path, length: length, checksum: checksum)), held: held,
      secondReading: SecondReading(length: length, checksum: checksum))
  }

  /// DICOMDIR, the note for people, and the end of the archive.
  public mutating func end() throws -> [ByteBuffer] {
    var pieces: [ByteBuffer] = []
    for (name, bytes) in [
      (FileID.directory.path, try directory.encode()), (Self.readmeName, Array(Self.readme.utf8)),
    ] {
      var checksum = ZIPStream.Checksum()
      bytes.withUnsafeBytes { checksum.update($0) }
      pieces.append(ByteBuffer(bytes: zip.begin(name, length: UInt64(bytes.count), checksum: checksum)))
      pieces.append(ByteBuffer(bytes: bytes))
    }
    return pieces + [ByteBuffer(bytes: zip.end())]
  }
}
