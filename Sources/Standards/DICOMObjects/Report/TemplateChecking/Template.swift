/// A template of PS3.16 as far as trees are held against it: the rows below its root.
struct Template: Sendable {
  var identifier: String
  /// Whether a concept is the name of the root.
  var isTitle: @Sendable (CodedConcept) -> Bool
  var rows: [TemplateRow]
  var choices: [TemplateChoice] = []
}

/// A row of a template (PS3.16 §6.1): which items a parent has.
struct TemplateRow: Sendable {
  enum Requirement: Sendable {
    case mandatory
    case optional
    /// MC with IF: the parent decides, and the item may be there otherwise.
    case mandatoryIf(@Sendable (ContentItem) -> Bool)
    /// MC with IFF: the item is not there otherwise.
    case mandatoryOnlyIf(@Sendable (ContentItem) -> Bool)
  }

  var row: String
  var relationship: RelationshipType
  /// Any of them; empty where the value type tells.
  var names: [CodedConcept]
  var types: [ValueType]
  var requirement: Requirement
  /// Nil for any number.
  var most: Int?
  var children: [TemplateRow]
  /// The template that each such item follows.
  var template: @Sendable (ContentItem) -> Template?

  init(
    _ row: String, _ relationship: RelationshipType, _ types: [ValueType], _ names: [CodedConcept],
    _ requirement: Requirement = .optional, most: Int? = 1, children: [TemplateRow] = [],
    template: @escaping @Sendable (ContentItem) -> Template? = { _ in nil }
  ) {
    self.row = row
    self.relationship = relationship
    self.types = types
    self.names = names
    self.requirement = requirement
    self.most = most
    self.children = children
    self.template = template
  }

  func matches(_ item: ContentItem) -> Bool {
    guard !names.isEmpty else {
      return item.value.type.map(types.contains) ?? false && item.relationship == relationship
    }
    guard let name = item.name else { return false }
    return names.contains { $0 == name || $0.current == name.current }
  }
}

/// Rows of which one must be there, and no two of different names.
struct TemplateChoice: Sendable {
  var row: String
  var names: [CodedConcept]
  /// Whether more than one of the names may be there.
  var allowsSeveral = false
}

extension Template {
  /// The template that a tree follows by its root: what it says, or what its title implies.
  static func of(root: ContentItem) -> Template? {
    switch root.template?.identifier {
    case "1500"?: return .measurementReport
    case "10001"?: return .projectionDose
    case "10011"?: return .tomographyDose
    default: break
    }
    switch root.name {
    case CodedConcept.imagingMeasurementReport?: return .measurementReport
    case CodedConcept.xRayRadiationDoseReport?:
      let isTomography = root.children.contains { $0.name == .ctAccumulatedDoseData || $0.name == .ctAcquisition }
      return isTomography ? .tomographyDose : .projectionDose
    default: return nil
    }
  }

  /// TID 4019 below an item: once one of its items is there, the mandatory ones are (PS3.16 TID 4019).
  static func algorithm(_ relationship: RelationshipType) -> [TemplateRow] {
    let isNamed: @Sendable (ContentItem) -> Bool = { item in
      item.children.contains { $0.name.map(AlgorithmIdentification.names.contains) ?? false }
    }
    return [
      TemplateRow("1", relationship, [.text], [.algorithmName], .mandatoryIf(isNamed)),
      TemplateRow("2", relationship, [.text], [.algorithmVersion], .mandatoryIf(isNamed)),
      TemplateRow("3", relationship, [.text], [.algorithmParameters], most: nil),
    ]
  }

  /// TID 1001 to 1004: who observed, by the type that is said.
  static let observers: [TemplateRow] = [
    TemplateRow("1", .hasObservationContext, [.code], [.observerType], most: nil),
    TemplateRow(
      "2", .hasObservationContext, [.personName], [.personObserverName],
      .mandatoryIf { $0.says(.observerType, [.person]) }, most: nil),
    TemplateRow(
      "3", .hasObservationContext, [.uidReference], [.deviceObserverUID],
      .mandatoryIf { $0.says(.observerType, [.device]) }, most: nil),
  ]
}

extension ContentItem {
  /// Whether a child of a name has one of some codes for its value.
  func says(_ name: CodedConcept, _ codes: [CodedConcept]) -> Bool {
    children(named: name).contains { child in child.value.code.map(codes.contains) ?? false }
  }

  func has(_ name: CodedConcept) -> Bool { child(named: name) != nil }
}
