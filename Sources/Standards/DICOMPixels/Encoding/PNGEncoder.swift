import CPNG

/// Encodes an image as PNG (ISO/IEC 15948): eight bits per sample, no interlace, lossless.
///
/// - Parameter embedsProfile: whether the file has the profile of sRGB in it; grey then becomes colour, which it is for.
/// - Throws: `PixelError` with code `.encodingFailed`.
public func encodePNG(_ original: RenderedImage, embedsProfile: Bool = false) throws(PixelError) -> [UInt8] {
  let image = embedsProfile ? original.inColor : original
  var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  var header: [UInt8] = []
  header.appendBigEndian(UInt32(truncatingIfNeeded: image.width))
  header.appendBigEndian(UInt32(truncatingIfNeeded: image.height))
  let colorType: UInt8 = image.colorModel == .gray ? 0 : 2
  header += [8, colorType, 0, 0, 0]
  file.appendChunk("IHDR", header)
  if embedsProfile { file.appendChunk("iCCP", Array("sRGB".utf8) + [0, 0] + (try compressed(ColorProfile.sRGB))) }
  file.appendChunk("IDAT", try PNGScanLines(image).compressed())
  file.appendChunk("IEND", [])
  return file
}

/// The scan lines of an image, each led by its filter type (ISO/IEC 15948 §9).
struct PNGScanLines {
  /// zlib's level; more gains a few per cent for several times the time.
  static let compressionLevel: Int32 = 3

  private let bytes: [UInt8]

  init(_ image: RenderedImage) {
    let length = image.width * image.colorModel.components
    let step = image.colorModel.components
    bytes = [UInt8](unsafeUninitializedCapacity: (length + 1) * image.height) { output, initialized in
      image.pixels.withUnsafeBufferPointer { pixels in
        for row in 0..<image.height {
          let current = UnsafeBufferPointer(rebasing: pixels[row * length..<(row + 1) * length])
          let above = row > 0 ? UnsafeBufferPointer(rebasing: pixels[(row - 1) * length..<row * length]) : nil
          let start = row * (length + 1)
          let line = UnsafeMutableBufferPointer(rebasing: output[start + 1..<start + 1 + length])
          output[start] = Self.filter(current, above: above, step: step, into: line)
        }
      }
      initialized = (length + 1) * image.height
    }
  }

  /// Filters a line by whichever of Sub (1) and Up (2) leaves the smaller differences.
  private static func filter(
    _ line: UnsafeBufferPointer<UInt8>, above: UnsafeBufferPointer<UInt8>?, step: Int,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) -> UInt8 {
    let subtractLeft = {
      for index in 0..<step { output[index] = line[index] }
      for index in step..<line.count { output[index] = line[index] &- line[index &- step] }
    }
    guard let above else {
      subtractLeft()
      return 1
    }
    var left = 0
    var up = 0
    for index in step..<line.count {
      left &+= magnitude(line[index] &- line[index &- step])
      up &+= magnitude(line[index] &- above[index])
    }
    guard up <= left else {
      subtractLeft()
      return 1
    }
    for index in 0..<line.count { output[index] = line[index] &- above[index] }
    return 2
  }

  @inline(__always)
  private static func magnitude(_ difference: UInt8) -> Int {
    Int(Int8(bitPattern: difference).magnitude)
  }

  func compressed() throws(PixelError) -> [UInt8] { try DICOMPixels.compressed(bytes) }
}

private func compressed(_ bytes: [UInt8]) throws(PixelError) -> [UInt8] {
  let stream = [UInt8](unsafeUninitializedCapacity: cpng_deflate_bound(bytes.count)) { output, count in
    count = cpng_deflate(output.baseAddress, output.count, bytes, bytes.count, PNGScanLines.compressionLevel)
  }
  guard !stream.isEmpty else { throw PixelError(.encodingFailed, "the picture could not be compressed") }
  return stream
}

extension [UInt8] {
  fileprivate mutating func appendBigEndian(_ value: UInt32) {
    append(UInt8(truncatingIfNeeded: value >> 24))
    append(UInt8(truncatingIfNeeded: value >> 16))
    append(UInt8(truncatingIfNeeded: value >> 8))
    append(UInt8(truncatingIfNeeded: value))
  }

  fileprivate mutating func appendChunk(_ type: String, _ data: [UInt8]) {
    let name = Array(type.utf8)
    appendBigEndian(UInt32(truncatingIfNeeded: data.count))
    self += name
    self += data
    appendBigEndian(cpng_crc32(cpng_crc32(0, name, name.count), data, data.count))
  }
}
