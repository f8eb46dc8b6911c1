import DICOMPixels
import Testing

/// Frames made for tests: a soft slope with seeded noise, and edges.
struct BuiltFrame: Sendable, CustomTestStringConvertible {
  let name: String
  let description: FrameDescription
  let samples: [UInt8]

  var testDescription: String { name }

  init(
    _ name: String, rows: Int = 37, columns: Int = 53, _ color: FrameDescription.ColorSpace = .monochrome2,
    allocated: Int, stored: Int? = nil, signed: Bool = false, noise: Int = 9
  ) throws {
    description = try FrameDescription(
      rows: rows, columns: columns, photometricInterpretation: color, bitsAllocated: allocated, bitsStored: stored,
      isSigned: signed)
    self.name = name
    var random = Seeded(state: 11)
    let bits = description.bitsStored
    let top = Int(1) << bits
    var samples: [UInt8] = []
    if allocated == 1 {
      samples = (0..<description.length).map { _ in UInt8.random(in: 0...255, using: &random) }
      let unused = description.length * 8 - description.sampleCount
      if unused > 0 { samples[samples.count - 1] >>= UInt8(unused) }
    } else {
      for index in 0..<description.sampleCount {
        let pixel = index / description.samplesPerPixel
        let slope = (pixel / columns + pixel % columns) * top / (rows + columns) + index % description.samplesPerPixel
        let edge = pixel % 17 == 0 ? top - 1 : slope
        var value = min(max(edge + Int.random(in: 0..<noise, using: &random), 0), top - 1)
        if signed { value -= top / 2 }
        for byte in 0..<allocated / 8 { samples.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
      }
    }
    self.samples = samples
  }

  static let all: [BuiltFrame] = {
    let made = try? [
      BuiltFrame("8 bits", allocated: 8), BuiltFrame("7 of 8 bits", allocated: 8, stored: 7),
      BuiltFrame("10 of 16 bits", allocated: 16, stored: 10), BuiltFrame("12 of 16 bits", allocated: 16, stored: 12),
      BuiltFrame("14 of 16 bits", allocated: 16, stored: 14), BuiltFrame("16 bits", allocated: 16),
      BuiltFrame("16 bits, signed", allocated: 16, signed: true),
      BuiltFrame("12 of 16 bits, signed", allocated: 16, stored: 12, signed: true),
      BuiltFrame("8 bits, signed", allocated: 8, signed: true),
      BuiltFrame("RGB", .rgb, allocated: 8), BuiltFrame("RGB of 16 bits", .rgb, allocated: 16),
      BuiltFrame("YBR_FULL", .ybrFull, allocated: 8), BuiltFrame("palette", .paletteColor, allocated: 8),
      BuiltFrame("one pixel", rows: 1, columns: 1, allocated: 8),
      BuiltFrame("one column", rows: 40, columns: 1, allocated: 16, stored: 12),
      BuiltFrame("32 bits", allocated: 32, stored: 31), BuiltFrame("1 bit", allocated: 1),
    ]
    return made ?? []
  }()

  static func named(_ name: String) throws -> BuiltFrame {
    guard let frame = all.first(where: { $0.name == name }) else {
      throw PixelError(.invalidOption, "no frame \(name)")
    }
    return frame
  }
}
