import DICOM
import DICOMPixels
import Foundation
import Testing

@Suite("The encapsulated samples", .enabled(if: Oracle.isAvailable))
struct SampleCodecTests {
  /// Samples that are refused, and why.
  static let refused: [String: PixelError.Code] = [
    // Its code stream was overwritten to hold a sequence delimiter; pydicom refuses it too.
    "dicom/codecs/color/JPEG2000-embedded-sequence-delimiter.dcm": .malformedCodeStream,
    // A tile at the edge has fewer columns than the header says; pydicom refuses it too.
    "dicom/wsi/multiframe.dcm": .codeStreamDisagrees,
  ]

  @Test("decode without loss to the bits pydicom has", arguments: EncapsulatedSample.lossless)
  func lossless(sample: EncapsulatedSample) throws {
    let frames = try sample.decoded()
    guard let digest = sample.digest else { return }
    #expect(sha256(frames.flatMap(\.unpacked)) == digest)
  }

  @Test("decode with loss to within one grey level of pydicom")
  func lossy() throws {
    let samples = EncapsulatedSample.lossy
    try #require(samples.count > 20)
    try Oracle.withTemporaryFolder { folder in
      let said = try Oracle.run(
        "decode.py", arguments: [#require(Oracle.samples).path, folder.path] + samples.map(\.path))
      for (number, sample) in samples.enumerated() {
        do {
          let frames = try sample.decoded()
          let line = said.split(separator: "\n").first { $0.hasPrefix("\(number) ") } ?? ""
          guard let expected = try? Data(contentsOf: folder.appending(path: "\(number).raw")) else {
            Issue.record("\(sample.path): pydicom \(line)")
            continue
          }
          let difference = largestDifference(frames, Array(expected))
          // Of 4096 levels two are what integer and floating point transforms of 12 bits may differ by.
          let allowed = frames.first?.description.bitsStored == 12 ? 2 : 1
          #expect(difference <= allowed, "\(sample.path): \(difference) levels apart; pydicom \(line)")
          #expect(Self.refused[sample.path] == nil, "\(sample.path) was decoded")
        } catch let error as PixelError {
          #expect(error.code == Self.refused[sample.path], "\(sample.path): \(error)")
        }
      }
    }
  }

  static let codeStreams: [(String, FrameDescription.ColorSpace, rows: Int, columns: Int, bits: Int, Bool)] = [
    ("CT1", .monochrome2, 512, 512, 16, true), ("NM1", .monochrome2, 1024, 256, 16, true),
    ("US1", .rgb, 480, 640, 8, false),
  ]

  @Test("in bare HTJ2K code streams of another encoder decode to their raw pixels", arguments: codeStreams)
  func highThroughput(
    name: String, color: FrameDescription.ColorSpace, rows: Int, columns: Int, bits: Int, isSigned: Bool
  ) throws {
    let folder = try #require(Oracle.samples).appending(path: "dicom/codecs/htj2k_raw")
    let stream = Array(try Data(contentsOf: folder.appending(path: name + ".j2c")))
    let frame = try FrameDescription(
      rows: rows, columns: columns, photometricInterpretation: color, bitsAllocated: bits, isSigned: isSigned)
    let decoded = try FrameCodecs.codec(for: .htj2kLossless).decode(stream, as: frame)
    #expect(decoded.samples == Array(try Data(contentsOf: folder.appending(path: name + ".RAW"))))
  }

  @Test("need every leniency there is, but one")
  func leniencies() throws {
    var needed: Set<CodecLeniency> = []
    for sample in EncapsulatedSample.all where Self.refused[sample.path] == nil {
      needed.formUnion(try sample.decoded().flatMap(\.leniencies))
    }
    #expect(needed == Set(CodecLeniency.allCases).subtracting([.colorSpaceByMarkers]))
  }

  private func largestDifference(_ frames: [DecodedFrame], _ expected: [UInt8]) -> Int {
    guard let frame = frames.first?.description else { return Int.max }
    let samples = frames.flatMap(\.samples)
    guard samples.count == expected.count else { return Int.max }
    var largest = 0
    if frame.bitsAllocated == 8 {
      for index in samples.indices { largest = max(largest, abs(Int(samples[index]) - Int(expected[index]))) }
    } else {
      for index in stride(from: 0, to: samples.count, by: 2) {
        func value(_ bytes: [UInt8]) -> Int {
          let word = UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8
          return frame.isSigned ? Int(Int16(bitPattern: word)) : Int(word)
        }
        largest = max(largest, abs(value(samples) - value(expected)))
      }
    }
    return largest
  }

  static let workingGroup4 = EncapsulatedSample.lossless.filter { $0.path.hasPrefix("dicom/codecs/wg04/") }

  @Test("of working group 4 decode to their original", arguments: workingGroup4)
  func originals(sample: EncapsulatedSample) throws {
    let name = sample.path.split(separator: "/").last.map { $0.prefix { $0 != "_" } } ?? ""
    let folder = try #require(Oracle.samples).appending(path: "dicom/codecs/wg04/REF")
    let file = try FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasPrefix(name) }
    let original = try Part10.read(Array(Data(contentsOf: folder.appending(path: #require(file))))).dataSet
    let frame = try #require(sample.decoded().first)
    #expect(Array(frame.samples) == original[.pixelData]?.bytes)
  }
}
