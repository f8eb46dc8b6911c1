import DICOM
import DIMSE
import NIOCore

/// The beginning of a Part 10 file: what it is, and the first bytes of its data set.
struct ObjectOpening {
  let sopClass: UID
  let sopInstance: UID
  let syntax: TransferSyntax
  /// Everything read so far.
  let bytes: [UInt8]
  let dataSet: ByteBuffer

  init(_ pieces: inout ObjectBytes.AsyncIterator) async throws {
    var bytes: [UInt8] = []
    while FileMeta.length(in: bytes) == nil {
      guard bytes.count <= FileMeta.maximumLength, let piece = try await pieces.next() else {
        throw DICOMError(.notDICOM, detail: "no file meta information")
      }
      bytes += piece.readableBytesView
    }
    let length = FileMeta.length(in: bytes) ?? 0
    var reader = HeaderReader()
    try reader.consume(Array(bytes[..<length]))
    let meta = try reader.finish().fileMeta
    guard let sopClass = meta.uid(.mediaStorageSOPClassUID), let instance = meta.uid(.mediaStorageSOPInstanceUID),
      let syntax = meta.uid(.transferSyntaxUID)
    else { throw DICOMError(.missingAttribute, detail: "the file meta information does not say what it is") }
    self.sopClass = sopClass
    sopInstance = instance
    self.syntax = TransferSyntax(uid: syntax)
    self.bytes = bytes
    dataSet = ByteBuffer(bytes: bytes[length...])
  }
}
