/// The one range of a Range field that we serve (RFC 9110 §14.2): `bytes=a-b`, `bytes=a-`, `bytes=-n`.
public enum ByteRange {
  /// - Parameters:
  ///   - field: the value of the Range field.
  ///   - length: bytes of the whole representation.
  /// - Returns: the bytes to give; `nil` when the field asks for something else than one range of bytes and is to be
  ///   ignored.
  /// - Throws: `.rangeNotSatisfiable` when no byte lies in the range.
  public static func resolve(_ field: String?, length: UInt64) throws(DICOMwebError) -> Range<UInt64>? {
    guard let field else { return nil }
    let text = HeaderText.trimmed(field[...])
    guard text.lowercased().hasPrefix("bytes=") else { return nil }
    let value = text.dropFirst("bytes=".count)
    guard !value.contains(","), let hyphen = value.firstIndex(of: "-") else { return nil }
    let first = HeaderText.trimmed(value[..<hyphen])
    let last = HeaderText.trimmed(value[value.index(after: hyphen)...])
    let unsatisfiable = DICOMwebError(.rangeNotSatisfiable, "the representation has \(length) bytes")
    if first.isEmpty {
      guard let suffix = UInt64(last) else { return nil }
      guard suffix > 0, length > 0 else { throw unsatisfiable }
      return (length - min(suffix, length))..<length
    }
    guard let start = UInt64(first) else { return nil }
    guard start < length else { throw unsatisfiable }
    if last.isEmpty { return start..<length }
    guard let end = UInt64(last), end >= start else { return nil }
    return start..<(min(end, length - 1) + 1)
  }
}
