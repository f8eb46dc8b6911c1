/// Looks at each element by itself: VR, VM, form, enumerated values, private blocks.
struct ElementValidator {
  private(set) var findings: [ValidationFinding] = []
  private var steps: [TagPath.Step] = []

  mutating func check(_ dataSet: DataSet, _ outer: SpecificCharacterSet? = nil) {
    let characterSet = dataSet.contains(.specificCharacterSet) ? dataSet.characterSet : outer ?? dataSet.characterSet
    for element in dataSet where findings.count < DataSetValidator.maximumFindings {
      if element.tag.isGroupLength || (element.tag.group <= 0x0002 && steps.isEmpty) { continue }
      check(element, in: dataSet, characterSet)
      guard case .sequence(let items) = element.value else { continue }
      for (index, item) in items.enumerated() {
        steps.append(TagPath.Step(sequence: element.tag, item: index))
        check(item, characterSet)
        steps.removeLast()
      }
    }
    checkPixelDescription(dataSet)
  }

  private mutating func check(_ element: DataElement, in dataSet: DataSet, _ characterSet: SpecificCharacterSet) {
    let tag = element.tag
    if tag.isPrivate {
      if tag.element >= 0x1000, dataSet.privateCreator(of: tag) == nil {
        tell(.privateCreator, tag, .warning, "a private element in a block without creator")
      }
    } else if let entry = DataDictionary.entry(tag) {
      if entry.isRetired { tell(.retired, tag, .note, "retired") }
      if !DataDictionary.allows(element.vr, for: tag) {
        tell(.valueRepresentation, tag, .error, "VR \(element.vr.name), where the dictionary has \(entry.vr.name)")
      }
      checkMultiplicity(element, entry, characterSet)
    } else if tag.rawValue != 0xFFFC_FFFC {
      tell(.unknownAttribute, tag, .warning, "no attribute of the dictionary \(DataDictionary.edition)")
    }
    checkValues(element, characterSet)
  }

  private mutating func checkMultiplicity(
    _ element: DataElement, _ entry: DataDictionary.Entry, _ characterSet: SpecificCharacterSet
  ) {
    guard let bytes = element.bytes, !bytes.isEmpty, let allowed = ValueMultiplicity(entry.vm) else { return }
    let vr = element.interpretedVR
    let count: Int
    if vr.isMultiValued {
      let values = characterSet.values(bytes, vr)
      if values.count == 1, values[0].isEmpty { return }
      count = values.count
    } else if let width = vr.numberWidth {
      count = bytes.count / width
    } else {
      return
    }
    if !allowed.allows(count) {
      tell(.valueMultiplicity, element.tag, .error, "\(count) values, where VM is \(entry.vm)")
    }
  }

  private mutating func checkValues(_ element: DataElement, _ characterSet: SpecificCharacterSet) {
    guard let bytes = element.bytes, !bytes.isEmpty else { return }
    let vr = element.interpretedVR
    if let width = vr.numberWidth, bytes.count % width != 0 {
      tell(.valueLength, element.tag, .error, "\(bytes.count) bytes are no whole number of \(vr.name)")
    }
    let isEnumerated = EnumeratedValues.any[element.tag] != nil || EnumeratedValues.byPlace[element.tag] != nil
    guard vr.isText || isEnumerated else { return }
    let values: [String]
    if vr.isText {
      values = characterSet.values(bytes, vr)
    } else {
      var single = DataSet()
      single.set(element)
      values = single.strings(element.tag)
    }
    for (place, value) in values.enumerated() where !value.isEmpty {
      if vr.isText { checkForm(value, vr, element.tag) }
      if let allowed = EnumeratedValues.values(of: element.tag, at: place), !allowed.contains(value) {
        tell(
          .enumeratedValue, element.tag, .error,
          "value \(place + 1) is none of \(allowed.joined(separator: ", "))")
      }
    }
  }

  private mutating func checkForm(_ value: String, _ vr: VR, _ tag: Tag) {
    if let longest = ValueRules.longest(vr) {
      let lengths = vr == .pn ? value.parts(between: "=").map(\.unicodeScalars.count) : [value.unicodeScalars.count]
      if lengths.contains(where: { $0 > longest }) {
        tell(.valueLength, tag, .error, "longer than the \(longest) characters of \(vr.name)")
      }
    }
    if !ValueRules.isFormed(value, vr) { tell(.valueForm, tag, .error, "not a value of \(vr.name)") }
  }

  /// Bits Stored fit Bits Allocated, and High Bit is the last of them (PS3.5 §8.1.1).
  private mutating func checkPixelDescription(_ dataSet: DataSet) {
    guard let stored = dataSet.int(.bitsStored), let allocated = dataSet.int(.bitsAllocated) else { return }
    if stored > allocated { tell(.pixelDescription, .bitsStored, .error, "more bits stored than allocated") }
    if let high = dataSet.int(.highBit), high != stored - 1 {
      tell(.pixelDescription, .highBit, .error, "High Bit is one less than Bits Stored")
    }
  }

  private mutating func tell(
    _ rule: ValidationFinding.Rule, _ tag: Tag, _ severity: ValidationFinding.Severity, _ detail: String
  ) {
    let finding = ValidationFinding(rule, at: TagPath(tag, in: steps), severity, detail)
    if findings.last != finding { findings.append(finding) }
  }
}

extension DataDictionary {
  /// Whether an element of this attribute may have a VR: the dictionary's, one of its choices, or UN (PS3.5 §6.2.2).
  static func allows(_ vr: VR, for tag: Tag) -> Bool {
    guard vr != .un, let known = DataDictionary.vr(tag), known != .un else { return true }
    if vr == known { return true }
    switch known {
    // `US or SS`, `US or SS or OW`, `OB or OW`, `US or OW`.
    case .us: return dependsOnPixelRepresentation(tag) && (vr == .ss || vr == .ow)
    case .ow: return vr == .ob || vr == .us
    default: return false
    }
  }
}
