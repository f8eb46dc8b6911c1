/// What the markers of a JPEG or JPEG-LS code stream say up to its first scan (ISO/IEC 10918-1 §B.2, 14495-1 §C.2).
struct JPEGHeader: Equatable {
  /// The kind of frame header.
  enum Process: Equatable {
    /// SOF0 and SOF1: sequential DCT, Huffman coding.
    case sequential
    /// SOF3: lossless, Huffman coding.
    case lossless
    /// SOF55.
    case jpegLS
    /// Progressive, hierarchical or arithmetic: of no transfer syntax that is not retired.
    case other(UInt8)
  }

  /// What the markers say of three components.
  enum ColorSpace: Equatable {
    case rgb
    case ybr
  }

  var process: Process
  var precision: Int
  var rows: Int
  var columns: Int
  var components: Int
  /// Nil when no marker tells.
  var colorSpace: ColorSpace?
  /// Ss of the first scan: its first coefficient, or the predictor of lossless JPEG, or NEAR of JPEG-LS.
  var spectralStart: Int
  /// Se of the first scan: its last coefficient, or the interleave mode of JPEG-LS.
  var spectralEnd: Int

  /// Segments before the first scan that are looked at; encoders write a dozen.
  static let maximumSegments = 1024

  /// - Throws: `PixelError` `.malformedCodeStream`.
  init(_ stream: [UInt8]) throws(PixelError) {
    guard stream.count >= 4, stream[0] == 0xFF, stream[1] == 0xD8 else {
      throw PixelError(.malformedCodeStream, "no start of a JPEG image")
    }
    var frame: (marker: UInt8, body: Range<Int>)?
    var adobe: UInt8?
    var isJFIF = false
    var position = 2
    for _ in 0..<Self.maximumSegments {
      guard let (marker, body) = Self.segment(stream, &position) else {
        throw PixelError(.malformedCodeStream, "the JPEG markers end before a scan begins")
      }
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF, 0xF7:
        guard frame == nil else { throw PixelError(.malformedCodeStream, "a second JPEG frame header") }
        frame = (marker, body)
      case 0xE0 where stream[body].starts(with: "JFIF\0".utf8):
        isJFIF = true
      case 0xEE where stream[body].starts(with: "Adobe".utf8) && body.count >= 12:
        adobe = stream[body.lowerBound + 11]
      case 0xDA:
        guard let frame else { throw PixelError(.malformedCodeStream, "a JPEG scan without a frame header") }
        try self.init(stream, frame.marker, frame.body, scan: body, adobe: adobe, isJFIF: isJFIF)
        return
      default:
        break
      }
    }
    throw PixelError(.malformedCodeStream, "more than \(Self.maximumSegments) JPEG markers before a scan")
  }

  private init(
    _ stream: [UInt8], _ marker: UInt8, _ body: Range<Int>, scan: Range<Int>, adobe: UInt8?, isJFIF: Bool
  ) throws(PixelError) {
    let start = body.lowerBound
    guard body.count >= 6, body.count >= 6 + 3 * Int(stream[start + 5]) else {
      throw PixelError(.malformedCodeStream, "a JPEG frame header of \(body.count) bytes")
    }
    switch marker {
    case 0xC0, 0xC1: process = .sequential
    case 0xC3: process = .lossless
    case 0xF7: process = .jpegLS
    default: process = .other(marker)
    }
    precision = Int(stream[start])
    rows = Int(stream[start + 1]) << 8 | Int(stream[start + 2])
    columns = Int(stream[start + 3]) << 8 | Int(stream[start + 4])
    components = Int(stream[start + 5])
    let identifiers = (0..<components).map { stream[start + 6 + 3 * $0] }
    let isNamedRGB = identifiers == Array("RGB".utf8) || identifiers == Array("rgb".utf8)
    switch adobe {
    case 0?: colorSpace = .rgb
    case 1?: colorSpace = .ybr
    default: colorSpace = isNamedRGB ? .rgb : (isJFIF ? .ybr : nil)
    }
    let parameters = scan.lowerBound + 1 + 2 * Int(stream[scan.lowerBound])
    guard parameters + 3 <= scan.upperBound else {
      throw PixelError(.malformedCodeStream, "a JPEG scan header of \(scan.count) bytes")
    }
    spectralStart = Int(stream[parameters])
    spectralEnd = Int(stream[parameters + 1])
    guard rows > 0 else { throw PixelError(.unsupported, "a JPEG image whose number of lines follows its first scan") }
  }

  /// The next marker with its segment, from `position`, which moves behind it.
  private static func segment(_ stream: [UInt8], _ position: inout Int) -> (marker: UInt8, body: Range<Int>)? {
    guard position + 4 <= stream.count, stream[position] == 0xFF else { return nil }
    // Any number of fill bytes may stand before a marker (ISO/IEC 10918-1 §B.1.1.2).
    while position + 4 <= stream.count, stream[position + 1] == 0xFF { position += 1 }
    guard position + 4 <= stream.count else { return nil }
    let marker = stream[position + 1]
    let length = Int(stream[position + 2]) << 8 | Int(stream[position + 3])
    let start = position + 4
    guard marker >= 0xC0, marker != 0xD8, marker != 0xD9, length >= 3, start + length - 2 <= stream.count else {
      return nil
    }
    position = start + length - 2
    return (marker, start..<position)
  }
}

extension JPEGHeader {
  var content: CodeStreamContent {
    CodeStreamContent(rows: rows, columns: columns, samplesPerPixel: components, precision: precision, isSigned: nil)
  }
}
