public import DICOM

extension Belief {
  /// An object's data set as it is believed: corrected values in place, what they replace in Original Attributes
  /// Sequence (PS3.3 §C.12.1.1.9).
  ///
  /// A value that the object's own character set cannot write moves the whole data set to UTF-8. Without a difference
  /// the data set stays as it is.
  public func applied(to dataSet: DataSet) -> DataSet {
    var believed = dataSet
    var corrected: [Tag] = []
    for element in values {
      let text = element.bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
      guard text != dataSet.strings(element.tag).joined(separator: "\\") else { continue }
      believed.set(element.tag, element.vr, strings: [text])
      corrected.append(element.tag)
    }
    guard !corrected.isEmpty else { return dataSet }
    var stated = dataSet
    if believed.characterSet != dataSet.characterSet { stated.transcodeToUTF8() }
    believed.set(
      .originalAttributesSequence,
      items: dataSet.items(.originalAttributesSequence) + [
        DataSet.originalAttributes(self.stated(corrected, in: stated), since: since, because: .correct)
      ])
    return believed
  }

  /// What the object says of the corrected attributes.
  private func stated(_ tags: [Tag], in stated: DataSet) -> DataSet {
    var modified = DataSet()
    for tag in tags {
      modified.set(stated[tag] ?? DataElement(tag: tag, vr: values[tag]?.vr ?? .un, value: .empty))
    }
    return modified
  }
}

extension InstanceDocument {
  /// The metadata of an instance as it is believed. Bulk data stays where it was.
  ///
  /// - Throws: `DICOMError` when the document is no DICOM JSON.
  func believing(_ belief: Belief, of instance: InstanceUID) throws(DICOMError) -> InstanceDocument {
    let elsewhere = Value.bulk(BulkReference(offset: 0, length: 0))
    let stated = try DICOMJSON.decode(json, bulkData: { _, _ in elsewhere })
    return InstanceDocument(record: record, instance: instance, header: belief.applied(to: stated))
  }
}
