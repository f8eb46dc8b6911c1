/// Samples of a parametric map: all frames, one after another.
public enum MapSamples: Hashable, Sendable {
  /// Pixel Data, 16 bits unsigned.
  case unsigned([UInt16])
  /// Float Pixel Data.
  case float([Float])
  /// Double Float Pixel Data.
  case double([Double])

  public var count: Int {
    switch self {
    case .unsigned(let samples): samples.count
    case .float(let samples): samples.count
    case .double(let samples): samples.count
    }
  }

  /// The stored values of a range.
  public func values(_ range: Range<Int>) -> [Double] {
    guard range.lowerBound >= 0, range.upperBound <= count else { return [] }
    switch self {
    case .unsigned(let samples): return samples[range].map { Double($0) }
    case .float(let samples): return samples[range].map { Double($0) }
    case .double(let samples): return Array(samples[range])
    }
  }

  var isFloating: Bool { if case .unsigned = self { false } else { true } }

  var bitsAllocated: Int {
    switch self {
    case .unsigned: 16
    case .float: 32
    case .double: 64
    }
  }

  /// Little endian.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * bitsAllocated / 8)
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    switch self {
    case .unsigned(let samples): for sample in samples { append(sample) }
    case .float(let samples): for sample in samples { append(sample.bitPattern) }
    case .double(let samples): for sample in samples { append(sample.bitPattern) }
    }
    return bytes
  }

  /// As many samples as are asked for, from little endian bytes; nil when there are fewer.
  init?(bits: Int, count: Int, bytes: [UInt8]) {
    let (needed, overflow) = count.multipliedReportingOverflow(by: bits / 8)
    guard !overflow, count >= 0, bytes.count >= needed else { return nil }
    self = bytes.withUnsafeBytes { buffer in
      switch bits {
      case 16:
        .unsigned(
          (0..<count).map { UInt16(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)) })
      case 32:
        .float(
          (0..<count).map {
            Float(bitPattern: UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
          })
      default:
        .double(
          (0..<count).map {
            Double(bitPattern: UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)))
          })
      }
    }
  }
}
