import DICOM
import DICOMPixels
import Foundation
import Testing

@Suite("A colour profile")
struct ColorProfileTests {
  /// Every corner of the cube, greys, and colours at random.
  static let pixels: [UInt8] = {
    var random = Seeded(state: 11)
    let corners: [UInt8] = [0, 128, 255].flatMap { red in
      [0, 128, 255].flatMap { green in [0, 128, 255].flatMap { blue in [red, green, blue] } }
    }
    return corners + (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
  }()

  /// The profile that pictures have in them.
  static func sRGB() throws -> [UInt8] {
    let picture = try encodeJPEG(
      RenderedImage(width: 1, height: 1, colorModel: .gray, pixels: [7]), embedsProfile: true)
    let mark = Array("ICC_PROFILE".utf8) + [0, 1, 1]
    let start = try #require(
      picture.indices.first { picture[$0...].starts(with: mark) })
    let length = Int(picture[start - 2]) << 8 | Int(picture[start - 1])
    return Array(picture[start + mark.count..<start - 2 + length])
  }

  /// The profile with two of its primaries exchanged: the signatures of their tags.
  static func exchanged(_ first: String, _ second: String) throws -> [UInt8] {
    var profile = try sRGB()
    let places = try [first, second].map { name in
      try #require(profile.indices.first { profile[$0...].starts(with: Array(name.utf8)) })
    }
    for (place, name) in zip(places, [second, first]) {
      profile.replaceSubrange(place..<place + 4, with: Array(name.utf8))
    }
    return profile
  }

  private func render(_ pixels: [UInt8], _ change: (inout DataSet) -> Void) throws -> [UInt8] {
    try FrameRenderer.render(
      header: ImageHeader.color("RGB", columns: pixels.count / 3).with(change), frame: pixels, frameNumber: 1
    ).pixels
  }

  @Test("of sRGB changes nothing by more than a level")
  func same() throws {
    let profile = try Self.sRGB()
    let shown = try render(Self.pixels) { $0.set(.iccProfile, .ob, bytes: profile) }
    #expect(zip(shown, Self.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  @Test("is applied to colour, of the data set or of its optical path, and not to grey")
  func applied() throws {
    let profile = try Self.exchanged("rXYZ", "gXYZ")
    let red: [UInt8] = [255, 0, 0, 0, 255, 0]
    let green = try render(red) { $0.set(.iccProfile, .ob, bytes: profile) }
    #expect(zip(green, [0, 255, 0, 255, 0, 0]).allSatisfy { abs(Int($0) - $1) <= 1 })
    var path = DataSet()
    path.set(.iccProfile, .ob, bytes: profile)
    #expect(try render(red) { $0.set(.opticalPathSequence, items: [path]) } == green)
    let gray = try Scene.render(rows: 1, columns: 1, value: 77) { $0.set(.iccProfile, .ob, bytes: profile) }
    #expect(gray.pixels == [77])
  }

  @Test("that is damaged changes nothing", arguments: 0..<300 as Range<UInt64>)
  func damaged(seed: UInt64) throws {
    var random = Seeded(state: seed)
    var profile = try Self.exchanged("rXYZ", "bXYZ")
    for _ in 0...Int.random(in: 0..<12, using: &random) {
      profile[Int.random(in: 0..<profile.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    if seed % 3 == 0 { profile.removeLast(Int.random(in: 0..<profile.count, using: &random)) }
    // Either of the two is sound; what counts is that there is a picture.
    #expect(try render(Self.pixels) { $0.set(.iccProfile, .ob, bytes: profile) }.count == Self.pixels.count)
    let noise = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
    #expect(try render(Self.pixels) { $0.set(.iccProfile, .ob, bytes: noise) } == Self.pixels)
  }

  @Test("is put into pictures, the same every time")
  func embedded() throws {
    let gray = RenderedImage(width: 2, height: 1, colorModel: .gray, pixels: [7, 200])
    #expect(try encodePNG(gray, embedsProfile: true) == encodePNG(gray, embedsProfile: true))
    #expect(try Self.sRGB() == Self.sRGB() && Self.sRGB().count > 128)
  }

  @Test("converts as Pillow does, within a level", .enabled(if: Oracle.python != nil))
  func oracle() throws {
    var wide = try Self.sRGB()
    // Another gamut: the green primary's Y a little smaller.
    let place = try #require(wide.indices.first { wide[$0...].starts(with: Array("gXYZ".utf8)) })
    let offset = (4..<8).reduce(0) { $0 << 8 | Int(wide[place + $1]) }
    wide[offset + 14] = 0xA0
    for profile in [try Self.sRGB(), try Self.exchanged("rXYZ", "bXYZ"), wide] {
      let shown = try render(Self.pixels) { $0.set(.iccProfile, .ob, bytes: profile) }
      let expected = try Oracle.withTemporaryFolder { folder in
        let (profileFile, pixelFile) = (folder.appending(path: "profile.icc"), folder.appending(path: "pixels"))
        try Data(profile).write(to: profileFile)
        try Data(Self.pixels).write(to: pixelFile)
        return try Oracle.run("colors.py", profileFile.path, pixelFile.path)
      }
      let bytes = expected.trimmingCharacters(in: .whitespacesAndNewlines)
      let converted = stride(from: 0, to: bytes.count - 1, by: 2).compactMap { index in
        UInt8(bytes.dropFirst(index).prefix(2), radix: 16)
      }
      #expect(converted.count == shown.count && zip(shown, converted).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }
  }
}
