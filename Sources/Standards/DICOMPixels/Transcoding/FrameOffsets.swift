import DICOM

/// Where the frames of encapsulated pixel data begin, each in one fragment: counted from the first byte behind the Basic
/// Offset Table's item (PS3.5 §A.4).
struct FrameOffsets {
  /// The longest offset that a Basic Offset Table is written with; an Extended Offset Table beyond.
  static let longestBasic = UInt64(UInt32.max)

  let offsets: [UInt64]
  /// Bytes of the code streams, without padding.
  let lengths: [UInt64]
  /// Whether they go into Extended Offset Table (7FE0,0001), and the basic one stays empty (PS3.3 §C.7.6.3.1.8).
  let isExtended: Bool

  /// - Parameters:
  ///   - isExtended: whether an Extended Offset Table is wanted though the basic one would do.
  ///   - longestBasic: see `FrameOffsets.longestBasic`; tests have a shorter one.
  init(streamLengths: [Int], isExtended: Bool, longestBasic: UInt64 = FrameOffsets.longestBasic) {
    var offsets: [UInt64] = []
    offsets.reserveCapacity(streamLengths.count)
    var next: UInt64 = 0
    for length in streamLengths {
      offsets.append(next)
      next += UInt64(8 + length + length % 2)
    }
    self.offsets = offsets
    lengths = streamLengths.map { UInt64($0) }
    self.isExtended = isExtended || offsets.last.map { $0 > longestBasic } ?? false
  }

  /// The item of the Basic Offset Table, which is first in the value.
  var basicTable: [UInt8] {
    guard !isExtended else { return PixelDataAssembly.item(length: 0) }
    var table = PixelDataAssembly.item(length: UInt32(clamping: offsets.count * 4))
    for offset in offsets {
      let offset = UInt32(truncatingIfNeeded: offset)
      for shift in 0..<4 { table.append(UInt8(truncatingIfNeeded: offset >> UInt32(8 * shift))) }
    }
    return table
  }

  /// Puts the extended tables into a data set, or removes those that are there.
  func write(to dataSet: inout DataSet) {
    dataSet[.extendedOffsetTable] = nil
    dataSet[.extendedOffsetTableLengths] = nil
    guard isExtended else { return }
    dataSet.set(.extendedOffsetTable, .ov, bytes: Self.bytes(offsets))
    dataSet.set(.extendedOffsetTableLengths, .ov, bytes: Self.bytes(lengths))
  }

  private static func bytes(_ numbers: [UInt64]) -> [UInt8] {
    numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) } }
  }
}
