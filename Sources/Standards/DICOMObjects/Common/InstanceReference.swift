public import DICOM

/// A reference to a SOP instance (PS3.3 §10.8, SOP Instance Reference Macro).
public struct InstanceReference: Hashable, Sendable {
  public var sopClassUID: UID
  public var sopInstanceUID: UID

  public init(sopClassUID: UID, sopInstanceUID: UID) {
    self.sopClassUID = sopClassUID
    self.sopInstanceUID = sopInstanceUID
  }
}

extension InstanceReference: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    sopClassUID = try item.requiredUID(.referencedSOPClassUID)
    sopInstanceUID = try item.requiredUID(.referencedSOPInstanceUID)
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.referencedSOPClassUID, uid: sopClassUID)
    try writer.put(.referencedSOPInstanceUID, uid: sopInstanceUID)
  }
}

/// A reference to a SOP instance with the study and series it is in (PS3.3 §C.17.2.1, Hierarchical SOP Instance Reference
/// Macro).
public struct HierarchicalReference: Hashable, Sendable {
  public var studyUID: UID
  public var seriesUID: UID
  public var instance: InstanceReference

  public init(studyUID: UID, seriesUID: UID, instance: InstanceReference) {
    self.studyUID = studyUID
    self.seriesUID = seriesUID
    self.instance = instance
  }
}

/// Most references one evidence sequence may hold.
private let maximumReferences = 1_000_000

extension ItemReader {
  /// The references of an evidence sequence, in order.
  func hierarchicalReferences(_ tag: Tag) throws(ObjectError) -> [HierarchicalReference] {
    var references: [HierarchicalReference] = []
    for study in items(tag) {
      let studyUID = try study.requiredUID(.studyInstanceUID)
      for series in study.items(.referencedSeriesSequence) {
        let seriesUID = try series.requiredUID(.seriesInstanceUID)
        for item in series.items(.referencedSOPSequence) {
          guard references.count < maximumReferences else {
            throw item.error(.limitExceeded, .referencedSOPInstanceUID, "at most \(maximumReferences) references")
          }
          references.append(
            HierarchicalReference(studyUID: studyUID, seriesUID: seriesUID, instance: try InstanceReference(item: item))
          )
        }
      }
    }
    return references
  }
}

extension ItemWriter {
  /// References gathered by study and series, in the order in which each first appears.
  mutating func put(_ tag: Tag, hierarchical references: [HierarchicalReference]) throws(ObjectError) {
    var studies: [UID] = []
    var series: [UID: [UID]] = [:]
    var instances: [[UID]: [InstanceReference]] = [:]
    for reference in references {
      if series[reference.studyUID] == nil { studies.append(reference.studyUID) }
      let key = [reference.studyUID, reference.seriesUID]
      if instances[key] == nil { series[reference.studyUID, default: []].append(reference.seriesUID) }
      instances[key, default: []].append(reference.instance)
    }
    var items: [ItemWriter] = []
    for (position, study) in studies.enumerated() {
      var item = writer(for: tag, position)
      try item.put(.studyInstanceUID, uid: study)
      var below: [ItemWriter] = []
      for (index, one) in (series[study] ?? []).enumerated() {
        var seriesItem = item.writer(for: .referencedSeriesSequence, index)
        try seriesItem.put(.seriesInstanceUID, uid: one)
        try seriesItem.put(.referencedSOPSequence, items: instances[[study, one]] ?? [])
        below.append(seriesItem)
      }
      item.put(.referencedSeriesSequence, written: below)
      items.append(item)
    }
    put(tag, written: items)
  }
}
