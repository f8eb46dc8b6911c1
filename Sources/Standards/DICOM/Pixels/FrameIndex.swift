/// Where each frame of an image lies in the stream it was read from.
///
/// Native frames follow one another without gaps, even within a byte when pixels have one bit (PS3.5 §8.1.1), and within
/// a word when samples of 8 bits or one lie in big-endian words (OW): the first of two is then the later byte.
/// Encapsulated frames are found by the Extended Offset Table (PS3.3 §C.7.6.3.1.8), the Basic Offset Table (PS3.5
/// §A.4), by one fragment a frame, or because there is one frame only. Ranges point into the inflated stream for the
/// deflated syntaxes.
public struct FrameIndex: Sendable, Equatable {
  enum Layout: Sendable, Equatable {
    /// Within words of so many bytes, 1 or 2, which are read and written whole.
    case native(start: UInt64, bitsPerFrame: UInt64, count: Int, wordLength: UInt64 = 1)
    /// Frame `i` is made of the fragments from `firsts[i]` up to `firsts[i + 1]`.
    case encapsulated(fragments: [Range<UInt64>], firsts: [Int])
  }

  let layout: Layout

  /// - Throws: `.frameBoundaryUnknown` when the fragments cannot be assigned to frames without looking at them, or
  ///   belong to a video; `.pixelDataMissing` when not even one frame is there; `.missingAttribute` without Rows,
  ///   Columns or Bits Allocated.
  public init(header: DataSet, location: PixelDataLocation, transferSyntax: TransferSyntax) throws(DICOMError) {
    switch location {
    case .native(let reference):
      layout = try FrameIndex.native(header, reference, transferSyntax)
    case .encapsulated(let table, let fragments):
      guard !transferSyntax.isVideo else {
        throw DICOMError(.frameBoundaryUnknown, path: TagPath(.pixelData), detail: "a video is one bit stream")
      }
      layout = try FrameIndex.encapsulated(header, table, fragments)
    }
  }

  init(layout: Layout) {
    self.layout = layout
  }

  /// Number of frames present; less than Number of Frames when native pixel data ends early.
  public var count: Int {
    switch layout {
    case .native(_, _, let count, _): count
    case .encapsulated(_, let firsts): firsts.count
    }
  }

  /// The byte ranges of a frame, counted from 0, in order; empty when there is no such frame.
  public func ranges(frame: Int) -> [Range<UInt64>] {
    guard frame >= 0, frame < count else { return [] }
    switch layout {
    case .native(let start, let bits, _, let word):
      // `init` has checked that the end of the last frame does not overflow.
      let first = UInt64(frame) * bits
      let wordBits = word * 8
      return [start + first / wordBits * word..<start + (first + bits + wordBits - 1) / wordBits * word]
    case .encapsulated(let fragments, let firsts):
      let end = frame + 1 < firsts.count ? firsts[frame + 1] : fragments.count
      return Array(fragments[firsts[frame]..<end])
    }
  }

  /// Bits before the first bit of a native frame in its first byte or word, counted from the least significant bit: not 0
  /// only for 1-bit pixels, and for frames that begin within a word.
  public func bitOffset(frame: Int) -> Int {
    guard frame >= 0, frame < count, case .native(_, let bits, _, let word) = layout else { return 0 }
    return Int(UInt64(frame) * bits % (word * 8))
  }

  /// Bits of a native frame; `nil` for encapsulated ones.
  public var bitsPerFrame: Int? {
    guard case .native(_, let bits, _, _) = layout else { return nil }
    return Int(exactly: bits)
  }

  /// Bytes of the big-endian words that frames begin or end within; 1 when there is no such frame.
  public var wordLength: Int {
    guard case .native(_, _, _, let word) = layout else { return 1 }
    return Int(word)
  }

  // MARK: - Native

  private static func native(
    _ header: DataSet, _ reference: BulkReference, _ syntax: TransferSyntax
  ) throws(DICOMError) -> Layout {
    let pixel = try bitsPerPixel(header)
    let rows = try positive(.rows, header)
    let columns = try positive(.columns, header)
    let (available, tooLong) = reference.length.multipliedReportingOverflow(by: 8)
    let (_, wraps) = reference.offset.addingReportingOverflow(reference.length)
    guard !tooLong, !wraps else {
      throw DICOMError(.malformed, path: TagPath(.pixelData), detail: "a length of \(reference.length) bytes")
    }
    let frames = UInt64(max(header.numberOfFrames ?? 1, 1))
    // Some writers declare 4:2:2 and store every sample.
    let choices = pixel.map { rows * columns * $0 }
    let bits = choices.first { frames.multipliedReportingOverflow(by: $0).partialValue <= available } ?? choices[0]
    let present = min(frames, available / bits)
    guard present > 0, let count = Int(exactly: present) else {
      throw DICOMError(
        .pixelDataMissing, path: TagPath(.pixelData), detail: "\(reference.length) bytes, less than one frame")
    }
    let isSwapped = !syntax.isLittleEndian || syntax.hasBigEndianPixelData
    let isWithinWords =
      isSwapped && header[.pixelData]?.vr == .ow && bits % 16 != 0 && reference.length.isMultiple(of: 2)
      && (header.int(.bitsAllocated) ?? 0) <= 8
    return .native(
      start: reference.offset, bitsPerFrame: bits, count: count, wordLength: isWithinWords ? 2 : 1)
  }

  /// Bits a pixel takes on average, the likelier choice last where writers differ.
  private static func bitsPerPixel(_ header: DataSet) throws(DICOMError) -> [UInt64] {
    if header.contains(.floatPixelData) { return [32] }
    if header.contains(.doubleFloatPixelData) { return [64] }
    let allocated = try positive(.bitsAllocated, header)
    let samples = UInt64(clamping: max(header.int(.samplesPerPixel) ?? 1, 1))
    guard allocated <= 64, samples <= 64 else {
      throw DICOMError(.malformed, path: TagPath(.bitsAllocated), detail: "\(allocated) bits, \(samples) samples")
    }
    switch header.string(.photometricInterpretation) {
    case "YBR_FULL_422" where samples == 3, "YBR_PARTIAL_422" where samples == 3:
      return [allocated * 3, allocated * 2]
    case "YBR_PARTIAL_420" where samples == 3:
      return [allocated * 3 / 2]
    default:
      return [allocated * samples]
    }
  }

  private static func positive(_ tag: Tag, _ header: DataSet) throws(DICOMError) -> UInt64 {
    // Sixteen bits each, so that their product with the bits of a pixel cannot overflow.
    guard let value = header.int(tag), let number = UInt16(exactly: value), number > 0 else {
      throw DICOMError(.missingAttribute, path: TagPath(tag), detail: "no positive value of sixteen bits")
    }
    return UInt64(number)
  }

  // MARK: - Encapsulated

  private static func encapsulated(
    _ header: DataSet, _ table: [UInt64], _ fragments: [BulkReference]
  ) throws(DICOMError) -> Layout {
    guard let first = fragments.first else {
      throw DICOMError(.pixelDataMissing, path: TagPath(.pixelData), detail: "no fragment")
    }
    let frames = max(header.numberOfFrames ?? 1, 1)
    if let extended = extended(header, fragments, frames) { return extended }
    let ranges = fragments.map(\.range)
    if frames == 1 { return .encapsulated(fragments: ranges, firsts: [0]) }
    if table.count == frames, let firsts = firsts(table, fragments, first) {
      return .encapsulated(fragments: ranges, firsts: firsts)
    }
    guard fragments.count == frames else {
      throw DICOMError(
        .frameBoundaryUnknown, path: TagPath(.pixelData),
        detail: "\(fragments.count) fragments, \(frames) frames, \(table.count) offsets")
    }
    return .encapsulated(fragments: ranges, firsts: Array(0..<frames))
  }

  /// The fragment at which each offset of the Basic Offset Table points; nil when one points elsewhere.
  private static func firsts(_ table: [UInt64], _ fragments: [BulkReference], _ first: BulkReference) -> [Int]? {
    var firsts: [Int] = []
    firsts.reserveCapacity(table.count)
    var index = 0
    for offset in table {
      while index < fragments.count, fragments[index].offset &- first.offset < offset { index += 1 }
      guard index < fragments.count, fragments[index].offset &- first.offset == offset,
        firsts.last.map({ $0 < index }) ?? (index == 0)
      else { return nil }
      firsts.append(index)
    }
    return firsts
  }

  /// Frames by the Extended Offset Table: one fragment each, with exact lengths.
  private static func extended(_ header: DataSet, _ fragments: [BulkReference], _ frames: Int) -> Layout? {
    guard header.contains(.extendedOffsetTable), let first = fragments.first, fragments.count == frames else {
      return nil
    }
    let offsets = header.ints(.extendedOffsetTable)
    let lengths = header.ints(.extendedOffsetTableLengths)
    guard offsets.count == frames, lengths.count == frames else { return nil }
    var ranges: [Range<UInt64>] = []
    ranges.reserveCapacity(frames)
    for index in 0..<frames {
      let fragment = fragments[index]
      guard let offset = UInt64(exactly: offsets[index]), let length = UInt64(exactly: lengths[index]),
        fragment.offset &- first.offset == offset, length <= fragment.length,
        fragment.offset <= UInt64.max - length
      else { return nil }
      ranges.append(fragment.offset..<fragment.offset + length)
    }
    return .encapsulated(fragments: ranges, firsts: Array(0..<frames))
  }
}

extension DataSet {
  /// Number of Frames (0028,0008); nil when absent.
  var numberOfFrames: Int? { int(.numberOfFrames) }
}
