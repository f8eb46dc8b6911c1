import DICOM
import DICOMPixels

/// Frames of whole files, decoded and shown in this process.
enum ImageLaws {
  /// Frames looked at of one file.
  private static let mostFrames = 4
  /// A frame of more samples costs a fuzzer more than it tells.
  private static let mostSamples = 1 << 18

  static func decode(_ input: [UInt8]) throws(BrokenLaw) {
    for (syntax, stream, description, _) in frames(input)
    where syntax.isEncapsulated && !hasHighThroughputBlocks(stream) {
      guard let codec = try? FrameCodecs.codec(for: syntax),
        let frame = try? codec.decode(stream, as: description)
      else { continue }
      try BrokenLaw.unless(frame.samples.count == frame.description.length, "a frame of another size than it says")
    }
  }

  /// Whether a JPEG 2000 code stream says that it has blocks of Part 15 (CAP, ISO/IEC 15444-15 §A.3). OpenJPEG 2.5.0 ends the
  /// process for some that are damaged, by an assertion; 2.5.1 refuses them. Where we decode, that costs a worker, which is
  /// another test's; here it would end the search.
  private static func hasHighThroughputBlocks(_ stream: [UInt8]) -> Bool {
    zip(stream, stream.dropFirst()).contains { $0 == 0xFF && $1 == 0x50 }
  }

  static func render(_ input: [UInt8]) {
    for (syntax, stream, description, header) in frames(input) {
      if syntax.isEncapsulated {
        guard !FrameCodecs.isForeign(syntax), let codec = try? FrameCodecs.codec(for: syntax),
          let frame = try? codec.decode(stream, as: description)
        else { continue }
        _ = try? FrameRenderer.render(header: header, decoded: frame, frameNumber: 1)
      } else {
        _ = try? FrameRenderer.render(header: header, frame: stream, frameNumber: 1)
      }
    }
  }

  private static func frames(_ input: [UInt8]) -> [(TransferSyntax, [UInt8], FrameDescription, DataSet)] {
    var reader = HeaderReader()
    guard (try? reader.consume(input)) != nil, let header = try? reader.finish(), let location = header.pixelData,
      let description = try? FrameDescription(header: header.dataSet), description.sampleCount <= mostSamples,
      let index = try? FrameIndex(header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
    else { return [] }
    return (0..<min(index.count, mostFrames)).compactMap { number in
      var stream: [UInt8] = []
      for range in index.ranges(frame: number) {
        guard let start = Int(exactly: range.lowerBound), let end = Int(exactly: range.upperBound), end <= input.count
        else { return nil }
        stream += input[start..<end]
      }
      return (header.transferSyntax, stream, description, header.dataSet)
    }
  }
}
