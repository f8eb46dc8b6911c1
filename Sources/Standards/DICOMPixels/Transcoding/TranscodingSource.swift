import DICOM

/// A file about to be transcoded: every value held, and its frames one by one.
struct TranscodingSource {
  let syntax: TransferSyntax
  let dataSet: DataSet
  let hasPixelData: Bool
  /// Bytes of the code streams of all frames.
  let codedLength: Int

  private let file: [UInt8]
  private let index: FrameIndex?

  init(_ file: [UInt8]) throws {
    var reader = HeaderReader()
    try reader.consume(file)
    let header = try reader.finish()
    var dataSet = try Part10.read(file).dataSet
    if header.dataSet.items(.iconImageSequence).contains(where: \.hasEncapsulatedPixels) {
      dataSet[.iconImageSequence] = nil
    }
    self.file = file
    self.dataSet = dataSet
    syntax = header.transferSyntax
    hasPixelData = header.pixelData != nil
    index = try header.pixelData.map {
      try FrameIndex(header: header.dataSet, location: $0, transferSyntax: header.transferSyntax)
    }
    let ranges = index.map { index in (0..<index.count).flatMap { index.ranges(frame: $0) } } ?? []
    codedLength = ranges.reduce(0) { $0 + $1.count }
  }

  var frameCount: Int { index?.count ?? 0 }

  /// Whether the syntax only knows frames that have lost something.
  var isLossyForSure: Bool { syntax == .jpegBaseline || syntax == .jpegExtended }

  /// The fragments of an encapsulated frame, joined.
  func codeStream(_ number: Int) throws(PixelError) -> [UInt8] {
    var stream: [UInt8] = []
    for range in index?.ranges(frame: number) ?? [] {
      guard let end = Int(exactly: range.upperBound), end <= file.count else {
        throw PixelError(.frameTooShort, "frame \(number + 1) ends beyond the file")
      }
      stream += file[Int(range.lowerBound)..<end]
    }
    return stream
  }

  /// A native frame, colour by pixel and each frame beginning with a byte.
  func nativeFrame(_ number: Int, _ frame: FrameDescription) throws(PixelError) -> DecodedFrame {
    guard dataSet[.pixelData] != nil else {
      throw PixelError(.unsupported, tag: .floatPixelData, "floating point pixel data is native only")
    }
    guard let bytes = dataSet[.pixelData]?.bytes else {
      throw PixelError(.frameTooShort, "the pixel data is not held")
    }
    let isSubsampled = frame.photometricInterpretation == .ybrFull422
    let isShared = isSubsampled && bytes.count < frame.length * frameCount
    let bits = isShared ? frame.rows * frame.columns * 2 * frame.bitsAllocated : frame.sampleCount * frame.bitsAllocated
    let start = number * bits
    guard (start + bits + 7) / 8 <= bytes.count else {
      throw PixelError(.frameTooShort, "\(bytes.count) bytes end before frame \(number + 1)")
    }
    var description = frame
    if isSubsampled { description.photometricInterpretation = .ybrFull }
    if frame.bitsAllocated == 1 {
      var samples = [UInt8](repeating: 0, count: frame.length)
      for bit in 0..<bits where bytes[(start + bit) >> 3] >> UInt8((start + bit) & 7) & 1 != 0 {
        samples[bit >> 3] |= 1 << UInt8(bit & 7)
      }
      return DecodedFrame(samples: samples, description: description)
    }
    let stored = bytes[start / 8..<(start + bits) / 8]
    if isShared { return DecodedFrame(samples: Self.spread(Array(stored)), description: description) }
    guard frame.samplesPerPixel == 3, dataSet.int(.planarConfiguration) == 1 else {
      return DecodedFrame(samples: Array(stored), description: description)
    }
    return DecodedFrame(samples: Self.interleave(Array(stored), description), description: description)
  }

  /// `Y Y CB CR` for two pixels becomes `Y CB CR Y CB CR`.
  private static func spread(_ stored: [UInt8]) -> [UInt8] {
    var samples: [UInt8] = []
    samples.reserveCapacity(stored.count / 2 * 3)
    for start in stride(from: 0, to: stored.count - 3, by: 4) {
      let (blue, red) = (stored[start + 2], stored[start + 3])
      samples += [stored[start], blue, red, stored[start + 1], blue, red]
    }
    return samples
  }

  /// Planes become pixels.
  private static func interleave(_ stored: [UInt8], _ frame: FrameDescription) -> [UInt8] {
    let width = frame.bitsAllocated / 8
    let count = frame.rows * frame.columns
    var samples = [UInt8](repeating: 0, count: stored.count)
    for sample in 0..<3 {
      for pixel in 0..<count {
        for byte in 0..<width {
          samples[(pixel * 3 + sample) * width + byte] = stored[(sample * count + pixel) * width + byte]
        }
      }
    }
    return samples
  }
}

extension DataSet {
  fileprivate var hasEncapsulatedPixels: Bool {
    if case .pixels(.encapsulated) = self[.pixelData]?.value { true } else { false }
  }
}
