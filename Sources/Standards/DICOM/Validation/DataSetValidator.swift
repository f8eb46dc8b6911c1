/// Holds a data set against its IOD (PS3.3), the dictionary (PS3.6) and the rules of its VRs (PS3.5).
///
/// ```swift
/// let findings = DataSetValidator.findings(in: dataSet)
/// let isRefused = findings.contains { $0.severity == .error }
/// ```
///
/// Modules that the IOD makes conditional are looked at when the data set makes their condition hold; these and optional ones also
/// when an attribute is there that only they have: what is missing from those is a warning.
public struct DataSetValidator {
  /// Findings told of one data set; a report of more helps nobody.
  public static let maximumFindings = 10_000

  private var findings: [ValidationFinding] = []
  private var told: [TagPath: Int] = [:]
  private var steps: [TagPath.Step] = []

  /// Holds a data set against its IOD, and each of its elements against dictionary and VR.
  ///
  /// - Parameters:
  ///   - dataSet: the whole data set, its values held or not.
  ///   - sopClass: by which the IOD is chosen; the data set's own SOP Class UID by default.
  public static func findings(in dataSet: DataSet, sopClass: UID? = nil) -> [ValidationFinding] {
    var validator = DataSetValidator()
    var groups = FunctionalGroupValidator()
    let sopClass = sopClass ?? dataSet.uid(.sopClassUID)
    if let iod = sopClass.flatMap(IODDefinition.init(sopClass:)) {
      validator.check(dataSet, iod, Conditions(iod: iod, sopClass: sopClass))
      groups.check(dataSet, iod)
    } else {
      validator.tell(.unknownIOD, .sopClassUID, .note, "no definition of this SOP class; only values were looked at")
    }
    var values = ElementValidator()
    values.check(dataSet)
    let characters = dataSet.characterSetFindings.map { finding in
      let detail = finding.problem.map { "text does not fit its character set: \($0.rawValue)" }
      return ValidationFinding(.characterSet, at: finding.path, .error, detail ?? "an unknown character set")
    }
    return Array((validator.findings + groups.findings + values.findings + characters).prefix(maximumFindings))
  }

  // MARK: - Modules

  private mutating func check(_ dataSet: DataSet, _ iod: IODDefinition, _ conditions: Conditions) {
    var owners: [Tag: Int] = [:]
    for module in iod.modules {
      for tag in Set(module.attributes.map(\.tag)) { owners[tag, default: 0] += 1 }
    }
    for module in iod.modules {
      let attributes = module.attributes
      let isRequired =
        module.usage == .mandatory
        || (module.usage == .conditional && ConditionalModule.isRequired(module.name, in: dataSet))
      let isUsed =
        isRequired || attributes.contains { owners[$0.tag] == 1 && dataSet[$0.tag]?.value.isEmpty == false }
      guard isUsed else { continue }
      let severity: ValidationFinding.Severity = isRequired ? .error : .warning
      check(dataSet, attributes, module.name, conditions, severity)
    }
    for element in dataSet where owners[element.tag] == nil && DataSetValidator.isOfIODs(element.tag) {
      tell(.notInIOD, element.tag, .note, "not in the IOD \(iod.name): a Standard Extended SOP Class")
    }
  }

  /// Whether IODs say anything about the attribute.
  private static func isOfIODs(_ tag: Tag) -> Bool {
    !tag.isPrivate && !tag.isGroupLength && tag.group > 0x0007 && tag.rawValue != 0xFFFC_FFFC
      && DataDictionary.entry(tag)?.isRetired == false && tag.group & 0xFF00 != 0x6000
  }

  private mutating func check(
    _ item: DataSet, _ attributes: [IODDefinition.Attribute], _ module: String, _ conditions: Conditions,
    _ severity: ValidationFinding.Severity
  ) {
    guard findings.count < DataSetValidator.maximumFindings else { return }
    for attribute in attributes {
      let isRequired =
        switch attribute.type {
        // Macros that are included by the value type of a content item have their types as if they always were.
        case .required, .requiredEmptyIfUnknown:
          !isFunctionalGroup && conditions.includes(attribute.tag, in: item) != false
        case .conditionallyRequired, .conditionallyRequiredEmptyIfUnknown:
          conditions.requires(attribute.tag, in: item, module: module) ?? false
        case .optional: false
        }
      check(attribute, item[attribute.tag], isRequired: isRequired, severity)
      // The tables stop at some depth of content items, which nest on.
      let items =
        attribute.tag == .contentSequence && attribute.items.isEmpty && !steps.isEmpty ? attributes : attribute.items
      guard !items.isEmpty, item.contains(attribute.tag) else { continue }
      for (index, nested) in item.items(attribute.tag).enumerated() {
        steps.append(TagPath.Step(sequence: attribute.tag, item: index))
        check(nested, items, module, conditions, severity)
        steps.removeLast()
      }
    }
  }

  /// Whether the attributes looked at are functional groups, each of which may stand in the shared item or in those of the
  /// frames (§C.7.6.16).
  private var isFunctionalGroup: Bool {
    let sequence = steps.last?.sequence
    return sequence == .sharedFunctionalGroupsSequence || sequence == .perFrameFunctionalGroupsSequence
  }

  private mutating func check(
    _ attribute: IODDefinition.Attribute, _ element: DataElement?, isRequired: Bool,
    _ severity: ValidationFinding.Severity
  ) {
    switch attribute.type {
    case .required, .conditionallyRequired:
      if let element {
        if element.value.isBlank {
          tell(.empty, attribute.tag, severity, "type \(attribute.type.rawValue) has no value")
        }
      } else if isRequired {
        tell(.missing, attribute.tag, severity, "type \(attribute.type.rawValue) is missing")
      }
    case .requiredEmptyIfUnknown, .conditionallyRequiredEmptyIfUnknown:
      if isRequired, element == nil {
        tell(.missingMayBeEmpty, attribute.tag, severity, "type \(attribute.type.rawValue) is missing")
      }
    case .optional: break
    }
  }

  /// Tells of a place once, the gravest that several modules say.
  private mutating func tell(
    _ rule: ValidationFinding.Rule, _ tag: Tag, _ severity: ValidationFinding.Severity, _ detail: String
  ) {
    let finding = ValidationFinding(rule, at: TagPath(tag, in: steps), severity, detail)
    if let index = told[finding.path] {
      let isStricter = rule == .missing && findings[index].rule == .missingMayBeEmpty
      if finding.severity > findings[index].severity || isStricter { findings[index] = finding }
    } else {
      told[finding.path] = findings.count
      findings.append(finding)
    }
  }
}

extension Value {
  /// Whether there is nothing but padding.
  fileprivate var isBlank: Bool {
    if case .bytes(let bytes) = self { return bytes.allSatisfy { $0 == 0x20 } || (bytes == [0]) }
    return isEmpty
  }
}
