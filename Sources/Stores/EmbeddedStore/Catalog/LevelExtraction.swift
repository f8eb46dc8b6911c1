import ArchiveCore
import DICOM
import Foundation

/// Takes a level's attributes out of a header: text in UTF-8, one value where the catalog has a column for it.
struct LevelExtraction {
  let header: DataSet
  private let characterSet: SpecificCharacterSet

  init(_ header: DataSet) {
    self.header = header
    characterSet = header.characterSet
  }

  /// The elements of these attributes that are there, in order.
  func elements(_ tags: [Tag]) -> [DataElement] {
    tags.compactMap(element)
  }

  /// The first value of a text attribute, as a column holds it: normalised, empty when there is none.
  func text(_ tag: Tag) -> String {
    guard let element = element(tag), let bytes = element.bytes else { return "" }
    return MatchingText.normalised(String(decoding: bytes, as: UTF8.self))
  }

  /// A date as the number `yyyymmdd`, a time in microseconds of the day; `missing` when it cannot be read.
  func moment(_ tag: Tag, _ vr: VR, missing: Int64) -> Int64 {
    TemporalSpan(text(tag), vr)?.first ?? missing
  }

  private func element(_ tag: Tag) -> DataElement? {
    guard let element = header[tag] else { return nil }
    let vr = element.interpretedVR
    switch element.value {
    case .bytes(let bytes):
      if vr == .sq { return sequence(tag) }
      guard bytes.count <= LevelAttributes.maximumValueLength else { return nil }
      let kept = vr.isText ? text(bytes, vr, single: Self.single.contains(tag)) : bytes
      return DataElement(tag: tag, vr: vr, value: .bytes(kept))
    case .sequence:
      return sequence(tag)
    case .bulk, .pixels:
      return nil
    }
  }

  private func text(_ bytes: [UInt8], _ vr: VR, single: Bool) -> [UInt8] {
    var value = bytes
    if bytes.contains(where: { $0 >= 0x80 || $0 == 0x1B }) {
      let repertoire = vr.isCharsetDependent ? characterSet : .default
      value = Array(repertoire.values(bytes, vr).joined(separator: "\\").utf8)
    }
    if single, let end = value.firstIndex(of: UInt8(ascii: "\\")) { value.removeSubrange(end...) }
    while let last = value.last, last == 0x20 || last == 0 { value.removeLast() }
    return value
  }

  private func sequence(_ tag: Tag) -> DataElement? {
    let items = header.items(tag).map { item in
      var item = item
      item.transcodeToUTF8()
      item[.specificCharacterSet] = nil
      item.removeAll { $0.bytes == nil && $0.vr != .sq || $0.tag.isGroupLength }
      return item
    }
    let element = DataElement(tag: tag, vr: .sq, value: .sequence(items))
    return AttributeCodec.encode([element]).count <= LevelAttributes.maximumValueLength ? element : nil
  }

  /// Attributes of value multiplicity 1 that have a column: what a broken sender puts behind the first is dropped here,
  /// so that column and attribute always say the same.
  private static let single: Set<Tag> = [
    .patientName, .patientID, .issuerOfPatientID, .patientBirthDate, .patientSex, .studyDate, .studyTime,
    .accessionNumber, .studyID, .studyDescription, .modality,
  ]
}
