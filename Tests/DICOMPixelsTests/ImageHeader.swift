import DICOM

/// Headers of built images.
enum ImageHeader {
  /// A monochrome image of unsigned 16-bit samples, and what a test varies of it.
  static func monochrome(
    rows: Int = 1, columns: Int, allocated: Int = 16, stored: Int? = nil, high: Int? = nil, signed: Bool = false,
    photometric: String = "MONOCHROME2", frames: Int = 1
  ) -> DataSet {
    var header = DataSet()
    header.set(.rows, .us, rows)
    header.set(.columns, .us, columns)
    header.set(.samplesPerPixel, .us, 1)
    header.set(.photometricInterpretation, .cs, photometric)
    header.set(.bitsAllocated, .us, allocated)
    header.set(.bitsStored, .us, stored ?? allocated)
    header.set(.highBit, .us, high ?? (stored ?? allocated) - 1)
    header.set(.pixelRepresentation, .us, signed ? 1 : 0)
    header.set(.numberOfFrames, .is, "\(frames)")
    return header
  }

  static func color(
    _ photometric: String, rows: Int = 1, columns: Int, allocated: Int = 8, stored: Int? = nil, planar: Int = 0
  ) -> DataSet {
    var header = monochrome(
      rows: rows, columns: columns, allocated: allocated, stored: stored, photometric: photometric)
    header.set(.samplesPerPixel, .us, 3)
    header.set(.planarConfiguration, .us, planar)
    return header
  }
}

extension DataSet {
  func with(_ change: (inout DataSet) -> Void) -> DataSet {
    var copy = self
    change(&copy)
    return copy
  }

  mutating func setWindow(_ center: Double, _ width: Double, _ function: String? = nil) {
    set(.windowCenter, .ds, doubles: [center])
    set(.windowWidth, .ds, doubles: [width])
    if let function { set(.voilutFunction, .cs, function) }
  }

  mutating func setRescale(_ slope: Double, _ intercept: Double) {
    set(.rescaleSlope, .ds, doubles: [slope])
    set(.rescaleIntercept, .ds, doubles: [intercept])
  }

  static func table(first: Int, bits: Int, _ entries: [Int]) -> DataSet {
    var item = DataSet()
    item.set(.lutDescriptor, first < 0 ? .ss : .us, entries.count, first, bits)
    item.set(.lutData, .ow, ints: entries)
    return item
  }

  mutating func setPalette(first: Int = 0, bits: Int, red: [UInt8], green: [UInt8], blue: [UInt8], entries: Int) {
    for tag in [
      DICOM.Tag.redPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableDescriptor,
      .bluePaletteColorLookupTableDescriptor,
    ] {
      set(tag, .us, entries, first, bits)
    }
    set(.redPaletteColorLookupTableData, .ow, bytes: red)
    set(.greenPaletteColorLookupTableData, .ow, bytes: green)
    set(.bluePaletteColorLookupTableData, .ow, bytes: blue)
  }
}

extension [UInt8] {
  /// Little-endian words.
  init(words: [Int]) {
    self = words.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  init(longWords: [Int]) {
    self = longWords.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  }
}

/// A small reproducible source of numbers (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
