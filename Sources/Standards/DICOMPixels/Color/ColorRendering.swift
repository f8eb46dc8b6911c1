import DICOM

extension StoredSamples {
  /// Renders a PALETTE COLOR frame to interleaved RGB.
  func renderPalette(header: DataSet) throws(PixelError) -> [UInt8] {
    let palette = try Palette(header: header, signed: isSigned)
    // One table per component keeps the loop over pixels the same as for grey.
    let tables = palette.levels(bits: description.bitsStored, signed: isSigned)
    var rgb = [UInt8](repeating: 0, count: count * 3)
    var plane = [UInt8](repeating: 0, count: count)
    for (component, table) in tables.enumerated() {
      plane.withUnsafeMutableBufferPointer { plane in
        map(table, to: plane)
        rgb.withUnsafeMutableBufferPointer { rgb in
          for index in 0..<count {
            rgb[index &* 3 &+ component] = plane[index]
          }
        }
      }
    }
    return rgb
  }
}

/// A native frame of three samples per pixel, as little-endian bytes.
struct ColorFrame {
  let bytes: UnsafeRawBufferPointer
  let description: ImageDescription

  /// - Throws: `PixelError` with code `.frameTooShort` or `.noSuchFrame`.
  init(
    _ bytes: UnsafeRawBufferPointer, _ description: ImageDescription, frameNumber: Int
  ) throws(PixelError) {
    let length = try description.nativeExtent(frameNumber: frameNumber).bytes.count
    guard bytes.count >= length else {
      throw PixelError(.frameTooShort, "\(bytes.count) bytes of a frame of \(length)")
    }
    self.bytes = bytes
    self.description = description
  }

  /// Renders to interleaved RGB of eight bits.
  func renderRGB() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: description.pixelCount * 3) { output, initialized in
      switch description.photometricInterpretation {
      case .ybrFull422:
        convertSubsampled(to: output)
      case .ybrFull:
        interleaveBytes(to: output)
        convertInPlace(output)
      default:
        description.bitsAllocated == 16 ? interleaveWords(to: output) : interleaveBytes(to: output)
        if description.bitsAllocated == 8, description.bitsStored < 8 { spread(output) }
      }
      initialized = description.pixelCount * 3
    }
  }

  private var isPlanar: Bool { description.planarConfiguration == .colorByPlane }

  private func interleaveBytes(to output: UnsafeMutableBufferPointer<UInt8>) {
    let count = description.pixelCount
    guard isPlanar else {
      UnsafeMutableRawBufferPointer(output).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * 3)]))
      return
    }
    for index in 0..<count {
      output[index &* 3] = bytes[index]
      output[index &* 3 &+ 1] = bytes[count &+ index]
      output[index &* 3 &+ 2] = bytes[count &* 2 &+ index]
    }
  }

  private func interleaveWords(to output: UnsafeMutableBufferPointer<UInt8>) {
    let count = description.pixelCount
    let (pixelStep, sampleStep) = isPlanar ? (1, count) : (3, 1)
    for index in 0..<count {
      for sample in 0..<3 {
        let position = index &* pixelStep &+ sample &* sampleStep
        let word = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: position &* 2, as: UInt16.self))
        output[index &* 3 &+ sample] = eightBits(UInt32(word))
      }
    }
  }

  /// Brings samples of fewer than eight stored bits to eight.
  private func spread(_ output: UnsafeMutableBufferPointer<UInt8>) {
    for index in output.indices.prefix(description.pixelCount * 3) {
      output[index] = eightBits(UInt32(output[index]))
    }
  }

  @inline(__always)
  private func eightBits(_ sample: UInt32) -> UInt8 {
    let stored = UInt32(truncatingIfNeeded: description.bitsStored)
    let full = UInt32(1) &<< stored &- 1
    let value = (sample &>> UInt32(truncatingIfNeeded: description.highBit + 1 - description.bitsStored)) & full
    return UInt8(truncatingIfNeeded: (value &* 510 &+ full) / (full &* 2))
  }

  private func convertInPlace(_ output: UnsafeMutableBufferPointer<UInt8>) {
    for index in 0..<description.pixelCount {
      let start = index &* 3
      let color = RGB(luminance: output[start], blue: output[start &+ 1], red: output[start &+ 2])
      output[start] = color.red
      output[start &+ 1] = color.green
      output[start &+ 2] = color.blue
    }
  }

  private func convertSubsampled(to output: UnsafeMutableBufferPointer<UInt8>) {
    for pair in 0..<description.pixelCount / 2 {
      let source = pair &* 4
      for pixel in 0..<2 {
        let color = RGB(luminance: bytes[source &+ pixel], blue: bytes[source &+ 2], red: bytes[source &+ 3])
        let start = pair &* 6 &+ pixel &* 3
        output[start] = color.red
        output[start &+ 1] = color.green
        output[start &+ 2] = color.blue
      }
    }
  }
}

/// A colour of eight bits per component.
struct RGB: Equatable {
  let red: UInt8
  let green: UInt8
  let blue: UInt8
}

extension RGB {
  /// From YBR_FULL (PS3.3 §C.7.6.3.1.2), with the coefficients of ITU-R BT.601 in 16-bit fixed point, rounded.
  @inline(__always)
  init(luminance: UInt8, blue: UInt8, red: UInt8) {
    let y = Int32(luminance) &<< 16 &+ 32768
    let cb = Int32(blue) &- 128
    let cr = Int32(red) &- 128
    self.red = Self.clamped(y &+ 91881 &* cr)
    self.green = Self.clamped(y &- 22554 &* cb &- 46802 &* cr)
    self.blue = Self.clamped(y &+ 116130 &* cb)
  }

  @inline(__always)
  private static func clamped(_ fixed: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(fixed &>> 16, 0), 255))
  }
}
