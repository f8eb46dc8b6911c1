import DICOM

/// The instances an object refers to, by series; those of other studies apart (PS3.3 §C.12.2).
extension ItemWriter {
  mutating func put(references: [HierarchicalReference], within study: UID) throws(ObjectError) {
    let own = references.filter { $0.studyUID == study }
    let others = references.filter { $0.studyUID != study }
    if !own.isEmpty { put(.referencedSeriesSequence, written: try series(of: own, in: self)) }
    var studies: [UID] = []
    for other in others where !studies.contains(other.studyUID) { studies.append(other.studyUID) }
    var items: [ItemWriter] = []
    for (position, uid) in studies.enumerated() {
      var item = writer(for: .studiesContainingOtherReferencedInstancesSequence, position)
      try item.put(.studyInstanceUID, uid: uid)
      item.put(.referencedSeriesSequence, written: try series(of: others.filter { $0.studyUID == uid }, in: item))
      items.append(item)
    }
    if !items.isEmpty { put(.studiesContainingOtherReferencedInstancesSequence, written: items) }
  }

  private func series(
    of references: [HierarchicalReference], in writer: ItemWriter
  ) throws(ObjectError) -> [ItemWriter] {
    var order: [UID] = []
    var instances: [UID: [InstanceReference]] = [:]
    for reference in references {
      if instances[reference.seriesUID] == nil { order.append(reference.seriesUID) }
      instances[reference.seriesUID, default: []].append(reference.instance)
    }
    var items: [ItemWriter] = []
    for (position, uid) in order.enumerated() {
      var item = writer.writer(for: .referencedSeriesSequence, position)
      try item.put(.seriesInstanceUID, uid: uid)
      try item.put(.referencedInstanceSequence, items: instances[uid] ?? [])
      items.append(item)
    }
    return items
  }
}

extension ItemReader {
  /// The references of the module, those of the object's own study first.
  func references(within study: UID) throws(ObjectError) -> [HierarchicalReference] {
    var references = try series(in: self, study: study)
    for other in items(.studiesContainingOtherReferencedInstancesSequence) {
      references += try series(in: other, study: try other.requiredUID(.studyInstanceUID))
    }
    return references
  }

  private func series(in reader: ItemReader, study: UID) throws(ObjectError) -> [HierarchicalReference] {
    var references: [HierarchicalReference] = []
    for series in reader.items(.referencedSeriesSequence) {
      guard let uid = series.uid(.seriesInstanceUID) else {
        series.note(.missingAttribute, .seriesInstanceUID)
        continue
      }
      for item in series.items(.referencedInstanceSequence) {
        references.append(
          HierarchicalReference(studyUID: study, seriesUID: uid, instance: try InstanceReference(item: item)))
      }
    }
    return references
  }
}
