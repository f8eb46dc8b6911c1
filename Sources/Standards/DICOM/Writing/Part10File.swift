/// A whole Part 10 file or raw data set as it was read, every value held: what is not understood is kept, and what is not
/// changed is written byte for byte (PS3.10 §7).
///
/// ```swift
/// var file = try Part10File(reading: bytes)
/// file.dataSet.set(.patientComments, .lt, "seen")
/// let changed = try file.encoded()
/// ```
public struct Part10File: Sendable {
  /// The 128 bytes before `DICM`, which other formats may use; nil when there were none.
  public var preamble: [UInt8]?
  /// Group 0002; empty for a raw data set.
  public var fileMeta: DataSet
  /// The encoding of the data set: what group 0002 declares, or what was found without it.
  public var transferSyntax: TransferSyntax
  public var dataSet: DataSet
  /// The leniencies that reading took. Writing is strict, so only a file without any comes out as it was.
  public let findings: [Finding]

  /// - Throws: what `HeaderReader` throws, and `.valueTooLong` beyond `Part10.maximumLength`.
  public init(reading bytes: [UInt8]) throws(DICOMError) {
    let (header, dataSet) = try Part10.readWhole(bytes)
    self.init(
      preamble: header.hadPart10Header ? Array(bytes.prefix(FileMeta.preambleLength)) : nil, header: header,
      dataSet: dataSet)
  }

  init(preamble: [UInt8]?, header: Header, dataSet: DataSet) {
    self.preamble = preamble
    fileMeta = header.fileMeta
    transferSyntax = header.transferSyntax
    self.dataSet = dataSet
    findings = header.findings
  }

  /// The file: with preamble and group 0002 as they were, or the raw data set when it was one.
  ///
  /// - Throws: what `DataSetWriter.encode` throws.
  public func encoded() throws(DICOMError) -> [UInt8] {
    var output = preamble.map { $0 + Array("DICM".utf8) } ?? []
    if !fileMeta.isEmpty { output += try DataSetWriter.encodeFileMeta(fileMeta) }
    return output + (try DataSetWriter.encode(dataSet, in: transferSyntax, form: .asRead))
  }
}
