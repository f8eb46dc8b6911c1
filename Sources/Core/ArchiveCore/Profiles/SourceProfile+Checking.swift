import DICOM

extension SourceProfile {
  /// Characters of a name.
  public static let nameLength = 100
  /// Entries of each list.
  static let maximumEntries = 100
  /// Values that a table maps, patterns of a rule.
  static let maximumValues = 1000
  /// Characters of a value, a pattern, the name of an encoding.
  static let maximumLength = 1024

  /// - Throws: `ArchiveError` `.badRequest` that says what cannot be.
  public func check() throws(ArchiveError) {
    guard (1...Self.nameLength).contains(name.count), !name.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
      throw refusal("a profile's name has 1 to \(Self.nameLength) characters")
    }
    guard source.name != nil || source.site != nil else {
      throw refusal("a profile says whom it is for: a source by name, or all of a site")
    }
    let words = [source.name, source.site, source.manufacturer, source.model, source.station].compactMap(\.self)
    guard words.allSatisfy({ (1...64).contains($0.count) }) else {
      throw refusal("what a profile says of its source has 1 to 64 characters, or is left out")
    }
    for count in [required?.count, naming?.count, coercions?.count, transferSyntaxes?.count].compactMap(\.self) {
      guard count <= Self.maximumEntries else { throw refusal("a list has at most \(Self.maximumEntries) entries") }
    }
    for rule in required ?? [] { try check(rule) }
    for rule in naming ?? [] { try check(rule) }
    for coercion in coercions ?? [] { try check(coercion) }
    if let characterSet { try check(characterSet) }
    for text in transferSyntaxes ?? [] where !TransferSyntax(uid: UID(rawValue: text)).isKnown {
      throw refusal("there is no transfer syntax \(text.prefix(64))")
    }
    _ = try encoded()
  }

  private func check(_ rule: RequiredAttribute) throws(ArchiveError) {
    _ = try known(rule.attribute)
    guard rule.type == 1 || rule.type == 2 else {
      throw refusal("\(rule.attribute) is required as type 1, with a value, or as type 2, which may be empty")
    }
    try check(list: rule.modalities)
    try check(list: rule.sopClasses)
  }

  private func check(_ rule: NamingRule) throws(ArchiveError) {
    let tag = try known(rule.attribute)
    guard rule.patterns?.isEmpty == false || rule.isPersonName == true else {
      throw refusal("the naming rule of \(rule.attribute) says nothing")
    }
    guard (rule.patterns?.count ?? 0) <= Self.maximumEntries else {
      throw refusal("a list has at most \(Self.maximumEntries) entries")
    }
    for pattern in rule.patterns ?? [] { try check(text: pattern, of: rule.attribute, mayBeEmpty: false) }
    guard rule.isPersonName != true || DataDictionary.vr(tag) == .pn else {
      throw refusal("\(rule.attribute) is no person name")
    }
  }

  private func check(_ coercion: Coercion) throws(ArchiveError) {
    let tag = try known(coercion.attribute)
    guard CoercibleAttributes.contains(tag), let vr = DataDictionary.vr(tag) else {
      throw refusal(
        "\(coercion.attribute) cannot be coerced: it identifies the object, says where it is, or is no text")
    }
    guard coercion.ways == 1 else {
      throw refusal("the coercion of \(coercion.attribute) goes exactly one way")
    }
    try check(list: coercion.modalities)
    if let other = coercion.copyIfEmpty { _ = try known(other) }
    guard coercion.map.map({ (1...Self.maximumValues).contains($0.count) }) ?? true else {
      throw refusal("the table of \(coercion.attribute) has 1 to \(Self.maximumValues) values")
    }
    let values =
      [coercion.set, coercion.setIfEmpty].compactMap(\.self) + (coercion.map.map { Array($0.values) } ?? [])
    guard values.allSatisfy({ CorrectableAttributes.isAllowed($0, in: vr) }) else {
      throw refusal("\(coercion.attribute) would have a value that \(vr) does not allow (PS3.5 §6.2)")
    }
    for text in [coercion.removePrefix, coercion.removeSuffix, coercion.addPrefix, coercion.setIfEmpty] {
      if let text { try check(text: text, of: coercion.attribute, mayBeEmpty: false) }
    }
    for text in coercion.map.map({ Array($0.keys) }) ?? [] {
      try check(text: text, of: coercion.attribute, mayBeEmpty: false)
    }
    if tag == .patientID, coercion.set != nil {
      throw refusal("one PatientID for everybody would make one patient of them")
    }
  }

  private func check(_ rule: CharacterSetRule) throws(ArchiveError) {
    let encodings = [rule.whenMissing, rule.always].compactMap(\.self) + (rule.aliases.map { Array($0.values) } ?? [])
    for name in encodings where AssumedEncoding(name) == nil {
      throw refusal("there is no encoding \(name.prefix(64)): ISO_IR 100, GB18030, windows-1252 are some")
    }
    guard (rule.aliases?.count ?? 0) <= Self.maximumEntries, (rule.expected?.count ?? 0) <= Self.maximumEntries else {
      throw refusal("a list has at most \(Self.maximumEntries) entries")
    }
    for text in (rule.expected ?? []) + (rule.aliases.map { Array($0.keys) } ?? []) {
      try check(text: text, of: "SpecificCharacterSet", mayBeEmpty: false)
    }
  }

  private func check(list: [String]?) throws(ArchiveError) {
    guard let list else { return }
    guard (1...Self.maximumEntries).contains(list.count), list.allSatisfy({ (1...64).contains($0.utf8.count) }) else {
      throw refusal("a condition lists 1 to \(Self.maximumEntries) values of 1 to 64 characters, or is left out")
    }
  }

  private func check(text: String, of attribute: String, mayBeEmpty: Bool) throws(ArchiveError) {
    guard text.count <= Self.maximumLength, mayBeEmpty || !text.isEmpty else {
      throw refusal("a text for \(attribute) has 1 to \(Self.maximumLength) characters")
    }
  }

  private func known(_ attribute: String) throws(ArchiveError) -> Tag {
    guard let tag = attributeTag(attribute) else {
      throw refusal("\"\(attribute.prefix(64))\" is neither a keyword nor eight hexadecimal digits")
    }
    return tag
  }

  private func refusal(_ words: String) -> ArchiveError { ArchiveError(.badRequest, words) }
}
