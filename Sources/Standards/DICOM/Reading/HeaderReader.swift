/// Reads the header of a Part 10 file or data set from bytes pushed in pieces of any size.
///
/// However the stream is cut, the result is the same. Pixel data and long values are passed over by count and reported
/// as references, so memory is bounded by `Limits`, not by the stream.
///
/// ```swift
/// var reader = HeaderReader()
/// for try await chunk in body { try chunk.withUnsafeBytes { try reader.consume($0) } }
/// let header = try reader.finish()
/// ```
public struct HeaderReader: Sendable {
  /// Bounds on what a stream can make the reader do.
  public struct Limits: Sendable {
    /// Longest value held, in bytes; longer ones become `.bulk`.
    public var inlineValueLength = 128 * 1024
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

  private enum Stage: Sendable {
    /// Before it is known what the stream is.
    case beginning
    case fileMeta
    /// Before it is known whether a deflated data set is one.
    case deflatedBeginning
    case dataSet
  }

  /// Preamble and prefix (PS3.10 §7.1).
  private static let prefixEnd = 132
  /// Bytes that tell what a data set begins with.
  private static let firstElementLength = 8

  private let limits: Limits
  private var stage: Stage
  /// Bytes taken before the stage could be decided.
  private var beginning: [UInt8] = []
  private var parser: ElementParser
  private var inflater: Inflater?
  private var inflatedBytes: UInt64 = 0
  private var received: UInt64 = 0
  private var findings: [Finding] = []
  private var meta: DataSet?
  private var hadPart10Header = false
  /// The syntax as declared; nil when the first element decides.
  private var declaredSyntax: TransferSyntax?
  /// Where the data set begins in the stream.
  private(set) var dataSetOffset: UInt64 = 0

  /// Reads a Part 10 file (PS3.10 §7). A stream without preamble or file meta information is read too, as findings
  /// tell.
  public init(limits: Limits = Limits()) {
    self.limits = limits
    stage = .beginning
    parser = ElementParser(encoding: nil, position: 0, limits: limits)
  }

  /// Reads a data set without preamble and file meta information, as in a C-STORE request. Offsets are reported
  /// from `payloadOffset`.
  public init(dataSetIn syntax: TransferSyntax, payloadOffset: UInt64 = 0, limits: Limits = Limits()) {
    self.limits = limits
    declaredSyntax = syntax
    meta = DataSet()
    stage = syntax.isDeflated ? .deflatedBeginning : .dataSet
    parser = ElementParser(
      encoding: Encoding(syntax), position: payloadOffset, limits: limits,
      isBigEndianPixelData: syntax.hasBigEndianPixelData)
  }

  /// Whether the file meta information has been read to its end.
  public var metaIsComplete: Bool { meta != nil }

  /// The file meta information, as soon as it has been read; empty when there is none.
  public var fileMeta: DataSet? { meta }

  /// The transfer syntax, as soon as it is known.
  public var transferSyntax: TransferSyntax? {
    guard metaIsComplete else { return nil }
    return declaredSyntax ?? (stage == .dataSet ? parser.rootEncoding.transferSyntax : nil)
  }

  public mutating func consume(_ bytes: [UInt8]) throws(DICOMError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(DICOMError) in
      try consume(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Takes the next piece of the stream.
  public mutating func consume(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) {
    received &+= UInt64(bytes.count)
    try advance(bytes)
  }

  /// Takes as seen what comes next of a value that is not held: whoever can read on from any place need not read it.
  ///
  /// - Parameter limit: most bytes to pass over, what the stream has left.
  /// - Returns: how many bytes were passed over. The next ones consumed are those behind them.
  public mutating func passOver(atMost limit: UInt64) -> UInt64 {
    guard stage == .dataSet, inflater == nil else { return 0 }
    let count = parser.passOver(atMost: limit)
    received &+= count
    return count
  }

  /// Ends the stream.
  ///
  /// - Parameter acceptingTruncation: whether to return what there is when the stream ended early, with a finding.
  /// - Throws: `.truncated` when the stream ended inside an element or an open sequence.
  public mutating func finish(acceptingTruncation: Bool = false) throws(DICOMError) -> Header {
    if stage == .beginning { try begin(isComplete: true) }
    if stage == .fileMeta {
      let unparsed = parser.takeUnparsed()
      guard unparsed.isEmpty || acceptingTruncation else {
        throw DICOMError(.truncated, offset: received, detail: "the stream ends inside the file meta information")
      }
      try endFileMeta()
    }
    if stage == .deflatedBeginning { try beginDeflated() }
    if let inflater, !inflater.isFinished {
      guard acceptingTruncation else {
        throw DICOMError(.truncated, offset: received, detail: "the deflated stream does not end")
      }
      parser.note(.truncatedStream, nil)
    }
    let dataSet = try parser.finish(acceptingTruncation: acceptingTruncation)
    guard !dataSet.isEmpty || meta?.isEmpty == false || declaredSyntax != nil else {
      throw DICOMError(.notDICOM, offset: received, detail: "no data element")
    }
    return Header(
      fileMeta: meta ?? DataSet(), transferSyntax: declaredSyntax ?? parser.rootEncoding.transferSyntax,
      dataSet: dataSet, length: received, findings: findings + parser.findings, hadPart10Header: hadPart10Header)
  }

  // MARK: - Stages

  private mutating func advance(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) {
    guard !bytes.isEmpty else { return }
    switch stage {
    case .beginning:
      try gather(bytes, HeaderReader.prefixEnd) { (reader) throws(DICOMError) in try reader.begin(isComplete: false) }
    case .fileMeta:
      let taken = try parser.consume(bytes)
      guard parser.isStopped else { return }
      let unparsed = parser.takeUnparsed()
      try endFileMeta()
      try advance(copied: unparsed)
      try advance(bytes.part(taken, bytes.count))
    case .deflatedBeginning:
      try gather(bytes, HeaderReader.firstElementLength) { (reader) throws(DICOMError) in try reader.beginDeflated() }
    case .dataSet:
      try parse(bytes)
    }
  }

  private mutating func advance(copied bytes: [UInt8]) throws(DICOMError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(DICOMError) in
      try advance(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Collects `count` bytes, decides, and goes on with the rest.
  private mutating func gather(
    _ bytes: UnsafeRawBufferPointer, _ count: Int,
    _ decide: (inout HeaderReader) throws(DICOMError) -> Void
  ) throws(DICOMError) {
    let taken = min(count - beginning.count, bytes.count)
    beginning.append(contentsOf: bytes.part(0, taken))
    guard beginning.count == count else { return }
    try decide(&self)
    try advance(bytes.part(taken, bytes.count))
  }

  /// Decides from the first 132 bytes, or all there are, what the stream is.
  private mutating func begin(isComplete: Bool) throws(DICOMError) {
    let first = beginning
    beginning = []
    if first.count == HeaderReader.prefixEnd, first[128...].elementsEqual("DICM".utf8) {
      hadPart10Header = true
      startFileMeta(at: UInt64(HeaderReader.prefixEnd))
      return
    }
    if first.starts(with: "DICM".utf8) {
      note(.missingPreamble)
      startFileMeta(at: 4)
      try advance(copied: Array(first.dropFirst(4)))
    } else if first.starts(with: [0x02, 0x00]), first.count >= 8, first[3] == 0 {
      note(.missingPreamble)
      startFileMeta(at: 0)
      try advance(copied: first)
    } else {
      let guess = first.withUnsafeBytes { Encoding.guess($0) }
      guard guess != nil else {
        throw DICOMError(.notDICOM, offset: 0, detail: "neither a DICM prefix nor a first element")
      }
      note(.missingFileMeta)
      meta = DataSet()
      startDataSet(syntax: nil, at: 0)
      try advance(copied: first)
    }
  }

  private mutating func startFileMeta(at position: UInt64) {
    stage = .fileMeta
    parser = ElementParser(encoding: .explicitLittleEndian, position: position, scope: .fileMeta, limits: limits)
  }

  /// Goes on from file meta information to data set.
  private mutating func endFileMeta() throws(DICOMError) {
    switch parser.isFileMetaLengthRight {
    case nil: note(.missingMetaGroupLength)
    case false?: note(.wrongMetaGroupLength)
    case true?: break
    }
    let position = parser.position
    let fileMeta = try parser.finish(acceptingTruncation: true)
    findings += parser.findings
    meta = fileMeta
    let syntax = fileMeta.uid(.transferSyntaxUID).map(TransferSyntax.init(uid:))
    if syntax == nil { note(.missingTransferSyntax) }
    startDataSet(syntax: syntax, at: position)
  }

  private mutating func startDataSet(syntax: TransferSyntax?, at position: UInt64) {
    declaredSyntax = syntax
    dataSetOffset = position
    let isDeflated = syntax?.isDeflated ?? false
    stage = isDeflated ? .deflatedBeginning : .dataSet
    parser = ElementParser(
      encoding: syntax.map(Encoding.init), position: position, limits: limits,
      isBigEndianPixelData: syntax?.hasBigEndianPixelData ?? false)
  }

  /// Decides from the first bytes whether a data set declared as deflated is.
  private mutating func beginDeflated() throws(DICOMError) {
    let first = beginning
    beginning = []
    stage = .dataSet
    if first.withUnsafeBytes({ Encoding.guess($0) }) == .explicitLittleEndian {
      note(.dataSetNotDeflated)
    } else if !first.isEmpty {
      parser = ElementParser(encoding: .explicitLittleEndian, position: 0, limits: limits)
      inflater = try Inflater(hasZlibHeader: HeaderReader.isZlibHeader(first))
    }
    try advance(copied: first)
  }

  /// Compression method 8 and a check value (RFC 1950 §2.2).
  static func isZlibHeader(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 2 else { return false }
    return bytes[0] & 0x0F == 8 && bytes[0] >> 4 <= 7 && (UInt16(bytes[0]) << 8 | UInt16(bytes[1])) % 31 == 0
  }

  private mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) {
    guard inflater != nil else {
      _ = try parser.consume(bytes)
      return
    }
    if !isKnownUniquelyReferenced(&inflater) { inflater = try inflater?.copy() }
    try inflater?.consume(bytes) { (piece) throws(DICOMError) in
      inflatedBytes &+= UInt64(piece.count)
      guard inflatedBytes <= limits.inflatedBytes else {
        throw DICOMError(.inflatedTooLarge, offset: received, detail: "more than \(limits.inflatedBytes) bytes")
      }
      _ = try parser.consume(piece)
    }
  }

  private mutating func note(_ leniency: Leniency) {
    guard !findings.contains(where: { $0.leniency == leniency }) else { return }
    findings.append(Finding(leniency: leniency, tag: nil, offset: parser.position))
  }
}
