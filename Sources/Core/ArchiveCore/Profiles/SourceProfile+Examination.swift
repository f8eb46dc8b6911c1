public import DICOM

extension SourceProfile {
  /// What it finds in an object and would believe instead: a pure function of profile and header.
  public func examine(_ header: Header) -> Examination {
    let dataSet = header.dataSet
    var found: Set<Deviation> = []
    found.formUnion((required ?? []).compactMap { $0.deviation(in: dataSet) })
    if let characterSet { found.formUnion(characterSet.deviations(in: dataSet)) }
    found.formUnion((naming ?? []).compactMap { $0.deviation(in: dataSet) })
    if let transferSyntaxes, !transferSyntaxes.contains(header.transferSyntax.uid.rawValue) {
      found.insert(Deviation(.transferSyntax))
    }
    if holdsToStandard == true {
      for finding in DataSetValidator.findings(in: dataSet) where finding.severity == .error {
        found.insert(Deviation(.standard, finding.path.tag, rule: finding.rule))
      }
    }
    return Examination(deviations: found.sorted { $0.name < $1.name }, coerced: coercing(dataSet).coerced)
  }
}

extension RequiredAttribute {
  fileprivate func deviation(in dataSet: DataSet) -> Deviation? {
    guard let tag = attributeTag(attribute) else { return nil }
    if let modalities, !modalities.contains(dataSet.string(.modality) ?? "") { return nil }
    if let sopClasses, !sopClasses.contains(dataSet.uid(.sopClassUID)?.rawValue ?? "") { return nil }
    guard let element = dataSet[tag] else { return Deviation(.missing, tag) }
    guard type == 1 else { return nil }
    let isBlank = element.value.isEmpty || element.bytes?.allSatisfy { $0 == 0x20 || $0 == 0 } == true
    return isBlank ? Deviation(.empty, tag) : nil
  }
}

extension CharacterSetRule {
  fileprivate func deviations(in dataSet: DataSet) -> [Deviation] {
    let stated = dataSet.strings(.specificCharacterSet).joined(separator: "\\")
    let findings = dataSet.characterSetFindings
    var deviations = findings.map { finding in
      finding.problem == nil ? Deviation(.characterSet) : Deviation(.unreadableText, finding.path.tag)
    }
    // Plain ASCII needs no declaration.
    if let expected, !stated.isEmpty, !expected.contains(stated) { deviations.append(Deviation(.characterSet)) }
    return deviations
  }
}

extension NamingRule {
  /// Bytes of a value that is looked at; a longer one has no form.
  static let maximumValueLength = LevelAttributes.maximumValueLength

  fileprivate func deviation(in dataSet: DataSet) -> Deviation? {
    guard let tag = attributeTag(attribute) else { return nil }
    let values = dataSet.strings(tag).filter { !$0.isEmpty }
    let isRight = values.allSatisfy { value in
      guard value.utf8.count <= Self.maximumValueLength else { return false }
      if isPersonName == true, !Self.isPersonName(value) { return false }
      guard let patterns else { return true }
      return patterns.contains { NamingPattern($0).matches(value) }
    }
    return isRight ? nil : Deviation(.naming, tag)
  }

  private static func isPersonName(_ value: String) -> Bool {
    let name = PersonName(dicom: value)
    return !name.family.isEmpty && !name.given.isEmpty && !name.family.contains(",")
  }
}
