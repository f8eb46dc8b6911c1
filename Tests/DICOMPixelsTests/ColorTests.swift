import DICOM
import DICOMPixels
import Testing

@Suite("A colour frame")
struct ColorTests {
  static let pixels: [UInt8] = (0..<24).map { UInt8(($0 * 37) & 0xFF) }

  private func byPlane(_ samples: [UInt8]) -> [UInt8] {
    (0..<3).flatMap { component in stride(from: component, to: samples.count, by: 3).map { samples[$0] } }
  }

  @Test("of RGB is shown as stored")
  func rgb() throws {
    let image = try FrameRenderer.render(
      header: ImageHeader.color("RGB", rows: 2, columns: 4), frame: Self.pixels, frameNumber: 1)
    #expect(image.colorModel == .rgb)
    #expect(image.pixels == Self.pixels)
  }

  @Test("is the same by pixel and by plane", arguments: ["RGB", "YBR_FULL"])
  func planar(photometric: String) throws {
    let byPixel = try FrameRenderer.render(
      header: ImageHeader.color(photometric, rows: 2, columns: 4), frame: Self.pixels, frameNumber: 1)
    let planes = try FrameRenderer.render(
      header: ImageHeader.color(photometric, rows: 2, columns: 4, planar: 1), frame: byPlane(Self.pixels),
      frameNumber: 1)
    #expect(byPixel == planes)
  }

  @Test("of 16 bits or few stored bits is brought to eight", arguments: [0, 1])
  func depth(planar: Int) throws {
    let deep = try FrameRenderer.render(
      header: ImageHeader.color("RGB", columns: 1, allocated: 16, stored: 12, planar: planar),
      frame: [UInt8](words: [0, 2048, 4095]), frameNumber: 1)
    #expect(deep.pixels == [0, 128, 255])
    let shallow = try FrameRenderer.render(
      header: ImageHeader.color("RGB", columns: 1, stored: 4, planar: planar), frame: [0, 5, 15], frameNumber: 1)
    #expect(shallow.pixels == [0, 85, 255])
  }

  @Test(
    "of YBR_FULL follows ITU-R BT.601",
    arguments: [
      ([0, 128, 128], [0, 0, 0]), ([255, 128, 128], [255, 255, 255]), ([76, 85, 255], [254, 0, 0]),
      ([150, 44, 21], [0, 255, 1]), ([29, 255, 107], [0, 0, 254]),
    ] as [([UInt8], [UInt8])])
  func ybr(stored: [UInt8], shown: [UInt8]) throws {
    let image = try FrameRenderer.render(
      header: ImageHeader.color("YBR_FULL", columns: 1), frame: stored, frameNumber: 1)
    #expect(image.pixels == shown)
  }

  @Test("of YBR_FULL_422 equals YBR_FULL with the differences of two pixels shared")
  func subsampled() throws {
    let shared = try FrameRenderer.render(
      header: ImageHeader.color("YBR_FULL_422", columns: 4), frame: [10, 200, 90, 160, 30, 40, 128, 20], frameNumber: 1)
    let full = try FrameRenderer.render(
      header: ImageHeader.color("YBR_FULL", columns: 4),
      frame: [10, 90, 160, 200, 90, 160, 30, 128, 20, 40, 128, 20], frameNumber: 1)
    #expect(shared == full)
  }

  @Test("ignores a window asked for")
  func window() throws {
    let image = try FrameRenderer.render(
      header: ImageHeader.color("RGB", rows: 2, columns: 4), frame: Self.pixels, frameNumber: 1,
      options: RenderOptions(window: Window(center: 1, width: 1)))
    #expect(image.pixels == Self.pixels)
  }
}

@Suite("A palette")
struct PaletteTests {
  static let colors: [[UInt8]] = [[0, 10, 250], [1, 20, 251], [2, 30, 252], [3, 40, 253]]
  static let header = ImageHeader.monochrome(columns: 6, allocated: 8, photometric: "PALETTE COLOR")
  static let frame: [UInt8] = [4, 5, 6, 7, 0, 255]
  static let shown: [UInt8] = [0, 1, 2, 3, 0, 3].flatMap { colors[$0] }

  private func component(_ index: Int) -> [UInt8] { Self.colors.map { $0[index] } }

  private func words(_ bytes: [UInt8], scale: Int) -> [UInt8] { [UInt8](words: bytes.map { Int($0) * scale }) }

  @Test("maps indices, those beyond its ends to the first and last entry")
  func bytes() throws {
    let header = Self.header.with {
      $0.setPalette(first: 4, bits: 8, red: component(0), green: component(1), blue: component(2), entries: 4)
    }
    let image = try FrameRenderer.render(header: header, frame: Self.frame, frameNumber: 1)
    #expect(image.colorModel == .rgb)
    #expect(image.pixels == Self.shown)
  }

  @Test("of 16 bits shows the upper eight, and all of values that only fill the lower", arguments: [256, 257, 1])
  func words(scale: Int) throws {
    for bits in [8, 16] {
      let header = Self.header.with {
        $0.setPalette(
          first: 4, bits: bits, red: words(component(0), scale: scale), green: words(component(1), scale: scale),
          blue: words(component(2), scale: scale), entries: 4)
      }
      #expect(try FrameRenderer.render(header: header, frame: Self.frame, frameNumber: 1).pixels == Self.shown)
    }
  }

  @Test("in segments equals the same entry by entry")
  func segmented() throws {
    // Two values, a line over four entries, then the first two segments once more, from byte 0.
    let segments = [0, 2, 0, 1792, 1, 4, 0, 2, 2, 0, 0]
    let indices = (0..<12).map { UInt8($0) }
    let header = ImageHeader.monochrome(columns: 12, allocated: 8, photometric: "PALETTE COLOR")
    let plain = header.with {
      let table = [UInt8](words: [0, 1792, 1344, 896, 448, 0, 0, 1792, 1344, 896, 448, 0])
      $0.setPalette(bits: 16, red: table, green: table, blue: table, entries: 12)
    }
    var segmented = header.with {
      $0.setPalette(bits: 16, red: [], green: [], blue: [], entries: 12)
      for tag in [
        DICOM.Tag.redPaletteColorLookupTableData, .greenPaletteColorLookupTableData, .bluePaletteColorLookupTableData,
      ] { $0[tag] = nil }
    }
    for tag in [
      DICOM.Tag.segmentedRedPaletteColorLookupTableData, .segmentedGreenPaletteColorLookupTableData,
      .segmentedBluePaletteColorLookupTableData,
    ] { segmented.set(tag, .ow, ints: segments) }
    #expect(
      try FrameRenderer.render(header: segmented, frame: indices, frameNumber: 1)
        == FrameRenderer.render(header: plain, frame: indices, frameNumber: 1))
  }

  @Test("of eight bits in segments has units and offsets of bytes")
  func segmentedBytes() throws {
    // One value, a line of three, then the first segment once more from byte 0, its offset least significant first.
    let segments: [UInt8] = [0, 1, 10, 1, 3, 40, 2, 1, 0, 0, 0, 0]
    let header = ImageHeader.monochrome(columns: 5, allocated: 8, photometric: "PALETTE COLOR").with {
      $0.setPalette(bits: 8, red: [], green: [], blue: [], entries: 5)
      for (index, name) in [
        DICOM.Tag.redPaletteColorLookupTableData, .greenPaletteColorLookupTableData, .bluePaletteColorLookupTableData,
      ].enumerated() {
        $0[name] = nil
        $0.set(DICOM.Tag(0x0028, UInt16(0x1221 + index)), .ow, bytes: segments)
      }
    }
    let image = try FrameRenderer.render(header: header, frame: [0, 1, 2, 3, 4], frameNumber: 1)
    #expect(image.pixels == [10, 20, 30, 40, 10].flatMap { [UInt8](repeating: $0, count: 3) })
  }

  @Test(
    "whose segments make no table is refused",
    arguments: [
      [], [3, 1, 0], [1, 4, 9], [0, 9, 1], [0, 1, 5], [2, 1, 0, 0], [0, 1, 5, 2, 1, 100, 0],
      [0, 1, 5, 2, 2, 0, 0], [0, 1, 5, 1, 0, 9], [0, 1, 5, 2, 1, 65535, 65535],
    ])
  func malformed(segments: [Int]) {
    let header = Self.header.with {
      $0.setPalette(bits: 16, red: [], green: [], blue: [], entries: 12)
      $0[.redPaletteColorLookupTableData] = nil
      $0.set(.segmentedRedPaletteColorLookupTableData, .ow, ints: segments)
    }
    let error = #expect(throws: PixelError.self) {
      try FrameRenderer.render(header: header, frame: Self.frame, frameNumber: 1)
    }
    #expect(error?.code == .malformedLookupTable)
  }

  @Test("that is absent is asked for by name")
  func absent() {
    let error = #expect(throws: PixelError.self) {
      try FrameRenderer.render(header: Self.header, frame: Self.frame, frameNumber: 1)
    }
    #expect(error?.code == .missingAttribute)
    #expect(error?.tag == .redPaletteColorLookupTableDescriptor)
  }
}
