import DICOM
import DICOMPixels
import Testing

@Suite("A window")
struct WindowTests {
  struct Case: Sendable {
    let window: Window
    let stored: [Int]
    let levels: [UInt8]

    init(_ center: Double, _ width: Double, _ function: Window.Function, _ stored: [Int], _ levels: [UInt8]) {
      window = Window(center: center, width: width, function: function)
      self.stored = stored
      self.levels = levels
    }
  }

  /// The examples of PS3.3 §C.11.2.1.2.1 and §C.11.2.1.3, with outputs of 0…255.
  static let cases: [Case] = [
    Case(2048, 4096, .linear, [-1, 0, 2047, 2048, 4095, 4096], [0, 0, 127, 128, 255, 255]),
    Case(2048, 1, .linear, [2047, 2048], [0, 255]),
    Case(0, 100, .linear, [-51, -50, 0, 49, 50], [0, 0, 129, 255, 255]),
    Case(0, 1, .linear, [-1, 0], [0, 255]),
    Case(0, 2, .linear, [-1, 0, 1], [0, 255, 255]),
    Case(2048, 4096, .linearExact, [-1, 0, 2048, 4096, 4097], [0, 0, 128, 255, 255]),
    Case(0, 1, .linearExact, [-1, 0, 1], [0, 128, 255]),
    Case(2048, 4096, .sigmoid, [-32768, 2048, 32767], [0, 128, 255]),
    Case(0, 4, .sigmoid, [-1, 0, 1], [69, 128, 186]),
  ]

  @Test("spreads values as the standard's examples say", arguments: cases)
  func examples(_ example: Case) throws {
    let header = ImageHeader.monochrome(columns: example.stored.count, signed: true)
    let image = try FrameRenderer.render(
      header: header, frame: [UInt8](words: example.stored), frameNumber: 1,
      options: RenderOptions(window: example.window))
    #expect(image.pixels == example.levels)
  }

  @Test("in the header is the same as one asked for", arguments: Window.Function.allCases)
  func headerOrOption(function: Window.Function) throws {
    let stored = (0..<256).map { $0 * 251 }
    let header = ImageHeader.monochrome(columns: 256)
    let asked = try FrameRenderer.render(
      header: header, frame: [UInt8](words: stored), frameNumber: 1,
      options: RenderOptions(window: Window(center: 20000, width: 30000, function: function)))
    let own = try FrameRenderer.render(
      header: header.with { $0.setWindow(20000, 30000, function.rawValue) }, frame: [UInt8](words: stored),
      frameNumber: 1)
    #expect(asked == own)
  }

  @Test("never makes a brighter value darker", arguments: Window.Function.allCases)
  func monotonic(function: Window.Function) throws {
    let stored = Array(-2000..<2000)
    let image = try FrameRenderer.render(
      header: ImageHeader.monochrome(columns: stored.count, signed: true), frame: [UInt8](words: stored),
      frameNumber: 1, options: RenderOptions(window: Window(center: 40, width: 400, function: function)))
    #expect(zip(image.pixels, image.pixels.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test(
    "of any finite size yields a picture",
    arguments: [-1.7e308, -1e300, 0, 1e-300, 1e300, 1.7e308], [1, 1e300, 1.7e308])
  func extremes(center: Double, width: Double) throws {
    for function in Window.Function.allCases {
      for header in [ImageHeader.monochrome(columns: 2), ImageHeader.monochrome(columns: 1, allocated: 32)] {
        let image = try FrameRenderer.render(
          header: header.with { $0.setRescale(-1e300, 1e300) }, frame: [1, 2, 3, 4], frameNumber: 1,
          options: RenderOptions(window: Window(center: center, width: width, function: function)))
        #expect(image.pixels.count == image.width)
      }
    }
  }

  @Test("asked for with a width it cannot have is refused", arguments: [0, -1, .nan, .infinity, 0.5])
  func badWidth(width: Double) {
    let error = #expect(throws: PixelError.self) {
      try FrameRenderer.render(
        header: ImageHeader.monochrome(columns: 1), frame: [0, 0], frameNumber: 1,
        options: RenderOptions(window: Window(center: 0, width: width)))
    }
    #expect(error?.code == .invalidOption)
  }

  @Test("of a header that means nothing is passed over", arguments: ["0", "-5", "nan", "inf", ""])
  func unusable(width: String) throws {
    let header = ImageHeader.monochrome(columns: 2)
    let frame = [UInt8](words: [100, 200])
    let image = try FrameRenderer.render(
      header: header.with {
        $0.set(.windowCenter, .ds, "150")
        $0.set(.windowWidth, .ds, width)
      }, frame: frame, frameNumber: 1)
    #expect(image.pixels == [0, 255])
  }
}
