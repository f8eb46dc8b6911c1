import Crypto
import DICOM
import DICOMPixels
import Foundation
import Testing

/// An encapsulated file of the samples, as their `INDEX.tsv` describes it.
struct EncapsulatedSample: Sendable, CustomTestStringConvertible {
  let path: String
  let syntax: TransferSyntax
  /// SHA-256 of what pydicom decodes; nil where it cannot.
  let digest: String?

  var testDescription: String { path }

  /// Every encapsulated file with pixel data.
  static let all: [EncapsulatedSample] = {
    guard let samples = Oracle.samples,
      let index = try? String(contentsOf: samples.appending(path: "INDEX.tsv"), encoding: .utf8)
    else { return [] }
    return index.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count > 14, fields[3].hasPrefix("1.2.840.10008.1.2"), fields[5] != "-" else { return nil }
      let syntax = TransferSyntax(uid: UID(fields[3]))
      guard syntax.isEncapsulated else { return nil }
      return EncapsulatedSample(path: fields[0], syntax: syntax, digest: fields[13].count == 64 ? fields[13] : nil)
    }
  }()

  /// A baseline code stream where a lossless syntax is named.
  static let mislabelled = "dicom/ophthalmic/sample-op.dcm"
  static let lossless = all.filter { FrameCodecs.isLossless($0.syntax) && $0.path != mislabelled }
  static let lossy = all.filter { !FrameCodecs.isLossless($0.syntax) || $0.path == mislabelled }

  struct Content {
    var header: DataSet
    var frame: FrameDescription
    var streams: [[UInt8]]
  }

  /// Header and code streams, found as a server finds them.
  func read() throws -> Content {
    try Self.read(Array(Data(contentsOf: #require(Oracle.samples).appending(path: path))))
  }

  static func read(_ file: [UInt8]) throws -> Content {
    var reader = HeaderReader()
    try reader.consume(file)
    let header = try reader.finish()
    let index = try FrameIndex(
      header: header.dataSet, location: #require(header.pixelData), transferSyntax: header.transferSyntax)
    let streams = (0..<index.count).map { frame in
      index.ranges(frame: frame).flatMap { file[Int($0.lowerBound)..<Int($0.upperBound)] }
    }
    return Content(header: header.dataSet, frame: try FrameDescription(header: header.dataSet), streams: streams)
  }

  /// Every frame decoded.
  func decoded() throws -> [DecodedFrame] {
    let content = try read()
    let codec = try FrameCodecs.codec(for: syntax)
    return try content.streams.map { try codec.decode($0, as: content.frame) }
  }
}

extension DecodedFrame {
  /// As pydicom gives it: a byte for a sample of one bit.
  var unpacked: [UInt8] {
    guard description.bitsAllocated == 1 else { return samples }
    return (0..<description.sampleCount).map { samples[$0 >> 3] >> UInt8($0 & 7) & 1 }
  }
}

func sha256(_ bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
