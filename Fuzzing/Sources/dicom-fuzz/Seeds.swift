import DICOM
import DICOMPixels
import Foundation

/// Small well-formed inputs in every syntax, so that a fuzzer need not discover the format first.
enum Seeds {
  private static let native: [TransferSyntax] = [
    .implicitVRLittleEndian, .explicitVRLittleEndian, .explicitVRBigEndian, .deflatedExplicitVRLittleEndian,
  ]
  private static let encoded: [TransferSyntax] = [
    .rleLossless, .deflatedImageFrame, .jpegBaseline, .jpegExtended, .jpegLosslessSV1, .jpegLSLossless,
    .jpeg2000Lossless, .htj2kLosslessRPCL, .jpegXLLossless,
  ]

  static func write(to folder: String) throws {
    let folder = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func put(_ name: String, _ bytes: [UInt8]) throws {
      try Data(bytes).write(to: folder.appendingPathComponent(name))
    }
    for syntax in native { try put("native-\(syntax.uid)", try Part10.write(dataSet(bits: 16), in: syntax)) }
    for syntax in encoded {
      let bits = syntax == .jpegBaseline ? 8 : syntax == .jpegExtended ? 12 : 16
      try put("encoded-\(syntax.uid)", try Part10.write(try encode(dataSet(bits: bits), syntax), in: syntax))
    }
    try put("json", DICOMJSON.encode(dataSet(bits: 16)))
    try put("xml", NativeDICOMModel.encode(dataSet(bits: 16)))
  }

  /// An image of 16 × 16 with text in another alphabet, nested sequences and a private block.
  private static func dataSet(bits: Int) -> DataSet {
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 192")
    dataSet.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
    dataSet.set(.sopInstanceUID, .ui, "1.2.3.4")
    dataSet.set(.patientName, .pn, "Yamada^Tarou=山田^太郎=やまだ^たろう")
    dataSet.set(.windowCenter, .ds, "100\\200")
    dataSet.set(.windowWidth, .ds, "50\\400")
    var code = DataSet()
    code.set(.codeValue, .sh, "T-D1100")
    code.set(.codingSchemeDesignator, .sh, "SRT")
    code.set(.codeMeaning, .lo, "Head")
    var outer = code
    outer.set(DataElement(tag: .anatomicRegionModifierSequence, vr: .sq, value: .sequence([code, code])))
    dataSet.set(DataElement(tag: .anatomicRegionSequence, vr: .sq, value: .sequence([outer])))
    dataSet.set(DataElement(tag: Tag(0x0029, 0x0010), vr: .lo, value: .bytes(Array("SIEMENS CSA HEADER".utf8))))
    dataSet.set(DataElement(tag: Tag(0x0029, 0x1008), vr: .cs, value: .bytes(Array("IMAGE NUM 4 ".utf8))))
    dataSet.set(.samplesPerPixel, .us, "1")
    dataSet.set(.photometricInterpretation, .cs, "MONOCHROME2")
    for (tag, number) in [
      (Tag.samplesPerPixel, 1), (.rows, 16), (.columns, 16), (.bitsAllocated, bits > 8 ? 16 : 8), (.bitsStored, bits),
      (.highBit, bits - 1), (.pixelRepresentation, 0),
    ] {
      dataSet.set(
        DataElement(tag: tag, vr: .us, value: .bytes([UInt8(number), 0])))
    }
    let length = 256 * (bits > 8 ? 2 : 1)
    let samples: [UInt8] = (0..<length).map { place in
      let isHighByte = bits > 8 && place % 2 == 1
      return isHighByte ? UInt8(place / 64) : UInt8(truncatingIfNeeded: place * 5)
    }
    dataSet.set(DataElement(tag: .pixelData, vr: bits > 8 ? .ow : .ob, value: .bytes(samples)))
    return dataSet
  }

  /// One fragment behind an empty Basic Offset Table.
  private static func encode(_ dataSet: DataSet, _ syntax: TransferSyntax) throws -> DataSet {
    let description = try FrameDescription(header: dataSet)
    var stream = try FrameCodecs.codec(for: syntax)
      .encode(dataSet[.pixelData]?.bytes ?? [], of: description, options: CompressionOptions()).stream
    if stream.count % 2 == 1 { stream.append(0) }
    let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
    let length = withUnsafeBytes(of: UInt32(stream.count).littleEndian, Array.init)
    var encoded = dataSet
    encoded.set(
      DataElement(tag: .pixelData, vr: .ob, value: .bytes(item + [0, 0, 0, 0] + item + length + stream)))
    return encoded
  }
}
