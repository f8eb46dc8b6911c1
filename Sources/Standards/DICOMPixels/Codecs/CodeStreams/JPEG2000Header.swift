/// What the main header of a JPEG 2000 code stream says (ISO/IEC 15444-1 Annex A).
struct JPEG2000Header: Equatable {
  var rows: Int
  var columns: Int
  var components: Int
  var precision: Int
  var isSigned: Bool
  /// Whether the code stream uses the transform of its first three components (COD, SGcod).
  var hasComponentTransform: Bool
  /// Whether the wavelet is the reversible one.
  var isReversible: Bool
  /// Whether blocks are coded by ISO/IEC 15444-15 (CAP with Pcap¹⁵).
  var isHighThroughput: Bool
  /// Whether transforms of ISO/IEC 15444-2 are used (Rsiz, bit 15).
  var hasExtensions: Bool
  /// Whether the code stream lies in a JP2 file.
  var isInFile: Bool

  /// Markers of the main header that are looked at; encoders write a dozen.
  static let maximumSegments = 4096
  /// Boxes of a JP2 file before its code stream that are looked at.
  static let maximumBoxes = 64
  /// Tiles of a code stream, by its 16-bit numbers.
  static let maximumTiles = 65535

  /// - Throws: `PixelError` `.malformedCodeStream` or `.unsupported`.
  init(_ stream: [UInt8]) throws(PixelError) {
    let start = try Self.codeStream(stream)
    guard start + 4 <= stream.count, stream[start...].starts(with: [0xFF, 0x4F, 0xFF, 0x51]) else {
      throw PixelError(.malformedCodeStream, "no start of a JPEG 2000 code stream")
    }
    var size: Range<Int>?
    var coding: Range<Int>?
    var capabilities: UInt32 = 0
    var position = start + 2
    for _ in 0..<Self.maximumSegments {
      guard position + 4 <= stream.count, stream[position] == 0xFF else { break }
      let marker = stream[position + 1]
      if marker == 0x90 { break }
      let length = Self.number(stream, position + 2, bytes: 2)
      guard length >= 2, position + 2 + length <= stream.count else { break }
      let body = position + 4..<position + 2 + length
      switch marker {
      case 0x51: size = body
      case 0x52: coding = body
      case 0x50 where body.count >= 4:
        capabilities = UInt32(truncatingIfNeeded: Self.number(stream, body.lowerBound, bytes: 4))
      default: break
      }
      position = body.upperBound
    }
    guard let size, let coding, size.count >= 39, coding.count >= 10 else {
      throw PixelError(.malformedCodeStream, "the main header of JPEG 2000 lacks SIZ or COD")
    }
    func field(_ offset: Int) -> Int { Self.number(stream, size.lowerBound + offset, bytes: 4) }
    let (width, height) = (field(2) - field(10), field(6) - field(14))
    let (tileWidth, tileHeight) = (field(18), field(22))
    components = Self.number(stream, size.lowerBound + 34, bytes: 2)
    guard width > 0, height > 0, tileWidth > 0, tileHeight > 0, components > 0, size.count >= 36 + 3 * components else {
      throw PixelError(.malformedCodeStream, "a JPEG 2000 image of \(width) × \(height) in \(components) components")
    }
    guard ((width + tileWidth - 1) / tileWidth) * ((height + tileHeight - 1) / tileHeight) <= Self.maximumTiles else {
      throw PixelError(.malformedCodeStream, "more than \(Self.maximumTiles) JPEG 2000 tiles")
    }
    let details = (0..<components).map { Array(stream[size.lowerBound + 36 + 3 * $0..<size.lowerBound + 39 + 3 * $0]) }
    guard let first = details.first, details.allSatisfy({ $0 == first }), first[1] == 1, first[2] == 1 else {
      throw PixelError(.unsupported, "JPEG 2000 components that differ in bits or resolution")
    }
    rows = height
    columns = width
    precision = Int(first[0] & 0x7F) + 1
    isSigned = first[0] & 0x80 != 0
    hasComponentTransform = stream[coding.lowerBound + 4] == 1
    isReversible = stream[coding.lowerBound + 9] == 1
    isHighThroughput = capabilities & 0x0002_0000 != 0
    hasExtensions = stream[size.lowerBound] & 0x80 != 0
    isInFile = start > 0
  }

  /// Where the code stream begins: at once, or in the `jp2c` box of a JP2 file.
  private static func codeStream(_ stream: [UInt8]) throws(PixelError) -> Int {
    guard stream.count >= 12, stream[4..<8].elementsEqual("jP  ".utf8) else { return 0 }
    var position = 0
    for _ in 0..<maximumBoxes {
      guard position + 8 <= stream.count else { break }
      let length = number(stream, position, bytes: 4)
      if stream[position + 4..<position + 8].elementsEqual("jp2c".utf8) { return position + (length == 1 ? 16 : 8) }
      guard length >= 8 else { break }
      position += length
    }
    throw PixelError(.malformedCodeStream, "a JP2 file without a code stream")
  }

  private static func number(_ stream: [UInt8], _ position: Int, bytes: Int) -> Int {
    (0..<bytes).reduce(0) { $0 << 8 | Int(stream[position + $1]) }
  }
}

extension JPEG2000Header {
  var content: CodeStreamContent {
    CodeStreamContent(
      rows: rows, columns: columns, samplesPerPixel: components, precision: precision, isSigned: isSigned)
  }
}
