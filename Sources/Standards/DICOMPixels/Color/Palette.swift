public import DICOM

/// The three tables of a PALETTE COLOR image (PS3.3 §C.7.9), brought to eight bits.
struct Palette: Equatable, Sendable {
  private let red: LookupTable
  private let green: LookupTable
  private let blue: LookupTable
  /// Bits an entry is to be shifted right.
  private let shift: Int

  /// The index that the first entry is for.
  var firstMapped: Int { red.firstMapped }

  init(header: DataSet, signed: Bool) throws(PixelError) {
    red = try Self.table(
      header, .redPaletteColorLookupTableDescriptor, .redPaletteColorLookupTableData,
      .segmentedRedPaletteColorLookupTableData, signed: signed)
    green = try Self.table(
      header, .greenPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableData,
      .segmentedGreenPaletteColorLookupTableData, signed: signed)
    blue = try Self.table(
      header, .bluePaletteColorLookupTableDescriptor, .bluePaletteColorLookupTableData,
      .segmentedBluePaletteColorLookupTableData, signed: signed)
    // The descriptor often says 16 bits over tables of eight-bit values, and the reverse; the values themselves
    // cannot be mistaken, as a real palette of 16 bits that never exceeds 255 would be black throughout.
    let largest = [red, green, blue].flatMap(\.entries).max() ?? 0
    shift = largest > 255 ? 8 : 0
  }

  /// The tables with the depth that their values have.
  var tables: [LookupTable] {
    [red, green, blue].map { table in
      LookupTable(firstMapped: table.firstMapped, bits: shift > 0 ? 16 : 8, entries: table.entries)
    }
  }

  private static func table(
    _ header: DataSet, _ descriptor: Tag, _ data: Tag, _ segmented: Tag, signed: Bool
  ) throws(PixelError) -> LookupTable {
    let described = try LookupTableDescriptor(header, descriptor, signed: signed)
    if header[data] != nil || header[segmented] == nil {
      return try LookupTable(descriptor: described, data: header.heldBytes(data), tag: data)
    }
    let segments = try header.heldBytes(segmented)
    guard
      let entries = SegmentedLookupTable.expand(segments, bits: described.bits, limit: described.entries)
    else {
      throw PixelError(.malformedLookupTable, tag: segmented, "segments do not expand to \(described.entries) entries")
    }
    return LookupTable(firstMapped: described.firstMapped, bits: described.bits, entries: entries)
  }

  /// The red, green and blue levels of every bit pattern of an index of `bits` bits.
  func levels(bits: Int, signed: Bool) -> [[UInt8]] {
    let count = 1 << bits
    return [red, green, blue].map { table in
      (0..<count).map { pattern in
        let index = signed && pattern >= count / 2 ? pattern - count : pattern
        return UInt8(truncatingIfNeeded: table.value(at: index) >> UInt16(shift))
      }
    }
  }
}

extension LookupTable {
  /// The red, green and blue table of a data set (PS3.3 §C.7.9), segments expanded, of 8 or 16 bits.
  ///
  /// - Throws: `PixelError` when they are absent, damaged or not held.
  public static func palette(of dataSet: DataSet) throws(PixelError) -> [LookupTable] {
    try Palette(header: dataSet, signed: false).tables
  }
}
