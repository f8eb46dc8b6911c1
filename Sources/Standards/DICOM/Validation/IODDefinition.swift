/// The type of an attribute in a module (PS3.5 §7.4).
public enum AttributeType: String, Hashable, Sendable, CaseIterable {
  case required = "1"
  case conditionallyRequired = "1C"
  case requiredEmptyIfUnknown = "2"
  case conditionallyRequiredEmptyIfUnknown = "2C"
  case optional = "3"
}

/// An information object definition (PS3.3 Annex A): modules, and the attributes of each (Annex C), macros expanded.
public struct IODDefinition: Sendable {
  /// How a module is used in an IOD (PS3.3 §A.1.3).
  public enum Usage: Character, Hashable, Sendable {
    case mandatory = "M"
    case conditional = "C"
    case userOption = "U"
  }

  public struct Module: Sendable {
    /// `general-study`: the module's name in lower case.
    public var name: String
    public var usage: Usage
    var list: Int

    public var attributes: [Attribute] { IODTables.shared.list(list) }
  }

  public struct Attribute: Hashable, Sendable {
    public var tag: Tag
    public var type: AttributeType
    var list: Int?

    /// What an item holds, when the attribute is a sequence.
    public var items: [Attribute] { list.map(IODTables.shared.list) ?? [] }
  }

  /// `ct-image`.
  public var name: String
  public var modules: [Module]

  /// The IOD whose instances a storage SOP class stores (PS3.4 §B.5); nil for retired and private classes.
  public init?(sopClass: UID) {
    guard let name = IODTables.shared.iods[sopClass.rawValue] else { return nil }
    self.init(name: name)
  }

  init?(name: String) {
    guard let modules = IODTables.shared.modules(of: name) else { return nil }
    self.name = name
    self.modules = modules
  }

  /// What the tables were made from.
  public static var source: String { iodSource }

  /// Every storage SOP class with a definition.
  public static var sopClasses: [UID] { IODTables.shared.iods.keys.sorted().map(UID.init(rawValue:)) }
}

/// The generated tables; a list of attributes is parsed when somebody asks for it.
struct IODTables: Sendable {
  static let shared = IODTables()

  /// IOD names by SOP Class UID.
  let iods: [String: String]
  private let lists: [Substring]
  private let moduleLists: [Substring: Int]
  private let uses: [Substring: [Substring]]

  private init() {
    lists = "\(attributeListTable)".split(separator: "\n", omittingEmptySubsequences: false)
    moduleLists = IODTables.rows("\(moduleTable)").reduce(into: [:]) { $0[$1[0]] = Int($1[1], radix: 36) }
    uses = IODTables.rows("\(iodTable)").reduce(into: [:]) { $0[$1[0]] = Array($1.dropFirst()) }
    iods = IODTables.rows("\(sopClassIODTable)").reduce(into: [:]) { $0[String($1[0])] = String($1[1]) }
  }

  private static func rows(_ text: String) -> [[Substring]] {
    text.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count > 1 }
  }

  func modules(of iod: String) -> [IODDefinition.Module]? {
    uses[Substring(iod)]?.compactMap { use in
      guard let usage = use.first.flatMap(IODDefinition.Usage.init), let list = moduleLists[use.dropFirst(2)] else {
        return nil
      }
      return IODDefinition.Module(name: String(use.dropFirst(2)), usage: usage, list: list)
    }
  }

  func list(_ index: Int) -> [IODDefinition.Attribute] {
    guard lists.indices.contains(index) else { return [] }
    return lists[index].split(separator: " ").compactMap { entry in
      let letter = entry.utf8.dropFirst(8).first.map { Int($0) - Int(UInt8(ascii: "a")) }
      guard let tag = Tag(String(entry.prefix(8))), let letter, AttributeType.allCases.indices.contains(letter) else {
        return nil
      }
      return IODDefinition.Attribute(
        tag: tag, type: AttributeType.allCases[letter], list: Int(entry.dropFirst(10), radix: 36))
    }
  }
}
