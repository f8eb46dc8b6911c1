import CZlib

/// A ZIP archive in the making, for a DICOM file-set in one file (PS3.12 Annex V; APPNOTE.TXT 6.3).
///
/// Files are stored as they are, their lengths and checksums before them, so that every reader can take them from a
/// stream. Lengths, offsets and numbers that do not fit the old fields are written in ZIP64 form. Only the central
/// directory is held, less than a hundred bytes a file.
public struct ZIPStream: Sendable {
  /// CRC-32 of a file on its way.
  public struct Checksum: Sendable, Hashable {
    public private(set) var value: UInt32 = 0

    public init() {}

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
      guard let start = bytes.baseAddress else { return }
      value = UInt32(
        truncatingIfNeeded: crc32_z(UInt(value), start.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
  }

  /// From here on a length or offset is written in ZIP64 form; the value itself says so.
  private static let wideLength: UInt64 = 0xFFFF_FFFF
  private static let wideCount: UInt64 = 0xFFFF
  /// Version 4.5 knows ZIP64; the upper byte says that names and modes are those of Unix.
  private static let version: UInt16 = 45
  private static let madeBy: UInt16 = 3 << 8 | 45
  /// Names are in UTF-8.
  private static let flags: UInt16 = 1 << 11
  /// A file that its owner may write and everybody may read.
  private static let mode: UInt32 = 0o100644 << 16
  /// 1 January 1980, the first day that the format knows: archives of the same files are the same.
  private static let date: UInt16 = 1 << 5 | 1

  private var offset: UInt64 = 0
  private var files: UInt64 = 0
  private var directory: [UInt8] = []

  public init() {}

  /// What stands before a file's bytes, which are to follow in exactly this length.
  ///
  /// - Parameter name: a path of ASCII characters with `/` between its components, at most 65,535 of them.
  public mutating func begin(_ name: String, length: UInt64, checksum: Checksum) -> [UInt8] {
    let name = Array(name.utf8.prefix(Int(UInt16.max)))
    let isLong = length >= Self.wideLength
    let isFar = offset >= Self.wideLength
    var local: [UInt8] = []
    local.append(littleEndian: UInt32(0x0403_4B50))
    local.append(littleEndian: Self.version)
    Self.appendCommon(length, checksum, to: &local)
    local.append(littleEndian: UInt16(truncatingIfNeeded: name.count))
    local.append(littleEndian: UInt16(isLong ? 20 : 0))
    local += name
    if isLong { Self.appendWide([length, length], to: &local) }

    directory.append(littleEndian: UInt32(0x0201_4B50))
    directory.append(littleEndian: Self.madeBy)
    directory.append(littleEndian: Self.version)
    Self.appendCommon(length, checksum, to: &directory)
    directory.append(littleEndian: UInt16(truncatingIfNeeded: name.count))
    let wide = (isLong ? [length, length] : []) + (isFar ? [offset] : [])
    directory.append(littleEndian: UInt16(wide.isEmpty ? 0 : 4 + 8 * wide.count))
    // Comment, disk, internal attributes.
    directory += [UInt8](repeating: 0, count: 6)
    directory.append(littleEndian: Self.mode)
    directory.append(littleEndian: UInt32(truncatingIfNeeded: min(offset, Self.wideLength)))
    directory += name
    if !wide.isEmpty { Self.appendWide(wide, to: &directory) }

    files += 1
    offset += UInt64(local.count) + length
    return local
  }

  /// The central directory and the end of the archive.
  public func end() -> [UInt8] {
    var end = directory
    let length = UInt64(directory.count)
    if files >= Self.wideCount || offset >= Self.wideLength || length >= Self.wideLength {
      end.append(littleEndian: UInt32(0x0606_4B50))
      end.append(littleEndian: UInt64(44))
      end.append(littleEndian: Self.madeBy)
      end.append(littleEndian: Self.version)
      end.append(littleEndian: UInt64(0))
      for value in [files, files, length, offset] { end.append(littleEndian: value) }
      end.append(littleEndian: UInt32(0x0706_4B50))
      end.append(littleEndian: UInt32(0))
      end.append(littleEndian: offset + length)
      end.append(littleEndian: UInt32(1))
    }
    end.append(littleEndian: UInt32(0x0605_4B50))
    end.append(littleEndian: UInt32(0))
    for _ in 0..<2 { end.append(littleEndian: UInt16(truncatingIfNeeded: min(files, Self.wideCount))) }
    end.append(littleEndian: UInt32(truncatingIfNeeded: min(length, Self.wideLength)))
    end.append(littleEndian: UInt32(truncatingIfNeeded: min(offset, Self.wideLength)))
    end.append(littleEndian: UInt16(0))
    return end
  }

  /// Flags to lengths, which local header and central directory share.
  private static func appendCommon(_ length: UInt64, _ checksum: Checksum, to output: inout [UInt8]) {
    output.append(littleEndian: flags)
    // Stored; the time is midnight.
    output.append(littleEndian: UInt32(0))
    output.append(littleEndian: date)
    output.append(littleEndian: checksum.value)
    for _ in 0..<2 { output.append(littleEndian: UInt32(truncatingIfNeeded: min(length, wideLength))) }
  }

  /// The ZIP64 extended information extra field.
  private static func appendWide(_ values: [UInt64], to output: inout [UInt8]) {
    output.append(littleEndian: UInt16(1))
    output.append(littleEndian: UInt16(truncatingIfNeeded: 8 * values.count))
    for value in values { output.append(littleEndian: value) }
  }
}
