import DICOM
import DICOMPixels
import Testing

@Suite("An overlay plane")
struct OverlayTests {
  static let ring = "###\n#.#\n###"

  @Test("is drawn when asked for, and not otherwise")
  func asked() throws {
    let unasked = try Scene.render(rows: 3, columns: 3) { $0.setOverlay(Self.ring) }
    let asked = try Scene.render(rows: 3, columns: 3, options: RenderOptions(showsOverlays: true)) {
      $0.setOverlay(Self.ring)
    }
    #expect(unasked.text == "...\n...\n...")
    #expect(asked.text == Self.ring)
  }

  @Test(
    "lies where its origin says, as far as it is over the image",
    arguments: [
      ([2, 2], "....\n.###\n.#.#\n.###"), ([0, 0], ".#..\n##..\n....\n...."), ([4, 3], "....\n....\n....\n..##"),
      ([-1, 2], ".###\n....\n....\n...."), ([5, 1], "....\n....\n....\n...."), ([-2, 1], "....\n....\n....\n...."),
      ([32767, 32767], "....\n....\n....\n...."), ([-32768, -32768], "....\n....\n....\n...."),
    ] as [([Int], String)])
  func origin(origin: [Int], text: String) throws {
    let image = try Scene.render(rows: 4, columns: 4, options: RenderOptions(showsOverlays: true)) {
      $0.setOverlay(Self.ring, origin: origin)
    }
    #expect(image.text == text)
  }

  @Test("of several frames is over the frames it is for", arguments: [(1, ".."), (2, "#."), (3, ".#"), (4, "..")])
  func frames(number: Int, text: String) throws {
    let image = try Scene.render(
      rows: 1, columns: 2, options: RenderOptions(showsOverlays: true), frames: 4, frameNumber: number
    ) {
      $0.setOverlay("#.\n.#", frames: 2)
      $0.set(DICOM.Tag(0x6000, 0x0015), .is, "2")
      $0.set(DICOM.Tag(0x6000, 0x0051), .us, 2)
    }
    #expect(image.text == text)
  }

  @Test("is found in bits of the samples that are not of their value, and only there")
  func embedded() throws {
    func image(_ position: Int) throws -> String {
      let header = ImageHeader.monochrome(columns: 4, allocated: 16, stored: 12).with {
        $0.setWindow(2048, 4096)
        $0.set(DICOM.Tag(0x6002, 0x0010), .us, 1)
        $0.set(DICOM.Tag(0x6002, 0x0011), .us, 4)
        $0.set(DICOM.Tag(0x6002, 0x0100), .us, 16)
        $0.set(DICOM.Tag(0x6002, 0x0102), .us, position)
      }
      let words = [UInt8](words: [0x8000, 0x0000, 0x7000, 0xF000])
      return try FrameRenderer.render(
        header: header, frame: words, frameNumber: 1, options: RenderOptions(showsOverlays: true)
      ).text
    }
    #expect(try image(15) == "#..#")
    #expect(try image(12) == "..##")
    #expect(try image(11) == "....")
    #expect(try image(16) == "....")
  }

  @Test("without bits, or with fewer than it needs, hides no image", arguments: [0, 1, 2])
  func damaged(bytes: Int) throws {
    let image = try Scene.render(rows: 4, columns: 4, options: RenderOptions(showsOverlays: true)) {
      $0.setOverlay("####\n####\n####\n####")
      $0.set(DICOM.Tag(0x6000, 0x3000), .ow, bytes: [UInt8](repeating: 255, count: bytes))
    }
    #expect(image.text.filter { $0 == "#" }.count == bytes * 8)
  }

  @Test("is white on colour too")
  func color() throws {
    let header = ImageHeader.color("RGB", columns: 2).with { $0.setOverlay("#.") }
    let image = try FrameRenderer.render(
      header: header, frame: [1, 2, 3, 4, 5, 6], frameNumber: 1, options: RenderOptions(showsOverlays: true))
    #expect(image.pixels == [255, 255, 255, 4, 5, 6])
  }
}
