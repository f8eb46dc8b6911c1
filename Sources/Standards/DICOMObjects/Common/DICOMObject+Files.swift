import DICOM
public import DICOMPixels

extension DICOMObject {
  /// Reads the object from a Part 10 file, its frames decoded.
  ///
  /// Data sets hold native pixel data only; compressed frames of a segmentation, map or capture become native ones here.
  ///
  /// - Parameters:
  ///   - file: up to `Part10.maximumLength` bytes, in any transfer syntax but those of videos.
  ///   - codecs: who decodes frames.
  /// - Throws: `DICOMError` when the file cannot be read, `PixelError` when its frames cannot be decoded, `ObjectError` when
  ///   it is not an object of this kind.
  public init(file: [UInt8], codecs: any FrameCoding = InProcessCodecs()) async throws {
    try self.init(dataSet: await Part10.readNative(file, codecs: codecs))
  }
}

extension Part10 {
  /// The data set of a file, its pixel data native.
  static func readNative(_ file: [UInt8], codecs: any FrameCoding) async throws -> DataSet {
    let (meta, dataSet) = try read(file)
    guard let syntax = meta.uid(.transferSyntaxUID).map(TransferSyntax.init), syntax.isEncapsulated,
      dataSet.contains(.pixelData)
    else { return dataSet }
    let native = try await Transcoder(codecs: codecs).transcode(file, to: .explicitVRLittleEndian)
    return try read(native.file).dataSet
  }
}
