public import DICOM

/// Which attributes a correction may touch: what a person at the desk types, and nothing that identifies an object.
public enum CorrectableAttributes {
  public static let tags: Set<Tag> = [
    .patientName, .patientID, .issuerOfPatientID, .patientBirthDate, .patientSex, .studyDate, .studyTime,
    .accessionNumber, .referringPhysicianName, .studyID, .studyDescription,
  ]

  /// Who the patient is, beside the identifier: what a study takes along from the patient it is moved to.
  public static let demographics: [Tag] = [.patientName, .patientBirthDate, .patientSex]

  /// Bytes of one value.
  public static let maximumValueLength = 1024

  /// The corrected attributes with the VR of the dictionary, their text in UTF-8.
  ///
  /// - Throws: `ArchiveError` `.badRequest` for none, for one that cannot be corrected, or a value its VR does not
  ///   allow (PS3.5 §6.2). What was written is not repeated.
  public static func validated(_ values: DataSet) throws(ArchiveError) -> DataSet {
    var validated = DataSet()
    var utf8 = values
    utf8.transcodeToUTF8()
    for element in utf8 where element.tag != .specificCharacterSet {
      guard tags.contains(element.tag), let vr = DataDictionary.vr(element.tag) else {
        throw ArchiveError(.badRequest, "\(element.tag) cannot be corrected")
      }
      guard case .bytes(let bytes) = element.value, bytes.count <= maximumValueLength else {
        throw ArchiveError(.badRequest, "\(element.tag) has no value that can be kept")
      }
      let text = String(decoding: bytes, as: UTF8.self).trimmingPadding
      guard isAllowed(text, in: vr) else {
        throw ArchiveError(.badRequest, "\(element.tag) has a value that \(vr) does not allow (PS3.5 §6.2)")
      }
      validated.set(DataElement(tag: element.tag, vr: vr, value: .bytes(Array(text.utf8))))
    }
    guard !validated.isEmpty else { throw ArchiveError(.badRequest, "a correction names at least one attribute") }
    if let id = validated[.patientID], id.value.isEmpty {
      throw ArchiveError(.badRequest, "a study cannot be left without a Patient ID")
    }
    return validated
  }

  /// One value of the VR, or none.
  static func isAllowed(_ text: String, in vr: VR) -> Bool {
    guard !text.isEmpty else { return true }
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0 == "\\" }) else {
      return false
    }
    switch vr {
    case .da: return text.utf8.count == 8 && TemporalSpan(text, .da) != nil && isInCalendar(text)
    case .tm: return text.utf8.count <= 16 && TemporalSpan(text, .tm) != nil
    case .cs:
      return text.utf8.count <= 16
        && text.utf8.allSatisfy { ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x20 || $0 == 0x5F }
    case .sh: return text.unicodeScalars.count <= 16
    case .pn:
      let groups = text.parts(between: "=")
      return groups.count <= 3 && groups.allSatisfy { $0.unicodeScalars.count <= 64 }
    default: return text.unicodeScalars.count <= 64
    }
  }
}

extension CorrectableAttributes {
  /// Whether the month of `YYYYMMDD` has that day in that year: what a scanner may state, a person may not type.
  private static func isInCalendar(_ text: String) -> Bool {
    guard let number = Int(text) else { return false }
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days =
      switch month {
      case 2: isLeap ? 29 : 28
      case 4, 6, 9, 11: 30
      default: 31
      }
    return (1...12).contains(month) && (1...days).contains(day)
  }
}

extension String {
  fileprivate var trimmingPadding: String {
    var text = self[...]
    while let last = text.unicodeScalars.last, last == " " || last == "\0" { text = text.dropLast() }
    return String(text)
  }
}
