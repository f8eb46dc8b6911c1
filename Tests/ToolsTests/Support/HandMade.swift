/// DICOM written by hand, independent of the writer under test (PS3.5 §7.1, PS3.10 §7.1).
enum HandMade {
  static let ctImage = "1.2.840.10008.5.1.4.1.1.2"
  static let mediaStorageDirectory = "1.2.840.10008.1.3.10"
  static let explicitLittleEndian = "1.2.840.10008.1.2.1"

  enum Form: CaseIterable, Sendable {
    case explicitLittle, implicitLittle, explicitBig
  }

  static func element(
    _ group: UInt16, _ element: UInt16, _ vr: String, _ value: [UInt8], _ form: Form = .explicitLittle
  ) -> [UInt8] {
    let isBig = form == .explicitBig
    let value = value.count % 2 == 0 ? value : value + [vr == "UI" || vr == "OB" ? 0 : 0x20]
    var bytes = number(group, isBig) + number(element, isBig)
    if form == .implicitLittle { return bytes + number(UInt32(value.count), false) + value }
    bytes += Array(vr.utf8)
    if ["OB", "OW", "SQ", "UN", "UT"].contains(vr) {
      bytes += [0, 0] + number(UInt32(value.count), isBig)
    } else {
      bytes += number(UInt16(value.count), isBig)
    }
    return bytes + value
  }

  static func text(
    _ group: UInt16, _ element: UInt16, _ vr: String, _ value: String, _ form: Form = .explicitLittle
  ) -> [UInt8] {
    self.element(group, element, vr, Array(value.utf8), form)
  }

  static func sequence(_ group: UInt16, _ element: UInt16, items: [[UInt8]]) -> [UInt8] {
    let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
    let content: [UInt8] = items.reduce(into: []) { $0 += item + number(UInt32($1.count), false) + $1 }
    return self.element(group, element, "SQ", content)
  }

  /// A data set that says what it is, with so many bytes of pixel data.
  static func dataSet(
    _ instance: String = "1.2.3.4.5", pixels: Int = 64, study: String = "1.2.3", _ form: Form = .explicitLittle
  ) -> [UInt8] {
    text(0x0008, 0x0005, "CS", "ISO_IR 100", form)
      + text(0x0008, 0x0016, "UI", ctImage, form) + text(0x0008, 0x0018, "UI", instance, form)
      + text(0x0008, 0x0060, "CS", "CT", form) + text(0x0010, 0x0010, "PN", "Hand^Made", form)
      + text(0x0020, 0x000D, "UI", study, form) + text(0x0020, 0x000E, "UI", study + ".1", form)
      + element(0x7FE0, 0x0010, "OW", (0..<pixels).map { UInt8(truncatingIfNeeded: $0 &* 31) }, form)
  }

  static func meta(
    _ instance: String = "1.2.3.4.5", sopClass: String = ctImage, transferSyntax: String? = explicitLittleEndian
  ) -> [UInt8] {
    var rest =
      element(0x0002, 0x0001, "OB", [0, 1]) + text(0x0002, 0x0002, "UI", sopClass)
      + text(0x0002, 0x0003, "UI", instance)
    if let transferSyntax { rest += text(0x0002, 0x0010, "UI", transferSyntax) }
    rest += text(0x0002, 0x0012, "UI", "1.2.3.9")
    return element(0x0002, 0x0000, "UL", number(UInt32(rest.count), false)) + rest
  }

  static let preamble = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)

  static func part10(_ instance: String = "1.2.3.4.5", pixels: Int = 64) -> [UInt8] {
    preamble + meta(instance) + dataSet(instance, pixels: pixels)
  }

  /// A DICOMDIR whose records refer to these File IDs, with backslashes between their components (PS3.10 §8.2).
  static func directory(_ fileIDs: [String], inUse: Bool = true) -> [UInt8] {
    let records = fileIDs.map { fileID in
      element(0x0004, 0x1400, "UL", number(UInt32(0), false))
        + element(0x0004, 0x1410, "US", number(UInt16(inUse ? 0xFFFF : 0), false))
        + element(0x0004, 0x1420, "UL", number(UInt32(0), false)) + text(0x0004, 0x1430, "CS", "IMAGE")
        + text(0x0004, 0x1500, "CS", fileID)
    }
    return preamble + meta("1.2.3.4.9", sopClass: mediaStorageDirectory)
      + text(0x0004, 0x1130, "CS", "HANDMADE") + sequence(0x0004, 0x1220, items: records)
  }

  private static func number<Number: FixedWidthInteger>(_ value: Number, _ isBig: Bool) -> [UInt8] {
    withUnsafeBytes(of: isBig ? value.bigEndian : value.littleEndian) { Array($0) }
  }
}
