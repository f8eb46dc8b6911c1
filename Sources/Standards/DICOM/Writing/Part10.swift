/// Whole small Part 10 files in memory: presentation states, reports, DICOMDIR (PS3.10 §7).
public enum Part10 {
  /// Largest file read, in bytes.
  public static let maximumLength = 256 * 1024 * 1024

  /// Reads file meta information and data set, every value held. Encapsulated pixel data is held as the bytes of its
  /// items without the sequence delimiter.
  public static func read(_ bytes: [UInt8]) throws(DICOMError) -> (fileMeta: DataSet, dataSet: DataSet) {
    throw DICOMError(.notDICOM, detail: "nothing read")
  }

  /// Reads a data set without file meta information, every value held.
  public static func readDataSet(_ bytes: [UInt8], in syntax: TransferSyntax) throws(DICOMError) -> DataSet {
    throw DICOMError(.notDICOM, detail: "nothing read")
  }

  /// Writes a file; SOP class and instance are taken from the data set.
  public static func write(
    _ dataSet: DataSet, in syntax: TransferSyntax, sourceApplicationEntityTitle: String? = nil
  ) throws(DICOMError) -> [UInt8] {
    []
  }
}
