/// The condition of a type 1C or 2C attribute that the item around it decides.
struct ConditionRule: Sendable {
  var tag: Tag
  /// The modules it holds in; empty for all.
  var modules: Set<String>
  /// The section of PS3.3 that says it.
  var section: String
  /// Whether the attribute must be there; nil when the item does not tell.
  var requires: @Sendable (DataSet) -> Bool?

  init(
    _ tag: Tag, _ section: String, in modules: Set<String> = [], _ requires: @escaping @Sendable (DataSet) -> Bool?
  ) {
    self.tag = tag
    self.modules = modules
    self.section = section
    self.requires = requires
  }

  /// Every rule, by attribute.
  static let all = Dictionary(grouping: images + multiFrame + presentation + objects) { $0.tag }

  /// What the rules say of an attribute in a module; nil when none does.
  static func requires(_ tag: Tag, in item: DataSet, module: String) -> Bool? {
    guard let rules = all[tag] else { return nil }
    return rules.lazy.filter { $0.modules.isEmpty || $0.modules.contains(module) }.compactMap { $0.requires(item) }
      .first
  }

  /// The condition that another attribute has a value.
  static func with(_ other: Tag) -> @Sendable (DataSet) -> Bool? {
    { item in item[other].map { !$0.value.isEmpty } ?? false }
  }

  /// The condition that another attribute is absent.
  static func without(_ other: Tag) -> @Sendable (DataSet) -> Bool? {
    { item in !item.contains(other) }
  }

  /// The condition that another attribute has one of some values.
  static func when(_ other: Tag, is values: String...) -> @Sendable (DataSet) -> Bool? {
    { item in item.string(other).map { values.contains($0) } ?? false }
  }
}
