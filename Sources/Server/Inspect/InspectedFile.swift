import DICOM
import NIOCore

/// A DICOM file that is looked at: its header is held, pixel data and long values stay where they are.
struct InspectedFile {
  /// Longest value held, in bytes; a dump shows far less.
  static let valueLength = 64 * 1024
  /// Bytes of values held in all.
  static let totalLength = 64 * 1024 * 1024

  /// Longest deflated file that is inflated into memory, as nothing in it lies at a place of its own.
  static let deflatedLength: UInt64 = 64 * 1024 * 1024
  /// Bytes it may inflate to.
  static let inflatedLength = 512 * 1024 * 1024

  let path: String
  let header: Header
  private let file: OpenFile

  /// - Throws: `CommandFailure`, in one line with the path.
  init(path: String) throws {
    self.path = path
    do {
      file = try OpenFile(path: path)
    } catch {
      throw CommandFailure("\(path): \(error)")
    }
    do {
      header = try InspectedFile.header(of: file)
    } catch let error as DICOMError where error.code == .notDICOM {
      throw CommandFailure("\(path): no DICOM file (\(error.detail))")
    } catch {
      throw CommandFailure("\(path): \(error)")
    }
  }

  private static func header(of file: OpenFile) throws -> Header {
    var limits = HeaderReader.Limits()
    limits.inlineValueLength = valueLength
    limits.inlineTextLength = valueLength
    limits.totalInlineBytes = totalLength
    var reader = HeaderReader(limits: limits)
    var position: UInt64 = 0
    while position < file.status.length {
      let piece = try file.read(at: position, count: OpenFile.pieceLength)
      if piece.readableBytes == 0 { break }
      position += UInt64(piece.readableBytes)
      try piece.withUnsafeReadableBytes { try reader.consume($0) }
      // What nobody looks at is not even read: a slide of many gigabytes is dumped from a few pages.
      position += reader.passOver(atMost: file.status.length - min(position, file.status.length))
    }
    var header = try reader.finish(acceptingTruncation: true)
    if header.transferSyntax.isDeflated, file.status.length <= deflatedLength {
      let whole = Array(try file.read(at: 0, count: Int(clamping: file.status.length)).readableBytesView)
      header.dataSet = try Part10.read(whole, inflatingUpTo: inflatedLength).dataSet
    }
    return header
  }

  var length: UInt64 { file.status.length }

  /// Bytes of the file; fewer at its end, or when it cannot be read.
  func bytes(at offset: UInt64, count: Int) -> [UInt8] {
    guard let buffer = try? file.read(at: offset, count: count) else { return [] }
    return Array(buffer.readableBytesView)
  }
}
