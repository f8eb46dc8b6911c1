import ArchiveCore
import DICOM

/// An instance on its way to another application entity: its data set in a transfer syntax the other side takes.
struct OutgoingInstance {
  /// The uncompressed syntaxes we write: an instance in one of them can be sent in the other.
  static let native: [TransferSyntax] = [.explicitVRLittleEndian, .implicitVRLittleEndian]

  let archive: Archive
  let reference: InstanceReference

  var sopClass: UID { UID(rawValue: reference.sopClass) }
  var stored: TransferSyntax { reference.storedSyntax }

  /// The syntaxes we can send it in, best first.
  var syntaxes: [TransferSyntax] {
    let stored = stored
    return Self.native.contains(stored) ? [stored] + Self.native.filter { $0 != stored } : [stored]
  }

  /// The data set without its Part 10 prefix.
  func dataSet(in syntax: TransferSyntax) async throws -> RecordBytes {
    try await archive.bytes(of: reference, try await archive.dataSet(of: reference, in: syntax))
  }
}
