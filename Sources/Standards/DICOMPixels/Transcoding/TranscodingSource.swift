import DICOM

/// A file about to be transcoded: every value held, and its frames one by one.
struct TranscodingSource: Sendable {
  let syntax: TransferSyntax
  let dataSet: DataSet
  /// `nil` without pixel data.
  let index: FrameIndex?

  private let file: [UInt8]

  init(_ file: [UInt8]) throws {
    var reader = HeaderReader()
    try reader.consume(file)
    let header = try reader.finish()
    self.file = file
    dataSet = try Part10.read(file).dataSet.withoutEncapsulatedItems(as: header.dataSet)
    syntax = header.transferSyntax
    index = try header.pixelData.map {
      try FrameIndex(header: header.dataSet, location: $0, transferSyntax: header.transferSyntax)
    }
  }

  var frameCount: Int { index?.count ?? 0 }

  /// A frame as it is stored, in little endian.
  @Sendable func frame(_ number: Int) throws(PixelError) -> StoredFrame {
    syntax.isEncapsulated ? StoredFrame(try codeStream(number)) : try native(number)
  }

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

  /// From the value as it is held: inflated, and in little endian whatever it was stored in.
  private func native(_ number: Int) throws(PixelError) -> StoredFrame {
    guard let bytes = dataSet[.pixelData]?.bytes, let bits = index?.bitsPerFrame else {
      throw PixelError(.frameTooShort, "the pixel data is not held")
    }
    let start = number * bits
    guard (start + bits + 7) / 8 <= bytes.count else {
      throw PixelError(.frameTooShort, "\(bytes.count) bytes end before frame \(number + 1)")
    }
    return StoredFrame(Array(bytes[(start / 8)..<((start + bits + 7) / 8)]), bitOffset: start % 8)
  }
}
