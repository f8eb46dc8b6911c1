import DICOM
import Testing

@Suite("Frames of several fragments without offsets")
struct FragmentedFrameTests {
  static let beginnings: [(TransferSyntax, [UInt8])] = [
    (.jpegLSLossless, [0xFF, 0xD8, 0xFF, 0xF7]), (.jpeg2000Lossless, [0xFF, 0x4F, 0xFF, 0x51]),
    (.jpegXLLossless, [0xFF, 0x0A, 0x01, 0x02]), (.jpegXL, [0, 0, 0, 12]),
  ]

  @Test("are told apart by how code streams begin", arguments: beginnings)
  func markers(syntax: TransferSyntax, beginning: [UInt8]) throws {
    func item(_ bytes: [UInt8]) -> [UInt8] { [0xFE, 0xFF, 0x00, 0xE0, UInt8(bytes.count), 0, 0, 0] + bytes }
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, .ui, "1.2")
    dataSet.set(.sopInstanceUID, .ui, "1.2.3")
    dataSet.set(.numberOfFrames, .is, 2)
    let rest: [UInt8] = [7, 7, 7, 7]
    dataSet.set(.pixelData, .ob, bytes: item([]) + item(beginning) + item(rest) + item(beginning) + item(rest))
    let file = try Part10.write(dataSet, in: syntax)
    var reader = HeaderReader()
    try reader.consume(file)
    let header = try reader.finish()
    let index = try FrameIndex(
      header: header.dataSet, location: #require(header.pixelData), transferSyntax: syntax)
    #expect(index.count == 2)
    for frame in 0..<2 {
      let stream = index.ranges(frame: frame).flatMap { file[Int($0.lowerBound)..<Int($0.upperBound)] }
      #expect(stream == beginning + rest)
    }
  }
}
