import DICOM

/// The Supplemental Palette Color Lookup Tables of a grey image that is colour in part (PS3.3 §C.7.6.19): stored values
/// it maps are colours, the others go the way of grey.
struct SupplementalPalette {
  private let palette: Palette
  /// The stored values that are colour.
  private let mapped: ClosedRange<Int>

  /// Nil for an image that is grey throughout: Pixel Presentation (0008,9205) is neither COLOR nor MIXED, or
  /// there is no palette.
  ///
  /// - Throws: `PixelError` when there is a palette that cannot be used.
  init?(_ header: DataSet, _ samples: StoredSamples, _ frameNumber: Int) throws(PixelError) {
    guard header.contains(.redPaletteColorLookupTableDescriptor), samples.isTabulated,
      ["COLOR", "MIXED"].contains(header.string(.pixelPresentation) ?? "")
    else { return nil }
    palette = try Palette(header: header, signed: samples.isSigned)
    // A frame may say which values are colour (PS3.3 §C.7.6.16.2.26); otherwise those from the first mapped one on.
    var range = palette.firstMapped...Int.max
    let groups = FunctionalGroups(header: header, frameNumber: frameNumber)
    for place in groups.candidates(for: .storedValueColorRangeSequence) {
      if let first = place.int(.minimumStoredValueMapped), let last = place.int(.maximumStoredValueMapped),
        first <= last
      {
        range = first...last
        break
      }
    }
    mapped = range
  }

  /// The frame as interleaved RGB.
  ///
  /// - Parameter gray: what the grayscale pipeline makes of the frame.
  func colored(_ gray: [UInt8], _ samples: StoredSamples) -> [UInt8] {
    let bits = samples.description.bitsStored
    let tables = palette.levels(bits: bits, signed: samples.isSigned)
    let mask = (1 << bits) - 1
    return [UInt8](unsafeUninitializedCapacity: gray.count * 3) { rgb, initialized in
      for index in 0..<gray.count {
        let value = Int(samples.value(index))
        let isColor = mapped.contains(value)
        let pattern = value & mask
        for component in 0..<3 { rgb[index * 3 + component] = isColor ? tables[component][pattern] : gray[index] }
      }
      initialized = gray.count * 3
    }
  }
}
