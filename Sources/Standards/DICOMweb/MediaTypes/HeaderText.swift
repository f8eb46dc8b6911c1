/// Lists and parameters in header fields, read as forgivingly as clients write them (RFC 9110 §5.6).
enum HeaderText {
  /// The parts between separators that stand outside quotation marks, without white space around them. A quotation
  /// mark that is never closed does not count as one.
  static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
    let text = Substring(text)
    var parts: [Substring] = []
    var start = text.startIndex
    var position = start
    while position < text.endIndex {
      let character = text[position]
      if character == "\"", let closing = closingQuote(in: text, after: position) {
        position = closing
      } else if character == separator {
        parts.append(trimmed(text[start..<position]))
        start = text.index(after: position)
      }
      position = text.index(after: position)
    }
    parts.append(trimmed(text[start...]))
    return parts
  }

  /// `name=value`: the name in lower case, the value without its quotation marks, be they one or two.
  static func parameter(_ text: some StringProtocol) -> (name: String, value: String) {
    let text = Substring(text)
    let mark = text.firstIndex(of: "=") ?? text.endIndex
    return (trimmed(text[..<mark]).lowercased(), unquoted(trimmed(text[mark...].dropFirst())))
  }

  static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let last = text.last, last.isWhitespace { text = text.dropLast() }
    while let first = text.first, first.isWhitespace { text = text.dropFirst() }
    return text
  }

  private static func closingQuote(in text: Substring, after opening: Substring.Index) -> Substring.Index? {
    var position = text.index(after: opening)
    while position < text.endIndex {
      if text[position] == "\"" { return position }
      if text[position] == "\\" {
        position = text.index(after: position)
        guard position < text.endIndex else { return nil }
      }
      position = text.index(after: position)
    }
    return nil
  }

  private static func unquoted(_ text: Substring) -> String {
    guard text.first == "\"" || text.last == "\"" || text.first == "'" else { return String(text) }
    let inner = text.drop { $0 == "\"" || $0 == "'" }
    var value = ""
    var escaped = false
    for character in inner {
      if !escaped, character == "\"" { break }
      if !escaped, character == "\\" {
        escaped = true
        continue
      }
      value.append(character)
      escaped = false
    }
    if text.first == "'", value.last == "'" { value.removeLast() }
    return value
  }
}
