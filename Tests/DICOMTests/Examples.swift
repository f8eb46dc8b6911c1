import DICOM

/// Data sets and byte streams built for the tests.
enum Examples {
  /// Some of everything: text, numbers of every width, nested and empty sequences, private elements, byte streams.
  static var dataSet: DataSet {
    var code = DataSet()
    code.set(.codeValue, .sh, "121058")
    code.set(.codingSchemeDesignator, .sh, "DCM")
    code.set(.codeMeaning, .lo, "Procedure reported")
    var inner = DataSet()
    inner.set(.conceptNameCodeSequence, items: [code])
    inner.set(.textValue, .ut, "a\\b, one value")
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 100")
    dataSet.set(.sopClassUID, UID.ctImageStorage)
    dataSet.set(.sopInstanceUID, UID("1.2.826.0.1.3680043.10.1.1"))
    dataSet.set(.studyDate, .da, "20260511")
    dataSet.set(.modality, .cs, "CT")
    dataSet.set(.patientName, .pn, "Müller^Jürgen")
    dataSet.set(.patientID, .lo, "ID-7")
    dataSet.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "AXIAL")
    dataSet.set(.pixelSpacing, .ds, doubles: [0.5, 0.625])
    dataSet.set(.instanceNumber, .is, 42)
    dataSet.set(.rows, .us, 4)
    dataSet.set(.columns, .us, 2)
    dataSet.set(.bitsAllocated, .us, 16)
    dataSet.set(.pixelRepresentation, .us, 1)
    dataSet.set(.smallestImagePixelValue, .ss, -3)
    dataSet.set(.simpleFrameList, .ul, 1, 2, 70_000)
    dataSet.set(.frameIncrementPointer, tags: [.frameTime])
    dataSet.set(.realWorldValueSlope, .fd, doubles: [1.25])
    dataSet.set(.contentSequence, items: [inner, DataSet(), inner])
    dataSet.set(.referencedImageSequence, items: [])
    dataSet.set(Tag(0x0009, 0x0010), .lo, "ISOCENTER")
    dataSet.set(Tag(0x0009, 0x1001), .un, bytes: [1, 2, 3, 4])
    dataSet.set(.iccProfile, .ob, bytes: Array(0..<32))
    return dataSet
  }

  /// The same with native pixel data.
  static var image: DataSet {
    var dataSet = dataSet
    dataSet.set(.samplesPerPixel, .us, 1)
    dataSet.set(.photometricInterpretation, .cs, "MONOCHROME2")
    dataSet.set(.pixelData, .ow, bytes: Array(100..<116))
    dataSet.set(Tag(0xFFFC, 0xFFFC), .ob, bytes: [0, 0])
    return dataSet
  }

  static let plainSyntaxes: [TransferSyntax] = [
    .implicitVRLittleEndian, .explicitVRLittleEndian, .explicitVRBigEndian, .deflatedExplicitVRLittleEndian,
  ]

  static func file(_ dataSet: DataSet = image, in syntax: TransferSyntax) throws -> [UInt8] {
    try Part10.write(dataSet, in: syntax)
  }

  /// An element in explicit VR little endian; long lengths where the VR has them.
  static func explicit(_ tag: Tag, _ vr: String, _ value: [UInt8], length: UInt32? = nil) -> [UInt8] {
    let size = length ?? UInt32(value.count)
    let isLong = VR(vr)?.usesLongLength ?? false
    return little(tag) + Array(vr.utf8) + (isLong ? [0, 0] + little(size) : little(UInt16(truncatingIfNeeded: size)))
      + value
  }

  static func implicit(_ tag: Tag, _ value: [UInt8], length: UInt32? = nil) -> [UInt8] {
    little(tag) + little(length ?? UInt32(value.count)) + value
  }

  /// An item or delimiter.
  static func mark(_ tag: Tag, _ value: [UInt8] = [], length: UInt32? = nil) -> [UInt8] {
    implicit(tag, value, length: length)
  }

  static func little(_ tag: Tag) -> [UInt8] {
    little(tag.group) + little(tag.element)
  }

  static func little(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// File meta information for a data set written by hand.
  static func meta(_ syntax: TransferSyntax) -> [UInt8] {
    FileMeta.encode(sopClass: .ctImageStorage, sopInstance: UID("1.2.3"), transferSyntax: syntax)
  }

  static func read(_ bytes: [UInt8], piece: Int = .max, limits: HeaderReader.Limits = .init()) throws -> Header {
    var reader = HeaderReader(limits: limits)
    try feed(bytes, to: &reader, piece: piece)
    return try reader.finish()
  }

  static func read(
    dataSet bytes: [UInt8], in syntax: TransferSyntax = .explicitVRLittleEndian, piece: Int = .max,
    limits: HeaderReader.Limits = .init()
  ) throws -> Header {
    var reader = HeaderReader(dataSetIn: syntax, limits: limits)
    try feed(bytes, to: &reader, piece: piece)
    return try reader.finish()
  }

  static func feed(_ bytes: [UInt8], to reader: inout HeaderReader, piece: Int) throws {
    var start = 0
    while start < bytes.count {
      let end = start + min(piece, bytes.count - start)
      try bytes.withUnsafeBytes { try reader.consume(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
      start = end
    }
  }
}

/// A random number generator that repeats itself from a seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Swift Testing has a `Tag` of its own; here the word means DICOM's.
typealias Tag = DICOM.Tag
