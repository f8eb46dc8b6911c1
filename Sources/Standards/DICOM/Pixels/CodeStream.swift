/// How the code streams of the encapsulated syntaxes begin.
enum CodeStream {
  /// Bytes looked at.
  static let markerLength = 4

  /// Whether bytes begin a JPEG or JPEG-LS image (SOI and a marker), a JPEG 2000 code stream (SOC, SIZ), a JPEG XL code
  /// stream (ISO/IEC 18181-1 §D.1), or a file of boxes, as JPEG 2000 and JPEG XL may be wrapped in.
  static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 3 else { return false }
    if bytes[0] == 0 { return bytes.count >= 4 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] == 12 }
    guard bytes[0] == 0xFF else { return false }
    if bytes[1] == 0x0A { return true }
    if bytes[1] == 0xD8 { return bytes[2] == 0xFF }
    return bytes.count >= 4 && bytes[1] == 0x4F && bytes[2] == 0xFF && bytes[3] == 0x51
  }
}
