/// The DICOM JSON Model (PS3.18 Annex F).
public enum DICOMJSON {
  /// Appends a data set as a JSON object, in UTF-8.
  ///
  /// Values that are not held, and byte streams longer than `inlineBinaryLength`, become BulkDataURI; without
  /// `bulkDataURI` values not held are left out. Group lengths are left out (PS3.18 §F.2.2).
  public static func encode(
    _ dataSet: DataSet, inlineBinaryLength: Int = 16 * 1024, bulkDataURI: ((TagPath) -> String)? = nil,
    into output: inout [UInt8]
  ) {}

  /// A data set as a JSON object.
  public static func encode(_ dataSet: DataSet, bulkDataURI: ((TagPath) -> String)? = nil) -> [UInt8] {
    var output: [UInt8] = []
    encode(dataSet, bulkDataURI: bulkDataURI, into: &output)
    return output
  }

  /// Reads one JSON object. `bulkData` answers a BulkDataURI; an element whose answer is nil is left out.
  public static func decode(
    _ bytes: [UInt8], bulkData: (TagPath, String) -> Value? = { _, _ in nil }
  ) throws(DICOMError) -> DataSet {
    throw DICOMError(.malformedJSON, detail: "nothing read")
  }

  /// Reads a JSON array of objects, as STOW-RS and QIDO-RS bodies are.
  public static func decodeArray(
    _ bytes: [UInt8], bulkData: (TagPath, String) -> Value? = { _, _ in nil }
  ) throws(DICOMError) -> [DataSet] {
    throw DICOMError(.malformedJSON, detail: "nothing read")
  }
}
