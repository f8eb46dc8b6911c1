/// The Native DICOM Model: a data set as XML (PS3.19 §A.1).
public enum NativeDICOMModel {
  /// The namespace of its elements (PS3.19 §A.1.6).
  public static let namespace = "http://dicom.nema.org/PS3.19/models/NativeDICOM"
  /// Byte streams up to this length are written as InlineBinary.
  public static let inlineBinaryLength = DICOMJSON.inlineBinaryLength

  /// A data set as an XML document in UTF-8.
  ///
  /// What is left out and what becomes BulkData is as in `DICOMJSON.encode`. Control characters, which XML does not have,
  /// become U+FFFD.
  public static func encode(
    _ dataSet: DataSet, inlineBinaryLength: Int = NativeDICOMModel.inlineBinaryLength,
    privateDictionary: PrivateDictionary? = nil, bulkDataURI: ((TagPath) -> String)? = nil
  ) -> [UInt8] {
    var document: [UInt8] = []
    write(
      dataSet, inlineBinaryLength: inlineBinaryLength, privateDictionary: privateDictionary, bulkDataURI: bulkDataURI
    ) { document += $0 }
    return document
  }

  /// Writes a data set as an XML document in pieces of about 64 KiB.
  public static func write(
    _ dataSet: DataSet, inlineBinaryLength: Int = NativeDICOMModel.inlineBinaryLength,
    privateDictionary: PrivateDictionary? = nil, bulkDataURI: ((TagPath) -> String)? = nil,
    to sink: ([UInt8]) -> Void
  ) {
    withoutActuallyEscaping(sink) { sink in
      var encoder = NativeModelEncoder(
        inlineBinaryLength: inlineBinaryLength, bulkDataURI: bulkDataURI, privateDictionary: privateDictionary,
        sink: sink)
      encoder.writeDocument(dataSet)
    }
  }

  /// Reads one document.
  ///
  /// Text is kept in UTF-8 and Specific Character Set set to `ISO_IR 192` when it is not ASCII. Private attributes whose
  /// tag leaves the block open come to lie in the block of their creator.
  ///
  /// - Parameter bulkData: answers the `uri` or `uuid` of BulkData; an element whose answer is nil is left out.
  /// - Throws: `.malformedXML` for what is no XML, has a document type declaration or is no Native DICOM Model;
  ///   `.nestingTooDeep`; `.malformedJSON` for values that their VR does not allow, as both models are read alike.
  public static func decode(
    _ bytes: [UInt8], bulkData: (TagPath, String) -> Value? = { _, _ in nil }
  ) throws(DICOMError) -> DataSet {
    let model = try bytes.withUnsafeBufferPointer { (buffer) throws(DICOMError) -> JSONText in
      var reader = NativeModelReader(scanner: XMLScanner(UnsafeRawBufferPointer(buffer)))
      return try reader.document()
    }
    return try JSONDecoder.dataSet(model, bulkData)
  }
}
