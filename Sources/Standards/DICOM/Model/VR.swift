/// A value representation (PS3.5 §6.2). The raw value is the two-letter code, first letter in the upper byte.
public enum VR: UInt16, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  case ae = 0x4145
  case `as` = 0x4153
  case at = 0x4154
  case cs = 0x4353
  case da = 0x4441
  case ds = 0x4453
  case dt = 0x4454
  case fd = 0x4644
  case fl = 0x464C
  case `is` = 0x4953
  case lo = 0x4C4F
  case lt = 0x4C54
  case ob = 0x4F42
  case od = 0x4F44
  case of = 0x4F46
  case ol = 0x4F4C
  case ov = 0x4F56
  case ow = 0x4F57
  case pn = 0x504E
  case sh = 0x5348
  case sl = 0x534C
  case sq = 0x5351
  case ss = 0x5353
  case st = 0x5354
  case sv = 0x5356
  case tm = 0x544D
  case uc = 0x5543
  case ui = 0x5549
  case ul = 0x554C
  case un = 0x554E
  case ur = 0x5552
  case us = 0x5553
  case ut = 0x5554
  case uv = 0x5556

  public init?(code: (UInt8, UInt8)) {
    self.init(rawValue: UInt16(code.0) << 8 | UInt16(code.1))
  }

  /// Reads a code such as `PN`.
  public init?(_ name: String) {
    var bytes = name.utf8.makeIterator()
    guard let first = bytes.next(), let second = bytes.next(), bytes.next() == nil else { return nil }
    self.init(code: (first, second))
  }

  public var code: (UInt8, UInt8) {
    (UInt8(truncatingIfNeeded: rawValue >> 8), UInt8(truncatingIfNeeded: rawValue))
  }

  /// The two-letter code, `PN`.
  public var name: String {
    String(decoding: [code.0, code.1], as: UTF8.self)
  }

  public var description: String { name }

  /// Whether the value is a character string of some kind.
  public var isText: Bool {
    switch self {
    case .ae, .as, .cs, .da, .ds, .dt, .is, .lo, .lt, .pn, .sh, .st, .tm, .uc, .ui, .ur, .ut: true
    default: false
    }
  }

  /// Whether Specific Character Set (0008,0005) governs the value (PS3.5 §6.1.2.2).
  public var isCharsetDependent: Bool {
    switch self {
    case .lo, .lt, .pn, .sh, .st, .uc, .ut: true
    default: false
    }
  }

  /// Whether backslash separates several values (PS3.5 §6.4); false for the text VRs that hold a single value.
  public var isMultiValued: Bool {
    switch self {
    case .lt, .st, .ut, .ur: false
    default: isText
    }
  }

  /// Whether explicit VR encoding uses two reserved bytes and a 32-bit length (PS3.5 §7.1.2, Table 7.1-1).
  public var usesLongLength: Bool {
    switch self {
    case .ob, .od, .of, .ol, .ov, .ow, .sq, .sv, .uc, .un, .ur, .ut, .uv: true
    default: false
    }
  }

  /// Whether the value is one or more numbers in binary form.
  public var isBinaryNumber: Bool {
    switch self {
    case .at, .fd, .fl, .sl, .ss, .sv, .ul, .us, .uv: true
    default: false
    }
  }

  /// Whether the value is a stream of bytes or words carried as a whole (InlineBinary in DICOM JSON).
  public var isBulk: Bool {
    switch self {
    case .ob, .od, .of, .ol, .ov, .ow, .un: true
    default: false
    }
  }

  /// The unit of byte ordering in bytes: 1, 2, 4 or 8 (PS3.5 §7.3). AT consists of two 16-bit words.
  public var byteOrderUnit: Int {
    switch self {
    case .at, .ow, .ss, .us: 2
    case .fl, .of, .ol, .sl, .ul: 4
    case .fd, .od, .ov, .sv, .uv: 8
    default: 1
    }
  }

  /// Bytes of one value of a binary number; nil for the others.
  public var numberWidth: Int? {
    switch self {
    case .ss, .us: 2
    case .at, .fl, .sl, .ul: 4
    case .fd, .sv, .uv: 8
    default: nil
    }
  }

  /// The byte that pads a value to even length: NUL for UI and the binary VRs, otherwise space (PS3.5 §6.2).
  public var padding: UInt8 {
    isText && self != .ui ? 0x20 : 0x00
  }
}
