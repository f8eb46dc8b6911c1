/// What PS3.5 §6.2 (Table 6.2-1) allows in one value of a text VR.
enum ValueRules {
  /// Longest value in characters; a component group for PN.
  static func longest(_ vr: VR) -> Int? {
    switch vr {
    case .ae, .cs, .sh, .ds: 16
    case .is: 12
    case .lo, .pn, .ui: 64
    case .st: 1024
    case .lt: 10240
    case .dt: 26
    // Fourteen would do; the standard allows trailing spaces up to sixteen.
    case .tm: 16
    case .as: 4
    case .da: 8
    default: nil
    }
  }

  /// Whether a value, padding removed and not empty, has the form of its VR.
  static func isFormed(_ text: String, _ vr: VR) -> Bool {
    let bytes = Array(text.utf8)
    switch vr {
    case .ae: return bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    case .as: return isAge(bytes)
    case .cs: return bytes.allSatisfy(isCode)
    case .da: return isDate(bytes[...])
    case .tm: return isTime(bytes[...])
    case .dt: return isDateTime(bytes)
    case .ds: return isDecimal(text)
    case .is: return Int32(text) != nil
    case .ui: return UID(validating: text) != nil
    case .pn:
      let groups = text.parts(between: "=")
      return groups.count <= 3 && groups.allSatisfy { $0.count(where: { $0 == "^" }) <= 4 } && !hasControl(text, false)
    case .lo, .sh, .uc: return !hasControl(text, false)
    case .lt, .st, .ut: return !hasControl(text, true)
    case .ur: return !bytes.contains { $0 <= 0x20 || $0 >= 0x7F }
    default: return true
    }
  }

  /// ESC belongs to code extensions; line ends only to the long texts.
  private static func hasControl(_ text: String, _ mayHaveLines: Bool) -> Bool {
    text.unicodeScalars.contains { scalar in
      guard scalar.value < 0x20, scalar.value != 0x1B else { return false }
      return !(mayHaveLines && [0x09, 0x0A, 0x0C, 0x0D].contains(scalar.value))
    }
  }

  private static func isCode(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte >= 0x41 && byte <= 0x5A) || byte == 0x20 || byte == 0x5F
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func isAge(_ bytes: [UInt8]) -> Bool {
    bytes.count == 4 && bytes[..<3].allSatisfy(isDigit) && "DWMY".utf8.contains(bytes[3])
  }

  private static func isDecimal(_ text: String) -> Bool {
    text.utf8.allSatisfy { isDigit($0) || "+-.eE".utf8.contains($0) } && Double(text) != nil
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.allSatisfy(isDigit) else { return nil }
    return Int(String(decoding: bytes, as: UTF8.self))
  }

  private static let daysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

  /// `YYYYMMDD`.
  private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count == 8, let year = number(bytes.prefix(4)), let month = number(bytes.dropFirst(4).prefix(2)),
      let day = number(bytes.suffix(2)), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return day >= 1 && day <= daysOfMonths[month - 1] && (month != 2 || day < 29 || isLeap)
  }

  /// `HH`, `HHMM`, `HHMMSS` and `HHMMSS.F` to `HHMMSS.FFFFFF`; 60 is a leap second.
  private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let clock = parts.first, [2, 4, 6].contains(clock.count), parts.count <= 2 else { return false }
    if parts.count == 2, clock.count != 6 || !(1...6).contains(parts[1].count) || number(parts[1]) == nil {
      return false
    }
    for (index, limit) in [24, 60, 61].enumerated() where clock.count > index * 2 {
      guard let value = number(clock.dropFirst(index * 2).prefix(2)), value < limit else { return false }
    }
    return true
  }

  /// `YYYYMMDDHHMMSS.FFFFFF&ZZXX`, from the right as short as a year.
  private static func isDateTime(_ bytes: [UInt8]) -> Bool {
    var body = bytes[...]
    if let sign = bytes.firstIndex(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }) {
      let zone = bytes[(sign + 1)...]
      guard zone.count == 4, number(zone) != nil else { return false }
      body = bytes[..<sign]
    }
    switch body.count {
    case 4: return number(body) != nil
    case 6: return isDate(body + Array("01".utf8))
    case 8: return isDate(body)
    default: return body.count > 8 && isDate(body.prefix(8)) && isTime(body.dropFirst(8))
    }
  }
}
