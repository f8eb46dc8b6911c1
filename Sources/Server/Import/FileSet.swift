import DICOM
import NIOCore

/// A DICOM file-set: the files that the records of a DICOMDIR refer to (PS3.10 §8, PS3.3 Annex F).
struct FileSet: Sendable {
  /// Largest number of components of a File ID (PS3.10 §8.2).
  static let fileIDComponents = 8

  /// A record's Referenced File ID (0004,1500), component by component.
  struct Reference: Sendable, Equatable {
    var components: [String]
    /// Record In-use Flag (0004,1410) is not 0000H (PS3.3 §F.3.2.2).
    var isInUse: Bool

    /// As it is shown.
    var name: String { components.joined(separator: "/").printable }
  }

  /// In the order of the Directory Record Sequence (0004,1220).
  var references: [Reference]

  /// Reads a DICOMDIR. Blocks.
  init(directory file: OpenFile, bounds: ImportBounds) throws(ImportError) {
    guard file.status.length <= bounds.directoryLength else {
      throw ImportError(.limitExceeded("a DICOMDIR of \(bounds.directoryLength) bytes"))
    }
    let header: Header
    do {
      header = try FileSet.header(of: file)
    } catch let error as DICOMError {
      throw ImportError(.damaged("\(error.description); its folder can be imported instead"))
    } catch let error as SystemError {
      throw ImportError(error.reason)
    } catch {
      throw ImportError(.unreadable("\(type(of: error))"))
    }
    references = header.dataSet.items(.directoryRecordSequence).compactMap { record in
      guard let element = record[.referencedFileID], !element.value.isEmpty else { return nil }
      return Reference(
        components: record.strings(.referencedFileID), isInUse: record.int(.recordInUseFlag) != 0)
    }
  }

  private static func header(of file: OpenFile) throws -> Header {
    var reader = HeaderReader()
    var offset: UInt64 = 0
    while offset < file.status.length {
      let piece = try file.read(at: offset, count: OpenFile.pieceLength)
      guard piece.readableBytes > 0 else { break }
      try piece.withUnsafeReadableBytes { (bytes) throws(DICOMError) in try reader.consume(bytes) }
      offset += UInt64(piece.readableBytes)
    }
    return try reader.finish()
  }
}
