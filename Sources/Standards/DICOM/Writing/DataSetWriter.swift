/// Writes data sets (PS3.5 §7, Annex A).
public struct DataSetWriter {
  /// Encodes every element but groups 0002 and group lengths; sequences and items have explicit lengths.
  ///
  /// Pixel data in an encapsulated syntax is given as the bytes of its items, Basic Offset Table item first, without
  /// the sequence delimiter. The deflated syntaxes deflate the result.
  public static func encode(_ dataSet: DataSet, in syntax: TransferSyntax) throws(DICOMError) -> [UInt8] {
    []
  }
}
