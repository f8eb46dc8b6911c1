import DICOM
import DICOMPixels
import Foundation
import Testing

@Suite("The natively encoded samples", .enabled(if: Oracle.isAvailable))
struct OracleTests {
  /// Samples that pydicom refuses, and what we say to them.
  static let refused: [String: PixelError.Code?] = [
    // 46341 × 46341 pixels in a file of 10 kB: the product does not fit 31 bits.
    "dicom/broken/2026-05-26-oob-monochrome-46341.dcm": .imageTooLarge,
    // Two values each for samples, rows, columns and bits: three samples of grey, 32768 × 32768 of them.
    "dicom/broken/3gb-bulk-data-truncated": .invalidAttribute,
    "dicom/broken/MR_truncated.dcm": .frameTooShort,
    // Number of Frames is "1A".
    "dicom/broken/badVR.dcm": .invalidAttribute,
    // Pixel data without an Image Pixel module.
    "dicom/broken/nested_priv_SQ.dcm": .missingAttribute,
    // A window of width 0: pydicom refuses it, we show the range of the frame instead.
    "dicom/codecs/basic/explicit_big.dcm": nil,
    // Pixel data emptied by whoever published the header.
    "dicom/dose_images/NM-NmIm-Siemens-s1-1.dcm": .frameTooShort,
    "dicom/dose_images/PX-Im-NewTom_Go.dcm": .frameTooShort,
  ]

  @Test("look as pydicom renders them, within one grey level, and survive PNG and JPEG")
  func comparison() throws {
    try Oracle.withTemporaryFolder { folder in
      let oracle = try Oracle(output: folder)
      try #require(oracle.cases.count > 100)
      let encodings = folder.appending(path: "encodings")
      try FileManager.default.createDirectory(at: encodings, withIntermediateDirectories: true)
      var samplesSeen: Set<String> = []
      for one in oracle.cases {
        guard let expected = oracle.expected(one) else {
          try checkRefusal(one, oracle)
          continue
        }
        let image: RenderedImage
        do {
          image = try render(one, oracle)
        } catch {
          Issue.record("\(one.name) frame \(one.frameNumber): \(error)")
          continue
        }
        #expect(image.width == expected.width && image.height == expected.height, "\(one.name)")
        #expect(image.colorModel == expected.colorModel, "\(one.name)")
        let difference = largestDifference(image.pixels, expected.pixels)
        #expect(difference <= 1, "\(one.name) frame \(one.frameNumber): \(difference) levels apart")
        // One of each folder is enough to see that others decode what we encode.
        if samplesSeen.insert(URL(filePath: one.name).deletingLastPathComponent().path).inserted {
          try encode(image, as: "\(samplesSeen.count)", in: encodings)
        }
      }
      try checkEncodings(encodings, count: samplesSeen.count)
    }
  }

  /// pydicom leaves pixels as they are stored.
  static let options = RenderOptions(keepsStoredPixels: true)

  /// One frame of 27 bytes in big-endian words: its last byte lies behind the padding, outside the frame's own range.
  static let cutWord = "dicom/codecs/color/SC_rgb_small_odd_big_endian.dcm"

  @Test("look the same when header and frames are found by module DICOM")
  func fromFiles() throws {
    try Oracle.withTemporaryFolder { folder in
      let oracle = try Oracle(output: folder)
      var filesSeen: [String: Set<String>] = [:]
      for one in oracle.cases where one.isInFile && one.name != Self.cutWord {
        // Frames found are a matter of layout, which the files of a series share.
        let series = URL(filePath: one.name).deletingLastPathComponent().path
        filesSeen[series, default: []].insert(one.name)
        guard filesSeen[series, default: []].count <= 20, let expected = oracle.expected(one) else { continue }
        do {
          let image = try renderFromFile(one, oracle)
          #expect(largestDifference(image.pixels, expected.pixels) <= 1, "\(one.name) frame \(one.frameNumber)")
        } catch {
          Issue.record("\(one.name) frame \(one.frameNumber): \(error)")
        }
      }
    }
  }

  /// As a server does it: header once, then one frame by its ranges.
  private func renderFromFile(_ one: Oracle.Case, _ oracle: Oracle) throws -> RenderedImage {
    let file = try oracle.file(one)
    var reader = HeaderReader()
    try reader.consume(file)
    let header = try reader.finish()
    let location = try #require(header.pixelData)
    let index = try FrameIndex(
      header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
    let order: ByteOrder = header.transferSyntax.isLittleEndian ? .littleEndian : .bigEndian
    let frame = index.ranges(frame: one.frameNumber - 1).flatMap { range in
      file[Int(range.lowerBound)..<min(Int(range.upperBound), file.count)]
    }
    return try FrameRenderer.render(
      header: header.dataSet, frame: frame, frameNumber: one.frameNumber, byteOrder: order, options: Self.options)
  }

  private func render(_ one: Oracle.Case, _ oracle: Oracle) throws -> RenderedImage {
    try FrameRenderer.render(
      header: oracle.header(one), frame: oracle.storedFrame(one), frameNumber: one.frameNumber,
      byteOrder: one.byteOrder, options: Self.options)
  }

  private func checkRefusal(_ one: Oracle.Case, _ oracle: Oracle) throws {
    let known = try #require(Self.refused[one.name], "\(one.name) is refused by pydicom only")
    do {
      _ = try render(one, oracle)
      #expect(known == nil, "\(one.name) was rendered")
    } catch let error as PixelError {
      #expect(error.code == known, "\(one.name): \(error)")
    }
  }

  private func largestDifference(_ first: [UInt8], _ second: [UInt8]) -> Int {
    guard first.count == second.count else { return 256 }
    guard first != second else { return 0 }
    return first.withUnsafeBufferPointer { first in
      second.withUnsafeBufferPointer { second in
        var largest = 0
        var index = 0
        while index < first.count {
          let (one, other) = (first[index], second[index])
          if one != other { largest = max(largest, Int(one > other ? one - other : other - one)) }
          index += 1
        }
        return largest
      }
    }
  }

  private func encode(_ image: RenderedImage, as name: String, in folder: URL) throws {
    let line = "\(image.width) \(image.height) \(image.colorModel.components)\n"
    try Data(Array(line.utf8) + image.pixels).write(to: folder.appending(path: name + ".raw"))
    try Data(encodePNG(image)).write(to: folder.appending(path: name + ".png"))
    try Data(encodeJPEG(image, quality: 95)).write(to: folder.appending(path: name + ".jpg"))
  }

  private func checkEncodings(_ folder: URL, count: Int) throws {
    let lines = try Oracle.run("compare.py", folder.path).split(separator: "\n")
    #expect(lines.count == 2 * count)
    for line in lines {
      let fields = line.split(separator: "\t")
      try #require(fields.count == 4)
      #expect(fields[1] == "True", "\(line)")
      if fields[0].hasSuffix(".png") {
        #expect(fields[2] == "0", "\(line)")
      } else {
        #expect(try #require(Double(fields[3])) < 3, "\(line)")
      }
    }
  }
}
