/// Text with ISO 2022 code extensions (PS3.5 §6.1.2.4, §6.1.2.5): escape sequences designate repertoires to G0 (bytes 21
/// to 7E) and G1 (bytes A1 to FE), and delimiters return to the first repertoire.
enum CodeExtensions {
  private static let escape: UInt8 = 0x1B
  private static let replacement: Unicode.Scalar = "\u{FFFD}"

  /// What is designated.
  private struct Designation: Equatable {
    var g0: Repertoire
    var g1: Repertoire?

    /// Before the first escape sequence. A double-byte G1 set that was declared is taken as designated: some writers
    /// leave its escape sequence out.
    init(initially repertoires: [Repertoire]) {
      g0 = .ascii
      let first = repertoires.first ?? .ascii
      let isG1 = first.isSingleByteG1 || first.isDoubleByteG1
      g1 = isG1 ? first : repertoires.first { $0.isSingleByteG1 || $0.isDoubleByteG1 }
    }
  }

  // MARK: - Decoding

  /// The text in UTF-8.
  static func utf8(_ bytes: [UInt8], _ vr: VR, _ repertoires: [Repertoire]) -> [UInt8] {
    let initial = Designation(initially: repertoires)
    var state = initial
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count * 2)
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte == escape {
        if let (repertoire, length) = designated(bytes, at: position) {
          designate(repertoire, in: &state)
          position += length
        } else {
          append(replacement, to: &output)
          position += 1
        }
      } else if byte < 0x80, state.g0.isDoubleByteG0, byte > 0x20, byte < 0x7F {
        position = appendPairs(of: state.g0, bytes, from: position, to: &output) { $0 > 0x20 && $0 < 0x7F }
      } else if byte < 0x80 {
        if resets(byte, vr) { state = initial }
        output.append(byte)
        position += 1
      } else if let g1 = state.g1, g1.isDoubleByteG1 {
        position = appendPairs(of: g1, bytes, from: position, to: &output) { $0 >= 0x80 }
      } else {
        // Where nothing is designated to G1, writers mean ISO 8859-1, as they do without any declaration.
        let scalar = (state.g1 ?? .latin1).upperHalf[Int(byte & 0x7F)]
        append(Unicode.Scalar(scalar) ?? replacement, to: &output)
        position += 1
      }
    }
    return output
  }

  private static func designate(_ repertoire: Repertoire, in state: inout Designation) {
    if repertoire == .ascii || repertoire.isDoubleByteG0 {
      state.g0 = repertoire
    } else {
      state.g1 = repertoire
    }
  }

  /// Whether a character returns to the first repertoire (PS3.5 §6.1.2.5.3).
  private static func resets(_ byte: UInt8, _ vr: VR) -> Bool {
    switch byte {
    case 0x09, 0x0A, 0x0C, 0x0D: true
    case 0x5C: vr.isMultiValued
    case 0x5E, 0x3D: vr == .pn
    default: false
    }
  }

  /// The repertoire an escape sequence designates, and the length of the sequence.
  private static func designated(_ bytes: [UInt8], at position: Int) -> (Repertoire, Int)? {
    for (sequence, repertoire) in sequences where bytes[position...].starts(with: sequence) {
      return (repertoire, sequence.count)
    }
    return nil
  }

  /// Whether there is an escape sequence to no set, or to one that is not among the declared.
  static func hasUndeclaredEscape(_ bytes: [UInt8], _ repertoires: [Repertoire]) -> Bool {
    bytes.indices.contains { position in
      guard bytes[position] == escape else { return false }
      guard let (repertoire, _) = designated(bytes, at: position) else { return true }
      return repertoire != .ascii && !repertoires.contains(repertoire)
    }
  }

  /// Longer sequences first; ESC ( J is the romaji of JIS X 0201, ESC $ @ the first edition of JIS X 0208.
  private static let sequences: [([UInt8], Repertoire)] =
    (Repertoire.allCases.filter { !$0.isWholeEncoding }.map { ($0.escape, $0) }
    + [([0x1B, 0x28, 0x4A], .ascii), ([0x1B, 0x24, 0x40], .kanji)])
    .sorted { $0.0.count > $1.0.count }

  /// Appends the run of byte pairs from `start`; returns where it ends.
  private static func appendPairs(
    of repertoire: Repertoire, _ bytes: [UInt8], from start: Int, to output: inout [UInt8],
    while belongs: (UInt8) -> Bool
  ) -> Int {
    var end = start
    while end < bytes.count, belongs(bytes[end]) { end += 1 }
    let isWhole = (end - start) % 2 == 0
    var run: [UInt8] = []
    for index in stride(from: start, to: isWhole ? end : end - 1, by: 2) {
      if repertoire == .supplementaryKanji { run.append(0x8F) }
      run.append(bytes[index] | 0x80)
      run.append(bytes[index + 1] | 0x80)
    }
    output.append(contentsOf: Iconv.utf8(run, from: repertoire.codec))
    if !isWhole { append(replacement, to: &output) }
    return end
  }

  private static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
    output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  // MARK: - Encoding

  /// The text in these repertoires; nil when a character is in none of them.
  static func encoded(_ text: String, _ vr: VR, _ repertoires: [Repertoire]) -> [UInt8]? {
    var initial = Designation(initially: repertoires)
    let first = repertoires.first ?? .ascii
    initial.g1 = first.isSingleByteG1 ? first : nil
    var state = initial
    var output: [UInt8] = []
    for scalar in text.unicodeScalars {
      if scalar.value < 0x80 {
        if state.g0 != .ascii {
          output.append(contentsOf: Repertoire.ascii.escape)
          state.g0 = .ascii
        }
        let byte = UInt8(truncatingIfNeeded: scalar.value)
        if resets(byte, vr) { state = initial }
        output.append(byte)
      } else {
        guard let (repertoire, bytes) = encoded(scalar, repertoires) else { return nil }
        var next = state
        designate(repertoire, in: &next)
        if next != state { output.append(contentsOf: repertoire.escape) }
        state = next
        output.append(contentsOf: bytes)
      }
    }
    if state.g0 != .ascii { output.append(contentsOf: Repertoire.ascii.escape) }
    return output
  }

  private static func encoded(_ scalar: Unicode.Scalar, _ repertoires: [Repertoire]) -> (Repertoire, [UInt8])? {
    for repertoire in repertoires where repertoire != .ascii {
      if repertoire.isSingleByteG1 {
        let index = repertoire.upperHalf.firstIndex { UInt32($0) == scalar.value && $0 != 0xFFFD }
        if let index { return (repertoire, [UInt8(truncatingIfNeeded: index + 0x80)]) }
      } else if let bytes = Iconv.encoded(Array(String(scalar).utf8), to: repertoire.codec),
        // The C library writes some characters as others that look alike.
        Iconv.utf8(bytes, from: repertoire.codec).elementsEqual(String(scalar).utf8)
      {
        switch (repertoire, bytes.count) {
        case (.kanji, 2) where bytes[0] != 0x8E: return (repertoire, bytes.map { $0 & 0x7F })
        case (.supplementaryKanji, 3): return (repertoire, bytes.dropFirst().map { $0 & 0x7F })
        case (.korean, 2), (.simplifiedChinese, 2): return (repertoire, bytes)
        default: continue
        }
      }
    }
    return nil
  }
}
