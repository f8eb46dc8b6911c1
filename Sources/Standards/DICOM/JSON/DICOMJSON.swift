/// The DICOM JSON Model (PS3.18 Annex F).
public enum DICOMJSON {
  /// Byte streams up to this length are written as InlineBinary.
  public static let inlineBinaryLength = 16 * 1024

  /// Appends a data set as a JSON object, in UTF-8.
  ///
  /// Values that are not held, and byte streams longer than `inlineBinaryLength`, become BulkDataURI; without
  /// `bulkDataURI` values not held are left out and all others written inline. Group lengths and group 0002 are left
  /// out (PS3.18 §F.2.2). Specific Character Set becomes `ISO_IR 192`.
  ///
  /// - Parameter privateDictionary: names the VR of private elements that travelled without one; UN otherwise.
  public static func encode(
    _ dataSet: DataSet, inlineBinaryLength: Int = DICOMJSON.inlineBinaryLength,
    privateDictionary: PrivateDictionary? = nil, bulkDataURI: ((TagPath) -> String)? = nil, into output: inout [UInt8]
  ) {
    var encoder = JSONEncoder(
      inlineBinaryLength: inlineBinaryLength, bulkDataURI: bulkDataURI, privateDictionary: privateDictionary)
    encoder.write(dataSet, dataSet.characterSet, into: &output)
  }

  /// Writes a data set as a JSON object in pieces of about 64 KiB, so that the text of a large one is never held whole.
  ///
  /// A piece ends where an item or the data set does; the longest single value bounds what a piece can exceed that by.
  public static func write(
    _ dataSet: DataSet, inlineBinaryLength: Int = DICOMJSON.inlineBinaryLength,
    privateDictionary: PrivateDictionary? = nil, bulkDataURI: ((TagPath) -> String)? = nil,
    to sink: ([UInt8]) -> Void
  ) {
    withoutActuallyEscaping(sink) { sink in
      var encoder = JSONEncoder(
        inlineBinaryLength: inlineBinaryLength, bulkDataURI: bulkDataURI, privateDictionary: privateDictionary)
      encoder.sink = sink
      var output: [UInt8] = []
      encoder.write(dataSet, dataSet.characterSet, into: &output)
    }
  }

  /// A data set as a JSON object.
  public static func encode(_ dataSet: DataSet, bulkDataURI: ((TagPath) -> String)? = nil) -> [UInt8] {
    var output: [UInt8] = []
    encode(dataSet, bulkDataURI: bulkDataURI, into: &output)
    return output
  }

  /// Reads one JSON object.
  ///
  /// Text is kept in UTF-8 and Specific Character Set set to `ISO_IR 192` when it is not ASCII.
  ///
  /// - Parameter bulkData: answers a BulkDataURI; an element whose answer is nil is left out.
  /// - Throws: `.malformedJSON`
  public static func decode(
    _ bytes: [UInt8], bulkData: (TagPath, String) -> Value? = { _, _ in nil }
  ) throws(DICOMError) -> DataSet {
    try JSONDecoder.dataSet(try JSONText.parse(bytes), bulkData)
  }

  /// Reads a JSON array of objects, as STOW-RS and QIDO-RS bodies are; a single object counts as an array of one.
  public static func decodeArray(
    _ bytes: [UInt8], bulkData: (TagPath, String) -> Value? = { _, _ in nil }
  ) throws(DICOMError) -> [DataSet] {
    let text = try JSONText.parse(bytes)
    guard case .array(let objects) = text else { return [try JSONDecoder.dataSet(text, bulkData)] }
    var dataSets: [DataSet] = []
    for object in objects { dataSets.append(try JSONDecoder.dataSet(object, bulkData)) }
    return dataSets
  }
}
