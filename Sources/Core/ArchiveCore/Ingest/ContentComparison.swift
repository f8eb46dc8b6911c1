import DICOM
import NIOCore

/// Whether two records hold the same object: equal data sets when decoded, with group lengths, padding, file meta and
/// the encoding of native values aside.
///
/// Encapsulated pixel data is compared as it is encoded: a transcoded copy counts as other content.
struct ContentComparison {
  let blobs: any BlobStore

  /// - Parameter believed: what the second is to be taken for instead of what it states.
  func sameContent(
    _ left: RecordLocation, _ right: RecordLocation, as believed: (DataSet) -> DataSet = { $0 }
  ) async throws -> Bool {
    let leftHeader = try await header(of: left)
    var rightHeader = try await header(of: right)
    rightHeader.dataSet = believed(rightHeader.dataSet)
    guard leftHeader.dataSet.canonicallyEqual(to: rightHeader.dataSet, bulk: { _, _ in true }) else { return false }
    // Values that the reader left in the payload come now.
    let leftValues = leftHeader.dataSet.valuesLeftInPayload()
    let rightValues = rightHeader.dataSet.valuesLeftInPayload()
    guard leftValues.count == rightValues.count else { return false }
    guard !leftHeader.transferSyntax.isDeflated, !rightHeader.transferSyntax.isDeflated else {
      // Offsets then count inflated bytes; only equal payloads can be told to be equal cheaply.
      return left.length == right.length && leftHeader.transferSyntax == rightHeader.transferSyntax
        ? try await equalBytes(left, [0..<left.length], right, [0..<right.length], swappingWordsOf: 1)
        : leftValues.isEmpty
    }
    for (leftValue, rightValue) in zip(leftValues, rightValues) {
      guard leftValue.isEncapsulated == rightValue.isEncapsulated else { return false }
      let mixedOrder = leftHeader.transferSyntax.isLittleEndian != rightHeader.transferSyntax.isLittleEndian
      let word = mixedOrder ? leftValue.wordLength : 1
      guard
        try await equalBytes(left, leftValue.ranges, right, rightValue.ranges, swappingWordsOf: word)
      else { return false }
    }
    return true
  }

  private func header(of location: RecordLocation) async throws -> Header {
    var walk = HeaderWalk(length: location.length)
    while let range = walk.next() {
      for try await chunk in try await blobs.read(location, range) { try walk.consume(chunk) }
    }
    return try walk.finish()
  }

  /// Compares two lists of ranges as two streams of bytes, the second with the bytes of each word reversed.
  private func equalBytes(
    _ left: RecordLocation, _ leftRanges: [Range<UInt64>], _ right: RecordLocation, _ rightRanges: [Range<UInt64>],
    swappingWordsOf wordLength: Int
  ) async throws -> Bool {
    var ours = RangeStream(blobs: blobs, location: left, ranges: leftRanges)
    var theirs = RangeStream(blobs: blobs, location: right, ranges: rightRanges)
    while true {
      let first = try await ours.next(wordLength: wordLength)
      guard let first else { return try await theirs.next(wordLength: wordLength) == nil }
      guard var second = try await theirs.take(first.readableBytes) else { return false }
      if wordLength > 1 { second.reverseWords(of: wordLength) }
      guard first == second else { return false }
    }
  }
}

/// The bytes of several ranges of a record, one after the other, in pieces of the caller's length.
private struct RangeStream {
  let blobs: any BlobStore
  let location: RecordLocation
  var ranges: [Range<UInt64>]
  private var pending = ByteBuffer()

  /// Bytes read at a time: a multiple of every word length.
  static let pieceLength: UInt64 = 256 * 1024

  init(blobs: any BlobStore, location: RecordLocation, ranges: [Range<UInt64>]) {
    self.blobs = blobs
    self.location = location
    // An empty range has nothing to compare and must not look like the end.
    self.ranges = ranges.filter { !$0.isEmpty }.reversed()
  }

  /// The next piece, at most `pieceLength` long; `nil` at the end.
  mutating func next(wordLength: Int) async throws -> ByteBuffer? {
    if pending.readableBytes == 0 { try await fill() }
    guard pending.readableBytes > 0 else { return nil }
    let whole = pending.readableBytes - pending.readableBytes % wordLength
    return pending.readSlice(length: whole > 0 ? whole : pending.readableBytes)
  }

  /// Exactly so many bytes; `nil` when fewer are left.
  mutating func take(_ count: Int) async throws -> ByteBuffer? {
    while pending.readableBytes < count {
      let before = pending.readableBytes
      try await fill()
      guard pending.readableBytes > before else { return nil }
    }
    return pending.readSlice(length: count)
  }

  private mutating func fill() async throws {
    guard let range = ranges.popLast() else { return }
    let end = Swift.min(range.upperBound, range.lowerBound + Self.pieceLength)
    if end < range.upperBound { ranges.append(end..<range.upperBound) }
    for try await chunk in try await blobs.read(location, range.lowerBound..<end) {
      pending.writeImmutableBuffer(chunk)
    }
    pending.discardReadBytes()
  }
}

extension ByteBuffer {
  /// Reverses the bytes of each word of so many bytes; a last incomplete word stays.
  fileprivate mutating func reverseWords(of length: Int) {
    withUnsafeMutableReadableBytes { bytes in
      var start = 0
      while start + length <= bytes.count {
        bytes[start..<(start + length)].reverse()
        start += length
      }
    }
  }
}

/// A value that the header reader did not hold.
private struct ValueInPayload {
  var ranges: [Range<UInt64>]
  var isEncapsulated: Bool
  /// Bytes per word by value representation (PS3.5 §7.3): what another byte order reverses.
  var wordLength: Int
}

extension DataSet {
  /// The values left in the payload, in data set order, through all nested items.
  fileprivate func valuesLeftInPayload() -> [ValueInPayload] {
    var values: [ValueInPayload] = []
    for element in self {
      switch element.value {
      case .bytes: break
      case .sequence(let items): values.append(contentsOf: items.flatMap { $0.valuesLeftInPayload() })
      case .bulk(let reference):
        values.append(
          ValueInPayload(ranges: [reference.range], isEncapsulated: false, wordLength: element.vr.wordLength))
      case .pixels(.native(let reference)):
        values.append(
          ValueInPayload(ranges: [reference.range], isEncapsulated: false, wordLength: element.vr.wordLength))
      case .pixels(.encapsulated(_, let fragments)):
        values.append(ValueInPayload(ranges: fragments.map(\.range), isEncapsulated: true, wordLength: 1))
      }
    }
    return values
  }
}

extension BulkReference {
  /// The bytes of the payload that hold the value.
  var range: Range<UInt64> {
    let (end, overflow) = offset.addingReportingOverflow(length)
    return offset..<(overflow ? UInt64.max : end)
  }
}

extension VR {
  /// Bytes per word of a value of this representation: what byte order concerns (PS3.5 §7.3).
  var wordLength: Int {
    switch self {
    case .ow, .us, .ss, .at: 2
    case .of, .ol, .ul, .sl, .fl: 4
    case .od, .ov, .uv, .sv, .fd: 8
    default: 1
    }
  }
}
