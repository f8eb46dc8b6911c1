public import DICOM

/// An image that was made outside a modality: a picture, a screen, a result drawn as an image (PS3.3 §A.8.1, §C.8.6).
public struct SecondaryCapture: DICOMObject {
  /// Conversion Type (0008,0064).
  public enum Conversion: String, Hashable, Sendable {
    case digitizedVideo = "DV"
    case digitalInterface = "DI"
    case digitizedFilm = "DF"
    case workstation = "WSD"
    case scannedDocument = "SD"
    case scannedImage = "SI"
    case drawing = "DRW"
    case synthetic = "SYN"
  }

  /// Native samples, row by row.
  public enum Pixels: Hashable, Sendable {
    case gray8([UInt8])
    /// Unsigned, with the number of bits stored, 9 to 16.
    case gray16([UInt16], bitsStored: Int)
    /// Red, green and blue of each pixel.
    case rgb([UInt8])
  }

  public var header: ObjectHeader
  public var modality: String
  public var conversion: Conversion
  public var imageType: [String]
  public var rows: Int
  public var columns: Int
  public var pixels: Pixels
  /// Whether the image shows who the patient is.
  public var isBurnedIn: Bool

  public init(
    header: ObjectHeader, modality: String = "OT", conversion: Conversion,
    imageType: [String] = ["DERIVED", "SECONDARY"], rows: Int, columns: Int, pixels: Pixels, isBurnedIn: Bool
  ) {
    self.header = header
    self.modality = modality
    self.conversion = conversion
    self.imageType = imageType
    self.rows = rows
    self.columns = columns
    self.pixels = pixels
    self.isBurnedIn = isBurnedIn
  }

  /// Reads an image of a single frame in native pixel data of the kinds that are written.
  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    guard try reader.requiredUID(.sopClassUID) == .secondaryCaptureImageStorage else {
      throw reader.error(.wrongSOPClass, .sopClassUID, "a Secondary Capture Image")
    }
    header = ObjectHeader(reader)
    modality = reader.string(.modality) ?? ""
    conversion = reader.string(.conversionType).flatMap(Conversion.init(rawValue:)) ?? .workstation
    imageType = reader.strings(.imageType)
    rows = try reader.count(.rows, upTo: Int(UInt16.max))
    columns = try reader.count(.columns, upTo: Int(UInt16.max))
    isBurnedIn = reader.string(.burnedInAnnotation) != "NO"
    let bytes = try reader.bytes(.pixelData)
    let count = rows * columns
    let form = (
      reader.string(.photometricInterpretation), reader.int(.samplesPerPixel), reader.int(.bitsAllocated),
      reader.int(.pixelRepresentation) ?? 0
    )
    let needed: Int
    switch form {
    case ("MONOCHROME2"?, 1?, 8?, 0): needed = count
    case ("MONOCHROME2"?, 1?, 16?, 0): needed = count * 2
    case ("RGB"?, 3?, 8?, 0) where (reader.int(.planarConfiguration) ?? 0) == 0: needed = count * 3
    // What frames of JPEG become.
    case ("YBR_FULL"?, 3?, 8?, 0) where (reader.int(.planarConfiguration) ?? 0) == 0: needed = count * 3
    default:
      throw reader.error(
        .unsupported, .photometricInterpretation, "MONOCHROME2 of 8 or 16 bits or RGB by pixel, unsigned; render others"
      )
    }
    guard bytes.count == needed || bytes.count == needed + needed % 2 else {
      throw reader.error(
        PackedFrames.beginsWithItem(bytes) ? .unsupported : .contradiction, .pixelData, "native pixel data of one frame"
      )
    }
    switch form.2 {
    case 16?:
      let stored = reader.int(.bitsStored) ?? 16
      guard (9...16).contains(stored) else {
        throw reader.error(.invalidValue, .bitsStored, "9 to 16")
      }
      guard case .unsigned(let samples)? = MapSamples(bits: 16, count: count, bytes: bytes) else {
        throw reader.error(.contradiction, .pixelData, "two bytes a pixel")
      }
      pixels = .gray16(samples, bitsStored: stored)
    case _ where form.0 == "YBR_FULL": pixels = .rgb(SecondaryCapture.rgb(fromFull: bytes.prefix(needed)))
    case _ where form.1 == 3: pixels = .rgb(Array(bytes.prefix(needed)))
    default: pixels = .gray8(Array(bytes.prefix(needed)))
    }
  }

  public func dataSet() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    try header.write(to: &writer, sopClass: .secondaryCaptureImageStorage, modality: modality)
    try writer.put(.conversionType, text: conversion.rawValue)
    try writer.put(.imageType, texts: imageType)
    try writer.put(.patientOrientation, orEmpty: "")
    try writer.put(.laterality, orEmpty: "")
    try writer.put(.burnedInAnnotation, text: isBurnedIn ? "YES" : "NO")
    try writer.put(.rows, .us, rows)
    try writer.put(.columns, .us, columns)
    try writer.put(.pixelRepresentation, .us, 0)
    let allocated: Int
    let stored: Int
    let samples: Int
    let bytes: [UInt8]
    switch pixels {
    case .gray8(let values): (allocated, stored, samples, bytes) = (8, 8, 1, values)
    case .gray16(let values, let bitsStored):
      guard (9...16).contains(bitsStored), values.allSatisfy({ Int($0) >> bitsStored == 0 }) else {
        throw writer.error(.invalidValue, .bitsStored, "9 to 16, and no sample has more")
      }
      (allocated, stored, samples, bytes) = (16, bitsStored, 1, MapSamples.unsigned(values).bytes)
    case .rgb(let values):
      (allocated, stored, samples, bytes) = (8, 8, 3, values)
      try writer.put(.planarConfiguration, .us, 0)
    }
    guard rows > 0, columns > 0, rows <= Int(UInt16.max), columns <= Int(UInt16.max),
      bytes.count == rows * columns * samples * allocated / 8
    else { throw writer.error(.contradiction, .pixelData, "rows × columns pixels") }
    try writer.put(.samplesPerPixel, .us, samples)
    try writer.put(.photometricInterpretation, text: samples == 3 ? "RGB" : "MONOCHROME2")
    try writer.put(.bitsAllocated, .us, allocated)
    try writer.put(.bitsStored, .us, stored)
    try writer.put(.highBit, .us, stored - 1)
    writer.put(.pixelData, allocated == 16 ? .ow : .ob, bytes: bytes.count % 2 == 0 ? bytes : bytes + [0])
    return writer.finished()
  }

  /// Luminance and colour differences as red, green and blue (PS3.3 §C.7.6.3.1.2, YBR_FULL).
  static func rgb(fromFull bytes: some Collection<UInt8>) -> [UInt8] {
    let ycc = Array(bytes)
    var output: [UInt8] = []
    output.reserveCapacity(ycc.count)
    for pixel in stride(from: 0, to: ycc.count - 2, by: 3) {
      let (y, blue, red) = (Double(ycc[pixel]), Double(ycc[pixel + 1]) - 128, Double(ycc[pixel + 2]) - 128)
      for value in [y + 1.402 * red, y - 0.344136 * blue - 0.714136 * red, y + 1.772 * blue] {
        output.append(UInt8(min(max(value.rounded(), 0), 255)))
      }
    }
    return output
  }
}
