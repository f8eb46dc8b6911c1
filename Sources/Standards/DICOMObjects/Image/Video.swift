public import DICOM

/// A video of a camera, an endoscope or a microscope (PS3.3 §A.32.5 to §A.32.7): the stream as it is, and what the object
/// says of it.
///
/// Whether the stream is what the transfer syntax and the description say is for who makes it: it is not decoded.
public struct Video: Hashable, Sendable {
  public enum Kind: Hashable, Sendable, CaseIterable {
    case endoscopic
    case microscopic
    case photographic

    var sopClass: UID {
      switch self {
      case .endoscopic: .videoEndoscopicImageStorage
      case .microscopic: .videoMicroscopicImageStorage
      case .photographic: .videoPhotographicImageStorage
      }
    }

    var modality: String {
      switch self {
      case .endoscopic: "ES"
      case .microscopic: "GM"
      case .photographic: "XC"
      }
    }
  }

  public var header: ObjectHeader
  public var kind: Kind
  public var transferSyntax: TransferSyntax
  public var description: VideoDescription
  public var imageType: [String]
  /// What of the body is shown; a video that is written says it.
  public var anatomicRegion: CodedConcept?
  /// Whether the pictures show who the patient is.
  public var isBurnedIn: Bool
  /// The bit stream, or the MP4 or transport stream around it (PS3.5 §8.2.5 to §8.2.9). One of odd length comes back with a
  /// byte of padding.
  public var stream: [UInt8]

  public init(
    header: ObjectHeader, kind: Kind, transferSyntax: TransferSyntax, description: VideoDescription,
    imageType: [String] = ["ORIGINAL", "PRIMARY"], anatomicRegion: CodedConcept?, isBurnedIn: Bool, stream: [UInt8]
  ) {
    self.header = header
    self.kind = kind
    self.transferSyntax = transferSyntax
    self.description = description
    self.imageType = imageType
    self.anatomicRegion = anatomicRegion
    self.isBurnedIn = isBurnedIn
    self.stream = stream
  }

  /// Reads a Part 10 file.
  ///
  /// - Throws: `DICOMError` when it cannot be read, `ObjectError` when it is no video.
  public init(file: [UInt8]) throws {
    let (meta, dataSet) = try Part10.read(file)
    let reader = ItemReader(dataSet)
    let sopClass = try reader.requiredUID(.sopClassUID)
    guard let kind = Kind.allCases.first(where: { $0.sopClass == sopClass }) else {
      throw reader.error(.wrongSOPClass, .sopClassUID, "a Video Endoscopic, Microscopic or Photographic Image")
    }
    self.kind = kind
    transferSyntax = TransferSyntax(uid: meta.uid(.transferSyntaxUID) ?? "")
    description = try VideoDescription(dataSet: dataSet, transferSyntax: transferSyntax)
    header = ObjectHeader(reader)
    imageType = reader.strings(.imageType)
    anatomicRegion = try reader.concept(.anatomicRegionSequence)
    isBurnedIn = reader.string(.burnedInAnnotation) != "NO"
    guard let stream = Fragments.joined(try reader.bytes(.pixelData)) else {
      throw reader.error(.contradiction, .pixelData, "fragments (PS3.5 §A.4)")
    }
    self.stream = stream
  }

  /// The video as a Part 10 file.
  ///
  /// - Throws: `ObjectError` when a rule of the standard is broken.
  public func file() throws -> [UInt8] { try Part10.write(dataSet(), in: transferSyntax) }

  /// The object with its fragments, for a file in `transferSyntax`.
  public func dataSet() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    let said = try VideoDescription(
      transferSyntax: transferSyntax, rows: description.rows, columns: description.columns,
      frameCount: description.frameCount, frameRate: description.frameRate ?? 0, hasAudio: description.hasAudio)
    guard said.codec == description.codec else {
      throw writer.error(.contradiction, .transferSyntaxUID, "a transfer syntax of \(description.codec.rawValue)")
    }
    guard !stream.isEmpty else { throw writer.error(.missingAttribute, .pixelData, "a stream") }
    guard let pixelData = Fragments.one(stream) else {
      throw writer.error(.limitExceeded, .pixelData, "a stream below 4 GB")
    }
    try header.write(to: &writer, sopClass: kind.sopClass, modality: kind.modality)
    try writer.put(.imageType, texts: imageType)
    try writer.put(.patientOrientation, orEmpty: "")
    try writer.put(.burnedInAnnotation, text: isBurnedIn ? "YES" : "NO")
    guard let anatomicRegion else {
      throw writer.error(.missingAttribute, .anatomicRegionSequence, "what is shown (PS3.3 §C.8.12.1)")
    }
    try writer.put(.anatomicRegionSequence, item: anatomicRegion)
    writer.putNoItems(.acquisitionContextSequence)
    try writePixels(to: &writer)
    writer.put(.pixelData, .ob, bytes: pixelData)
    return writer.finished()
  }

  private func writePixels(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.samplesPerPixel, .us, 3)
    try writer.put(.photometricInterpretation, text: "YBR_PARTIAL_420")
    try writer.put(.planarConfiguration, .us, 0)
    try writer.put(.rows, .us, description.rows)
    try writer.put(.columns, .us, description.columns)
    try writer.put(.bitsAllocated, .us, 8)
    try writer.put(.bitsStored, .us, 8)
    try writer.put(.highBit, .us, 7)
    try writer.put(.pixelRepresentation, .us, 0)
    try writer.put(.numberOfFrames, .is, description.frameCount)
    let rate = description.frameRate ?? 0
    writer.put(.frameIncrementPointer, tags: [.frameTime])
    try writer.put(.frameTime, .ds, doubles: [(1_000_000 / rate).rounded() / 1000])
    try writer.put(.cineRate, .is, max(Int(rate.rounded()), 1))
    if description.hasAudio { writer.put(.multiplexedAudioChannelsDescriptionCodeSequence, written: []) }
    // A pixel of 4:2:0 has twelve bits.
    let samples = Double(description.rows) * Double(description.columns) * 1.5 * Double(description.frameCount)
    try writer.put(.lossyImageCompression, text: "01")
    try writer.put(
      .lossyImageCompressionRatio, .ds, doubles: [max((samples / Double(stream.count) * 100).rounded() / 100, 0.01)])
    try writer.put(.lossyImageCompressionMethod, text: description.codec.method)
  }
}

extension VideoDescription.Codec {
  /// Lossy Image Compression Method (0028,2114).
  fileprivate var method: String {
    switch self {
    case .mpeg2: "ISO_13818_2"
    case .h264: "ISO_14496_10"
    case .hevc: "ISO_23008_2"
    }
  }
}

/// Encapsulated pixel data as the items that a data set holds (PS3.5 §A.4).
private enum Fragments {
  private static let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]

  /// An empty Basic Offset Table and one fragment; nil when it is too long for one.
  static func one(_ stream: [UInt8]) -> [UInt8]? {
    guard let length = UInt32(exactly: stream.count + stream.count % 2), length < .max else { return nil }
    let lengthBytes = withUnsafeBytes(of: length.littleEndian) { Array($0) }
    return item + [0, 0, 0, 0] + item + lengthBytes + stream + (stream.count % 2 == 1 ? [0] : [])
  }

  /// The fragments one after the other; nil when the bytes are none.
  static func joined(_ bytes: [UInt8]) -> [UInt8]? {
    var stream: [UInt8] = []
    var offset = 0
    var isTable = true
    while offset + 8 <= bytes.count {
      guard bytes[offset..<offset + 4].elementsEqual(item) else { return nil }
      let length = bytes[offset + 4..<offset + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      offset += 8
      guard length <= bytes.count - offset else { return nil }
      if !isTable { stream += bytes[offset..<offset + length] }
      isTable = false
      offset += length
    }
    return stream.isEmpty ? nil : stream
  }
}
