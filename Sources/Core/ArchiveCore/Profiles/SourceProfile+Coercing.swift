public import DICOM

extension SourceProfile {
  /// Whether it may believe anything else than is stated.
  var coerces: Bool {
    guard coercions?.isEmpty ?? true else { return true }
    return characterSet.map { $0.always != nil || $0.whenMissing != nil || $0.aliases?.isEmpty == false } ?? false
  }

  /// The data set as it is believed: coerced values in place, what they replace in Original Attributes Sequence
  /// (PS3.3 §C.12.1.1.9, Reason for the Attribute Modification `COERCE`). Without a difference it stays as it is.
  ///
  /// - Parameter received: when the object came, which is when it was coerced, however often that is done again.
  public func applied(to dataSet: DataSet, received: Instant) -> DataSet {
    let result = coercing(dataSet)
    guard !result.coerced.isEmpty else { return dataSet }
    var believed = result.believed
    // What was stated keeps its own bytes under its own character set.
    var modified = DataSet()
    if result.isReadOtherwise {
      modified.set(dataSet[.specificCharacterSet] ?? DataElement(tag: .specificCharacterSet, vr: .cs, value: .empty))
    }
    var stated = dataSet
    if !result.isReadOtherwise, believed.characterSet != dataSet.characterSet { stated.transcodeToUTF8() }
    for value in result.coerced where value.attribute != .specificCharacterSet {
      modified.set(
        stated[value.attribute]
          ?? DataElement(
            tag: value.attribute, vr: believed[value.attribute]?.vr ?? DataDictionary.vr(value.attribute) ?? .lo,
            value: .empty))
    }
    believed.set(
      .originalAttributesSequence,
      items: dataSet.items(.originalAttributesSequence) + [
        DataSet.originalAttributes(modified, since: received, because: .coerce)
      ])
    return believed
  }

  struct Coercing {
    var believed: DataSet
    var coerced: [CoercedValue]
    /// Whether texts were read in another character set than is stated.
    var isReadOtherwise: Bool
  }

  func coercing(_ dataSet: DataSet) -> Coercing {
    var believed = dataSet
    var isReadOtherwise = false
    var touched: Set<Tag> = []
    let stated = dataSet.strings(.specificCharacterSet).joined(separator: "\\")
    if let encoding = characterSet?.encoding(stated: stated), let read = dataSet.inUTF8(assuming: encoding),
      read.saysElse(than: dataSet)
    {
      believed = read
      isReadOtherwise = true
      touched.insert(.specificCharacterSet)
      for element in read where element.value != dataSet[element.tag]?.value && element.bytes != nil {
        touched.insert(element.tag)
      }
    }
    let modality = dataSet.string(.modality) ?? ""
    for coercion in coercions ?? [] where coercion.modalities?.contains(modality) ?? true {
      guard let tag = attributeTag(coercion.attribute), CoercibleAttributes.contains(tag),
        let vr = DataDictionary.vr(tag)
      else { continue }
      let present = believed.strings(tag)
      let wanted = coercion.values(present, in: believed)
      // What the VR does not allow is not believed: a value of another attribute that is too long here.
      guard wanted != present, wanted.allSatisfy({ CorrectableAttributes.isAllowed($0, in: vr) }) else { continue }
      // Nobody is made unidentified by taking a beginning away.
      guard tag != .patientID || wanted.contains(where: { !$0.isEmpty }) else { continue }
      believed.set(tag, vr, strings: wanted)
      touched.insert(tag)
    }
    // A coercion may have been undone by the next.
    let coerced = touched.sorted().compactMap { tag -> CoercedValue? in
      let value = CoercedValue(
        attribute: tag, stated: dataSet.strings(tag).joined(separator: "\\"),
        believed: believed.strings(tag).joined(separator: "\\"))
      return value.stated == value.believed ? nil : value
    }
    return Coercing(believed: believed, coerced: coerced, isReadOtherwise: isReadOtherwise)
  }
}

extension DataSet {
  /// Whether some text is another than before, rather than in other bytes, or is declared now: others read what is not as
  /// they like.
  fileprivate func saysElse(than other: DataSet) -> Bool {
    if other.characterSetFindings.contains(where: { $0.problem == .undeclared }) { return true }
    var stated = other
    stated.transcodeToUTF8()
    return self != stated
  }
}
