/// Whole small Part 10 files in memory: presentation states, reports, DICOMDIR (PS3.10 §7).
public enum Part10 {
  /// Largest file or data set read, in bytes.
  public static let maximumLength = 1024 * 1024 * 1024

  /// Reads file meta information and data set, every value held.
  ///
  /// Encapsulated pixel data is held as the bytes of its items without the sequence delimiter, which is the form
  /// `DataSetWriter` takes.
  ///
  /// - Parameter most: bytes that a deflated data set may have when inflated; `.inflatedTooLarge` beyond.
  public static func read(
    _ bytes: [UInt8], inflatingUpTo most: Int = maximumLength
  ) throws(DICOMError) -> (fileMeta: DataSet, dataSet: DataSet) {
    var limits = limits
    limits.inflatedBytes = UInt64(clamping: most)
    let (header, dataSet) = try read(bytes, HeaderReader(limits: limits))
    return (header.fileMeta, dataSet)
  }

  /// Reads everything there is to know of a file or raw data set, every value held.
  static func readWhole(_ bytes: [UInt8]) throws(DICOMError) -> (header: Header, dataSet: DataSet) {
    try read(bytes, HeaderReader(limits: limits))
  }

  /// Reads a data set without file meta information, every value held.
  public static func readDataSet(_ bytes: [UInt8], in syntax: TransferSyntax) throws(DICOMError) -> DataSet {
    try read(bytes, HeaderReader(dataSetIn: syntax, limits: limits)).1
  }

  /// Writes a file; SOP class and instance are taken from the data set.
  ///
  /// - Throws: `.missingAttribute` without SOP Class UID and SOP Instance UID.
  public static func write(
    _ dataSet: DataSet, in syntax: TransferSyntax, sourceApplicationEntityTitle: String? = nil
  ) throws(DICOMError) -> [UInt8] {
    guard let sopClass = dataSet.uid(.sopClassUID), let sopInstance = dataSet.uid(.sopInstanceUID) else {
      throw DICOMError(.missingAttribute, path: TagPath(.sopInstanceUID), detail: "SOP Class UID or SOP Instance UID")
    }
    let meta = FileMeta.encode(
      sopClass: sopClass, sopInstance: sopInstance, transferSyntax: syntax,
      sourceApplicationEntityTitle: sourceApplicationEntityTitle)
    return meta + (try DataSetWriter.encode(dataSet, in: syntax))
  }

  /// Everything within the length of the file may be held.
  private static var limits: HeaderReader.Limits {
    var limits = HeaderReader.Limits()
    limits.inlineValueLength = maximumLength
    limits.inlineTextLength = maximumLength
    limits.totalInlineBytes = maximumLength
    limits.inflatedBytes = UInt64(maximumLength)
    return limits
  }

  private static func read(_ bytes: [UInt8], _ initial: HeaderReader) throws(DICOMError) -> (Header, DataSet) {
    guard bytes.count <= maximumLength else {
      throw DICOMError(.valueTooLong, detail: "\(bytes.count) bytes are too many to hold")
    }
    var reader = initial
    try reader.consume(bytes)
    let header = try reader.finish()
    let stream = header.transferSyntax.isDeflated ? try inflated(bytes, header, initial) : bytes
    let dataSet = try header.holding { (range) throws(DICOMError) in
      guard let start = Int(exactly: range.lowerBound), let end = Int(exactly: range.upperBound), end <= stream.count
      else { throw DICOMError(.truncated, offset: range.lowerBound, detail: "a value ends beyond the stream") }
      return Array(stream[start..<end])
    }
    return (header, dataSet)
  }

  /// The inflated data set, into which the references of a deflated one point.
  private static func inflated(
    _ bytes: [UInt8], _ header: Header, _ initial: HeaderReader
  ) throws(DICOMError) -> [UInt8] {
    guard !header.findings.contains(where: { $0.leniency == .dataSetNotDeflated }) else { return bytes }
    let start = initial.metaIsComplete ? 0 : try metaEnd(bytes)
    let inflater = try Inflater(
      hasZlibHeader: HeaderReader.isZlibHeader(Array(bytes.dropFirst(start).prefix(2))))
    var output: [UInt8] = []
    try bytes.withUnsafeBufferPointer { (buffer) throws(DICOMError) in
      try inflater.consume(UnsafeRawBufferPointer(buffer).part(start, buffer.count)) { (piece) throws(DICOMError) in
        output.append(contentsOf: piece)
      }
    }
    return output
  }

  /// Where the file meta information ends.
  private static func metaEnd(_ bytes: [UInt8]) throws(DICOMError) -> Int {
    var reader = HeaderReader(limits: limits)
    try reader.consume(bytes)
    return Int(clamping: reader.dataSetOffset)
  }
}
