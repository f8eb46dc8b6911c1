/// Reads the header of a Part 10 file or data set from bytes pushed in pieces of any size.
public struct HeaderReader: Sendable {
  /// Bounds on what a stream can make the reader do.
  public struct Limits: Sendable {
    /// Longest value held, in bytes; longer ones become `.bulk`.
    public var inlineValueLength = 64 * 1024
    /// Longest text value held, in bytes.
    public var inlineTextLength = 1024 * 1024
    /// Bytes of values held in all; later values become `.bulk`.
    public var totalInlineBytes = 64 * 1024 * 1024
    /// Deepest nesting of sequences.
    public var nestingDepth = 32
    /// Elements, items and fragments in all.
    public var elements = 4_000_000
    /// Bytes a deflated data set may grow to.
    public var inflatedBytes: UInt64 = 4 * 1024 * 1024 * 1024

    public init() {}
  }

  /// Reads a Part 10 file (PS3.10 §7).
  public init(limits: Limits = Limits()) {}

  /// Reads a data set without preamble and file meta information, as in a C-STORE request. Offsets are reported
  /// from `payloadOffset`.
  public init(dataSetIn syntax: TransferSyntax, payloadOffset: UInt64 = 0, limits: Limits = Limits()) {}

  /// Whether the file meta information has been read to its end.
  public var metaIsComplete: Bool { false }
  /// The file meta information, as soon as it has been read.
  public var fileMeta: DataSet? { nil }
  /// The transfer syntax, as soon as it is known.
  public var transferSyntax: TransferSyntax? { nil }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) {}

  public mutating func consume(_ bytes: [UInt8]) throws(DICOMError) {}

  /// Ends the stream. Throws `.truncated` when it ended inside an element or an open sequence.
  public mutating func finish() throws(DICOMError) -> Header {
    throw DICOMError(.truncated, detail: "nothing read")
  }
}
