/// How the code streams of the encapsulated syntaxes begin.
enum CodeStream {
  /// Bytes looked at.
  static let markerLength = 4

  /// Whether bytes begin a JPEG or JPEG-LS image (SOI and a marker) or a JPEG 2000 code stream (SOC, SIZ).
  static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 3, bytes[0] == 0xFF else { return false }
    if bytes[1] == 0xD8 { return bytes[2] == 0xFF }
    return bytes.count >= 4 && bytes[1] == 0x4F && bytes[2] == 0xFF && bytes[3] == 0x51
  }
}
