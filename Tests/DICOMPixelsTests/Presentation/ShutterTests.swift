import DICOM
import DICOMPixels
import Testing

@Suite("A display shutter")
struct ShutterTests {
  @Test(
    "leaves what it says",
    arguments: [
      (DisplayShutter([.rectangular(left: 2, right: 4, upper: 2, lower: 3)]), ".....\n.###.\n.###.\n.....\n....."),
      (DisplayShutter([.rectangular(left: -9, right: 2, upper: 4, lower: 99)]), ".....\n.....\n.....\n##...\n##..."),
      (DisplayShutter([.circular(row: 3, column: 3, radius: 2)]), "..#..\n.###.\n#####\n.###.\n..#.."),
      (DisplayShutter([.circular(row: 3, column: 3, radius: 0)]), ".....\n.....\n..#..\n.....\n....."),
      (DisplayShutter([.circular(row: 3, column: 3, radius: -1)]), ".....\n.....\n.....\n.....\n....."),
      (DisplayShutter([.polygonal([1, 1, 1, 5, 5, 1])]), "#####\n####.\n###..\n##...\n#...."),
      (DisplayShutter([.polygonal([2, 2, 2, 4, 4, 4, 4, 2])]), ".....\n.###.\n.###.\n.###.\n....."),
      (
        DisplayShutter([.rectangular(left: 1, right: 3, upper: 1, lower: 5), .circular(row: 3, column: 3, radius: 2)]),
        "..#..\n.##..\n###..\n.##..\n..#.."
      ),
      (DisplayShutter([.bitmap(overlayGroup: 0x6004)]), "###..\n#####\n#####\n#####\n#####"),
      (
        DisplayShutter([.circular(row: .max, column: .min, radius: .max)]), ".....\n.....\n.....\n.....\n....."
      ),
    ])
  func shapes(shutter: DisplayShutter, text: String) throws {
    let plane = OverlayPlane(group: 0x6004, rows: 1, columns: 2, origin: [1, 4], source: .bits([3]))
    let options = RenderOptions(presentation: Presentation(shutter: shutter, planes: [plane]))
    #expect(try Scene.render(rows: 5, columns: 5, value: 255, options: options).text == text)
  }

  @Test("of the image itself is applied, in its grey")
  func image() throws {
    let image = try Scene.render(rows: 1, columns: 3, value: 255) {
      $0.set(.shutterShape, .cs, strings: ["RECTANGULAR", "CIRCULAR"])
      $0.set(.shutterLeftVerticalEdge, .is, "2")
      $0.set(.shutterRightVerticalEdge, .is, "2")
      $0.set(.shutterUpperHorizontalEdge, .is, "1")
      $0.set(.shutterLowerHorizontalEdge, .is, "1")
      $0.set(.shutterPresentationValue, .us, 0x8080)
    }
    #expect(image.pixels == [128, 255, 128])
  }

  @Test("of a frame goes before that of the image")
  func frame() throws {
    func shutter(_ column: Int) -> DataSet {
      DataSet().with {
        $0.set(.shutterShape, .cs, "CIRCULAR")
        $0.set(.centerOfCircularShutter, .is, strings: ["1", "\(column)"])
        $0.set(.radiusOfCircularShutter, .is, "0")
      }
    }
    let texts = try [1, 2].map { number in
      try Scene.render(rows: 1, columns: 3, value: 255, frames: 2, frameNumber: number) {
        for element in shutter(3) { $0.set(element) }
        let group = DataSet().with { $0.set(.frameDisplayShutterSequence, items: [shutter(1)]) }
        $0.set(.perFrameFunctionalGroupsSequence, items: [group, DataSet()])
      }.text
    }
    #expect(texts == ["#..", "..#"])
  }

  @Test("has its colour on colour: CIELab against D50")
  func color() throws {
    // Values of the three primaries of sRGB, from Lindbloom's calculator: L*, a*, b* of D50.
    let primaries: [([Double], [UInt8])] = [
      ([54.29, 80.81, 69.89], [255, 0, 0]), ([87.82, -79.29, 80.99], [0, 255, 0]),
      ([29.57, 68.30, -112.03], [0, 0, 255]),
      ([100, 0, 0], [255, 255, 255]), ([0, 0, 0], [0, 0, 0]),
    ]
    for (lab, rgb) in primaries {
      let encoded = [
        Int(lab[0] / 100 * 65535 + 0.5), Int((lab[1] + 128) * 257 + 0.5), Int((lab[2] + 128) * 257 + 0.5),
      ]
      let shutter = DisplayShutter([.rectangular(left: 2, right: 2, upper: 1, lower: 1)], presentationColor: encoded)
      let image = try FrameRenderer.render(
        header: ImageHeader.color("RGB", columns: 2), frame: [1, 2, 3, 4, 5, 6], frameNumber: 1,
        options: RenderOptions(presentation: Presentation(shutter: shutter)))
      #expect(Array(image.pixels[3...]) == [4, 5, 6])
      for (shown, wanted) in zip(image.pixels, rgb) { #expect(abs(Int(shown) - Int(wanted)) <= 1, "\(lab)") }
    }
  }

  @Test("of more vertices than are accepted is refused, not ignored")
  func vertices() {
    let vertices = [Int](repeating: 1, count: (DisplayShutter.maximumVertices + 1) * 2)
    let options = RenderOptions(presentation: Presentation(shutter: DisplayShutter([.polygonal(vertices)])))
    let error = #expect(throws: PixelError.self) { try Scene.render(rows: 1, columns: 1, options: options) }
    #expect(error?.code == .invalidAttribute)
  }
}
