/// Where the lines of a text go, in pixels of a picture.
///
/// Text stands upright on the display, however the image is turned. In a box its letters are as large as the box allows,
/// within what can be read and what does not shout; a box that is too small is left downwards and to the right, which the
/// standard permits (PS3.3 §C.10.5.1.1).
struct TextLayout {
  /// Height of letters, in pixels.
  static let leastSize = 10
  static let largestSize = 40
  static let usualSize = 14
  /// Lines of a text, and characters of a line, that are drawn.
  static let maximumLines = 64
  static let maximumColumns = 512
  /// Between an anchor and a text that has no box.
  static let distance = 4.0

  typealias Rectangle = (left: Double, top: Double, right: Double, bottom: Double)

  struct Line: Equatable {
    var characters: [UInt32]
    var x: Int
    var baseline: Int
  }

  private(set) var lines: [Line] = []

  /// - Parameters:
  ///   - box: of the text, in the picture.
  ///   - anchor: where the text begins when there is no box.
  init(_ value: String, box: Rectangle?, justification: String, anchor: (x: Double, y: Double)?, font: Font) {
    let texts = Self.split(value)
    guard !texts.isEmpty else { return }
    font.setSize(Self.usualSize)
    var widest = texts.map(font.width).max() ?? 0
    if let box {
      let size = min(
        (box.bottom - box.top) / Double(texts.count) * Double(Self.usualSize) / Double(max(font.lineHeight, 1)),
        (box.right - box.left) * Double(Self.usualSize) / Double(max(widest, 1)))
      font.setSize(min(max(Int(clamping: size), Self.leastSize), Self.largestSize))
      widest = texts.map(font.width).max() ?? 0
    }
    guard let left = box?.left ?? anchor.map({ $0.x + Self.distance }),
      let top = box?.top ?? anchor.map({ $0.y - Self.distance - Double(font.lineHeight * texts.count) })
    else { return }
    let room = max(box.map { $0.right - $0.left } ?? 0, Double(widest))
    for (number, text) in texts.enumerated() {
      let rest = room - Double(font.width(text))
      let indent =
        switch justification.uppercased() {
        case "RIGHT": rest
        case "CENTER": rest / 2
        default: 0.0
        }
      lines.append(
        Line(
          characters: text, x: Int(clamping: (left + indent).rounded()),
          baseline: Int(clamping: top.rounded()) + font.above + number * font.lineHeight))
    }
  }

  /// Printable characters, by line.
  static func split(_ value: String) -> [[UInt32]] {
    let lines = value.split(omittingEmptySubsequences: false) { $0.isNewline }
    return lines.prefix(maximumLines).map { line in
      line.unicodeScalars.lazy.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(maximumColumns).map(\.value)
    }
  }
}

extension Int {
  /// Nothing traps: what is no number is 0, what is too large for a picture the largest.
  fileprivate init(clamping number: Double) {
    self = number.isNaN ? 0 : Int(Swift.min(Swift.max(number, -1_000_000), 1_000_000))
  }
}
