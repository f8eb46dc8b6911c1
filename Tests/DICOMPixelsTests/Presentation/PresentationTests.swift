import DICOM
import DICOMPixels
import Testing

@Suite("A presentation")
struct PresentationTests {
  /// Stored values 0 to 3 of an image that asks for quite another display.
  private func levels(_ presentation: Presentation, window: Window? = nil) throws -> [UInt8] {
    let header = ImageHeader.monochrome(columns: 4, allocated: 8, photometric: "MONOCHROME1").with {
      $0.setRescale(100, 5)
      $0.setWindow(1000, 10)
      $0.set(.presentationLUTShape, .cs, "INVERSE")
    }
    return try FrameRenderer.render(
      header: header, frame: [0, 1, 2, 3], frameNumber: 1,
      options: RenderOptions(window: window, presentation: presentation)
    ).pixels
  }

  private let window = Presentation.VOI.window(Window(center: 1.5, width: 3, function: .linearExact))

  @Test("replaces what the image says, also by what it lacks")
  func replacement() throws {
    #expect(try levels(Presentation(voi: window)) == [0, 85, 170, 255])
    #expect(try levels(Presentation(voi: window, lut: .inverse)) == [255, 170, 85, 0])
    #expect(try levels(Presentation(modality: .rescale(slope: 2, intercept: -3), voi: window)) == [0, 0, 85, 255])
    // All that eight bits can express.
    #expect(try levels(Presentation()) == [0, 1, 2, 3])
    #expect(
      try levels(Presentation(), window: Window(center: 1.5, width: 3, function: .linearExact)) == [0, 85, 170, 255])
  }

  @Test("takes tables at every stage, unrounded in between")
  func tables() throws {
    let modality = ModalityLUT.table(LookupTable(firstMapped: 0, bits: 16, entries: [3000, 2000, 1000, 0]))
    let ramp = Presentation.VOI.window(Window(center: 1500, width: 3000, function: .linearExact))
    #expect(try levels(Presentation(modality: modality, voi: ramp)) == [255, 170, 85, 0])
    let voi = Presentation.VOI.table(LookupTable(firstMapped: 1, bits: 8, entries: [10, 20]))
    #expect(try levels(Presentation(voi: voi)) == [10, 10, 20, 20])
    // A thousand inputs are told apart though only 256 levels are shown.
    let steps = LookupTable(firstMapped: 0, bits: 8, entries: (0..<1001).map { $0 < 334 ? 7 : $0 < 667 ? 8 : 9 })
    #expect(try levels(Presentation(voi: window, lut: .table(steps))) == [7, 7, 9, 9])
    // The first mapped value of a presentation LUT is 0 whatever it says (PS3.3 §C.11.4.1).
    let late = LookupTable(firstMapped: 77, bits: 16, entries: [0xFFFF, 0])
    #expect(try levels(Presentation(voi: window, lut: .table(late))) == [255, 255, 0, 0])
  }

  @Test("LUT of the image itself is applied")
  func imageTable() throws {
    let image = try Scene.render(rows: 1, columns: 1, value: 255) {
      $0.set(.presentationLUTSequence, items: [.table(first: 0, bits: 8, [0, 51])])
    }
    #expect(image.pixels == [51])
  }

  static let image = "#..\n..."

  @Test(
    "flips, then turns clockwise",
    arguments: [
      (0, false, "#..\n..."), (90, false, ".#\n..\n.."), (180, false, "...\n..#"), (270, false, "..\n..\n#."),
      (0, true, "..#\n..."), (90, true, "..\n..\n.#"), (180, true, "...\n#.."), (270, true, "#.\n..\n.."),
      (45, false, "#..\n..."),
    ])
  func turns(degrees: Int, flipped: Bool, text: String) throws {
    let options = RenderOptions(presentation: Presentation(isFlippedHorizontally: flipped, rotationDegrees: degrees))
    let image = try FrameRenderer.render(
      header: ImageHeader.monochrome(rows: 2, columns: 3, allocated: 8), frame: [255, 0, 0, 0, 0, 0], frameNumber: 1,
      options: options)
    #expect(image.text == text)
  }

  @Test(
    "shows its area, black beyond the image",
    arguments: [
      ([1, 1], [2, 2], "##\n##"), ([0, 0], [3, 3], "....\n.##.\n.##.\n...."), ([2, 2], [1, 1], "##\n##"),
      ([5, 5], [6, 6], "..\n.."), ([2, 1], [2, 1], "#"),
    ] as [([Int], [Int], String)])
  func area(topLeft: [Int], bottomRight: [Int], text: String) throws {
    let area = DisplayedArea(topLeft: topLeft, bottomRight: bottomRight)
    let options = RenderOptions(presentation: Presentation(area: area))
    #expect(try Scene.render(rows: 2, columns: 2, value: 255, options: options).text == text)
  }

  @Test(
    "magnifies, and stretches the coarser direction of its pixels",
    arguments: [
      (DisplayedArea.Size.magnify(3), DisplayedArea.Shape.aspectRatio([1, 1]), 12, 6),
      (.scaleToFit, .spacing([2, 1]), 4, 4),
      (.trueSize, .spacing([0.5, 1]), 8, 2), (.magnify(2), .aspectRatio([3, 2]), 8, 6),
      (.magnify(.infinity), .aspectRatio([0, -1]), 4, 2), (.scaleToFit, .aspectRatio([1, 100]), 4, 2),
      (.magnify(1e308), .aspectRatio([1, 1]), 8192, 4096), (.magnify(.nan), .spacing([.nan, 1]), 4, 2),
    ])
  func size(size: DisplayedArea.Size, shape: DisplayedArea.Shape, width: Int, height: Int) throws {
    let area = DisplayedArea(topLeft: [1, 1], bottomRight: [4, 2], size: size, shape: shape)
    let image = try Scene.render(
      rows: 2, columns: 4, options: RenderOptions(presentation: Presentation(area: area)))
    #expect(image.width == width && image.height == height)
  }

  @Test("with an area larger than any image is refused")
  func hugeArea() {
    let area = DisplayedArea(topLeft: [.min, 1], bottomRight: [.max, 2])
    let options = RenderOptions(presentation: Presentation(area: area))
    let error = #expect(throws: PixelError.self) { try Scene.render(rows: 1, columns: 1, options: options) }
    #expect(error?.code == .invalidAttribute)
  }

  @Test("of any numbers at all gives a picture or is refused", arguments: 0..<200 as Range<UInt64>)
  func hostile(seed: UInt64) {
    var random = Seeded(state: seed)
    func number() -> Double {
      let edges = [0, 1, -1, 0.5, 1e-300, 1e300, .infinity, -.infinity, .nan, 32767, 65535, 4e9]
      return edges.randomElement(using: &random) ?? 0
    }
    func whole() -> Int { [0, 1, -1, 2, 9, 255, 32767, -32768, 65536, .max, .min].randomElement(using: &random) ?? 0 }
    func point() -> Graphic.Point { Graphic.Point(column: Float(number()), row: Float(number())) }
    let table = LookupTable(
      firstMapped: whole(), bits: whole(), entries: [[], [3], [1, 65535]].randomElement(using: &random) ?? [])
    let types: [Graphic.GraphicType] = [.point, .polyline, .interpolated, .circle, .ellipse]
    let graphics = (0..<8).map { _ in
      Graphic(
        types.randomElement(using: &random) ?? .point, units: Bool.random(using: &random) ? .pixel : .display,
        points: (0..<Int.random(in: 0...6, using: &random)).map { _ in point() }, isFilled: Bool.random(using: &random))
    }
    let presentation = Presentation(
      modality: Bool.random(using: &random) ? .rescale(slope: number(), intercept: number()) : .table(table),
      voi: [
        nil, .table(table), .window(Window(center: number(), width: number())),
        .window(Window(center: number(), width: number(), function: .sigmoid)),
      ].randomElement(using: &random) ?? nil,
      lut: Bool.random(using: &random) ? .table(table) : .inverse,
      shutter: DisplayShutter(
        [
          .circular(row: whole(), column: whole(), radius: whole()), .polygonal((0..<6).map { _ in whole() }),
          .rectangular(left: whole(), right: whole(), upper: whole(), lower: whole()), .bitmap(overlayGroup: 0x6000),
        ].filter { _ in Bool.random(using: &random) }, presentationValue: whole(), presentationColor: [whole()]),
      planes: [
        OverlayPlane(
          group: 0x6000, rows: whole(), columns: whole(), origin: [whole(), whole()], numberOfFrames: whole(),
          firstFrame: whole(), source: Bool.random(using: &random) ? .bits([255, 1]) : .embedded(position: whole()))
      ],
      layers: [
        .init(
          tone: Tone(presentationValue: whole(), lab: [whole(), whole(), whole()]), overlays: [0x6000],
          graphics: graphics)
      ],
      area: Bool.random(using: &random)
        ? nil
        : DisplayedArea(
          topLeft: [whole(), 1], bottomRight: [9, whole()], size: .magnify(number()),
          shape: .spacing([number(), number()])),
      isFlippedHorizontally: Bool.random(using: &random),
      rotationDegrees: [0, 90, 180, 270, whole()].randomElement(using: &random) ?? 0)
    let viewport = RenderOptions.Viewport(width: 40, height: 30)
    for bits in [8, 16] {
      let header = ImageHeader.monochrome(rows: 9, columns: 7, allocated: bits)
      do {
        let image = try FrameRenderer.render(
          header: header, frame: [UInt8](repeating: 200, count: 126), frameNumber: 1,
          options: RenderOptions(presentation: presentation, viewport: viewport))
        #expect(image.width <= 40 && image.height <= 30)
      } catch {
        #expect(!error.detail.isEmpty)
      }
    }
  }

  @Test("draws its layers from the lowest to the highest, over the shutter")
  func layers() throws {
    let planes = [
      OverlayPlane(group: 0x6000, rows: 1, columns: 3, source: .bits([0b111])),
      OverlayPlane(group: 0x6002, rows: 1, columns: 3, source: .bits([0b010])),
    ]
    let presentation = Presentation(
      shutter: DisplayShutter([.rectangular(left: 9, right: 9, upper: 9, lower: 9)]), planes: planes,
      layers: [
        Presentation.Layer(tone: Tone(presentationValue: 0x4040), overlays: [0x6000]),
        Presentation.Layer(tone: Tone(presentationValue: 0x8080), overlays: [0x6002, 0x6004, 0x1234]),
      ])
    let image = try Scene.render(rows: 1, columns: 5, value: 255, options: RenderOptions(presentation: presentation)) {
      $0.setOverlay("#", group: 0x6004, origin: [1, 5])
      $0.setOverlay("#####", group: 0x6002)
    }
    #expect(image.pixels == [64, 128, 64, 0, 128])
  }
}
