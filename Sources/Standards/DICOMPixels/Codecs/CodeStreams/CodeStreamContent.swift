import DICOM

/// What a code stream says that it holds.
struct CodeStreamContent: Equatable {
  var rows: Int
  var columns: Int
  var samplesPerPixel: Int
  /// Bits of a sample.
  var precision: Int
  /// Nil for formats that do not know a sign.
  var isSigned: Bool?

  /// Compares with what the header says.
  ///
  /// - Returns: the deviations to be tolerated.
  /// - Throws: `PixelError` `.codeStreamDisagrees`.
  func check(against frame: FrameDescription) throws(PixelError) -> Set<CodecLeniency> {
    guard rows == frame.rows, columns == frame.columns else {
      throw PixelError(
        .codeStreamDisagrees,
        "the code stream has \(rows) rows × \(columns) columns, the header \(frame.rows) × \(frame.columns)")
    }
    guard samplesPerPixel == frame.samplesPerPixel else {
      throw PixelError(
        .codeStreamDisagrees, tag: .samplesPerPixel,
        "the code stream has \(samplesPerPixel) samples per pixel, the header \(frame.samplesPerPixel)")
    }
    guard (1...frame.bitsAllocated).contains(precision) else {
      throw PixelError(
        .codeStreamDisagrees, tag: .bitsAllocated,
        "the code stream has samples of \(precision) bits, the header allocates \(frame.bitsAllocated)")
    }
    var leniencies: Set<CodecLeniency> = []
    if precision != frame.bitsStored { leniencies.insert(.precisionIsNotBitsStored) }
    if let isSigned, isSigned != frame.isSigned { leniencies.insert(.signIsNotPixelRepresentation) }
    return leniencies
  }
}
