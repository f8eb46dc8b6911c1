import DICOM
import DICOMPixels

/// A small picture as text: `.` is 0, `#` 255, `+` anything else.
extension RenderedImage {
  var text: String {
    (0..<height).map { row in
      String(
        (0..<width).map { column in
          switch pixels[(row * width + column) * colorModel.components] {
          case 0: Character(".")
          case 255: Character("#")
          default: Character("+")
          }
        })
    }.joined(separator: "\n")
  }
}

extension DataSet {
  /// An overlay plane as text: `#` is set.
  mutating func setOverlay(
    _ text: String, group: UInt16 = 0x6000, origin: [Int] = [1, 1], frames: Int? = nil
  ) {
    let lines = text.split(separator: "\n")
    let frames = frames ?? 1
    set(DICOM.Tag(group, 0x0010), .us, lines.count / frames)
    set(DICOM.Tag(group, 0x0011), .us, lines.first?.count ?? 0)
    set(DICOM.Tag(group, 0x0040), .cs, "G")
    set(DICOM.Tag(group, 0x0050), .ss, ints: origin)
    set(DICOM.Tag(group, 0x0100), .us, 1)
    set(DICOM.Tag(group, 0x0102), .us, 0)
    set(DICOM.Tag(group, 0x3000), .ow, bytes: Self.bits(text))
  }

  /// Bits from the least significant on, one for each character that is not a line's end.
  static func bits(_ text: String) -> [UInt8] {
    let set = text.filter { $0 != "\n" }.map { $0 == "#" }
    var bytes = [UInt8](repeating: 0, count: (set.count + 15) / 16 * 2)
    for (index, isSet) in set.enumerated() where isSet { bytes[index >> 3] |= 1 << UInt8(index & 7) }
    return bytes
  }
}

/// A black or grey frame and what is laid over it.
enum Scene {
  static func render(
    rows: Int, columns: Int, value: UInt8 = 0, options: RenderOptions = RenderOptions(), frames: Int = 1,
    frameNumber: Int = 1, _ change: (inout DataSet) -> Void = { _ in }
  ) throws -> RenderedImage {
    try FrameRenderer.render(
      header: ImageHeader.monochrome(rows: rows, columns: columns, allocated: 8, frames: frames).with(change),
      frame: [UInt8](repeating: value, count: rows * columns), frameNumber: frameNumber, options: options)
  }
}
