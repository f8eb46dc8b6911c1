import CText

/// A font of the system, for texts of presentation states. One that is missing is no error: a box is drawn in its place.
///
/// Letters are set one after the other, from left to right, without ligatures; scripts that need more are legible at best.
final class Font {
  /// Where the fonts lie that are looked for, the first one that is there is taken.
  static let paths = [
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf", "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
  ]

  private let font: OpaquePointer
  private(set) var above = 0
  private(set) var below = 0

  init?(paths: [String] = Font.paths) {
    guard let font = paths.lazy.compactMap({ ctext_open($0) }).first else { return nil }
    self.font = font
  }

  deinit { ctext_close(font) }

  /// Chooses the size of letters, in pixels.
  func setSize(_ pixels: Int) {
    var (above, below): (Int32, Int32) = (0, 0)
    guard ctext_set_size(font, UInt32(min(max(pixels, 1), 1024)), &above, &below) != 0 else { return }
    (self.above, self.below) = (Int(above), Int(below))
  }

  /// From one base line to the next.
  var lineHeight: Int { above + below }

  func width(_ line: [UInt32]) -> Int { Int(ctext_width(font, line, line.count)) }

  /// Calls `mark` with column, row and coverage of each pixel that a line covers.
  func draw(_ line: [UInt32], x: Int, baseline: Int, mark: (Int, Int, UInt8) -> Void) {
    guard let x = Int32(exactly: x), let y = Int32(exactly: baseline) else { return }
    withoutActuallyEscaping(mark) { mark in
      var marking = mark
      withUnsafeMutablePointer(to: &marking) { pointer in
        ctext_draw(
          font, line, line.count, x, y,
          { context, column, row, coverage in
            context?.assumingMemoryBound(to: ((Int, Int, UInt8) -> Void).self)
              .pointee(Int(column), Int(row), coverage)
          }, pointer)
      }
    }
  }
}
