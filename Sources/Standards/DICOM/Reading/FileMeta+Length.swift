extension FileMeta {
  /// The longest preamble and file meta information taken for one, in bytes.
  public static let maximumLength = 256 * 1024

  /// The length of preamble, `DICM` and group 0002 at the start of a Part 10 file: where its data set begins.
  ///
  /// - Parameter bytes: the first bytes of the file.
  /// - Returns: `nil` when `bytes` end before group 0002 does, or are no Part 10 file.
  public static func length(in bytes: [UInt8]) -> Int? {
    guard bytes.count >= 132, bytes[128..<132].elementsEqual("DICM".utf8) else { return nil }
    var position = 132
    // Element by element: a wrong group length (0002,0000) must not lead us astray.
    while position + 8 <= bytes.count {
      guard bytes[position] == 2, bytes[position + 1] == 0 else { return position }
      let vr = VR(code: (bytes[position + 4], bytes[position + 5]))
      let long = vr?.usesLongLength ?? false
      let headerLength = long ? 12 : 8
      guard position + headerLength <= bytes.count else { return nil }
      let length =
        long
        ? Int(bytes[position + 8]) | Int(bytes[position + 9]) << 8 | Int(bytes[position + 10]) << 16
          | Int(bytes[position + 11]) << 24
        : Int(bytes[position + 6]) | Int(bytes[position + 7]) << 8
      guard length <= maximumLength else { return nil }
      position += headerLength + length
    }
    return nil
  }
}
