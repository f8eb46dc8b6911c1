/// What a reader kept of a Part 10 file or data set: everything but pixel data and long values.
public struct Header: Equatable, Sendable {
  /// Group 0002; empty when there was none.
  public var fileMeta: DataSet
  public var transferSyntax: TransferSyntax
  /// VRs as in the file for explicit VR, as in the dictionary for implicit VR (UN when unknown).
  public var dataSet: DataSet
  /// Bytes consumed in all.
  public var length: UInt64
  /// The leniencies used, each once.
  public var findings: [Finding]
  /// Whether preamble and `DICM` were there.
  public var hadPart10Header: Bool

  public init(
    fileMeta: DataSet = DataSet(), transferSyntax: TransferSyntax, dataSet: DataSet, length: UInt64 = 0,
    findings: [Finding] = [], hadPart10Header: Bool = false
  ) {
    self.fileMeta = fileMeta
    self.transferSyntax = transferSyntax
    self.dataSet = dataSet
    self.length = length
    self.findings = findings
    self.hadPart10Header = hadPart10Header
  }

  /// The pixel data, if there is any.
  public var pixelData: PixelDataLocation? {
    for tag in [Tag.pixelData, .floatPixelData, .doubleFloatPixelData] {
      if case .pixels(let location) = dataSet[tag]?.value { return location }
    }
    return nil
  }
}
