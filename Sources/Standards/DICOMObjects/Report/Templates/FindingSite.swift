/// Where in the body something was found (PS3.16 TID 1501, TID 1419).
public struct FindingSite: Hashable, Sendable {
  public var anatomy: CodedConcept
  /// CID 244.
  public var laterality: CodedConcept?
  /// What else modifies the site, as items below it.
  public var modifiers: [ContentItem]

  public init(_ anatomy: CodedConcept, laterality: CodedConcept? = nil, modifiers: [ContentItem] = []) {
    self.anatomy = anatomy
    self.laterality = laterality
    self.modifiers = modifiers
  }

  init?(_ item: ContentItem) {
    guard item.name?.current == .findingSite, let anatomy = item.value.code else { return nil }
    self.anatomy = anatomy
    laterality = item.child(named: .laterality)?.value.code
    modifiers = item.children.filter { $0.name?.current != .laterality || $0.value.code == nil }
  }

  var item: ContentItem {
    ContentItem(
      .hasConceptModifier, .findingSite, .code(anatomy),
      children: (laterality.map { [ContentItem(.hasConceptModifier, .laterality, .code($0))] } ?? []) + modifiers)
  }
}
