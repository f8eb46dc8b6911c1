import DICOM

/// What is believed of an attribute instead of what a source states. One of the ways is given.
public struct Coercion: Hashable, Sendable, Codable {
  /// Keyword or eight hexadecimal digits, one of `CoercibleAttributes`.
  public var attribute: String
  /// This value, whatever is stated; an empty one means none.
  public var set: String?
  /// This value where none is stated.
  public var setIfEmpty: String?
  /// Other values for those listed; others stay.
  public var map: [String: String]?
  /// The value of another attribute, where none is stated.
  public var copyIfEmpty: String?
  /// Without this at its beginning, at its end.
  public var removePrefix: String?
  public var removeSuffix: String?
  /// With this at its beginning unless it is there.
  public var addPrefix: String?
  public var upperCase: Bool?
  /// Single blanks between words, none around components, no empty components at the end.
  public var tidy: Bool?
  /// Modality (0008,0060) of the objects that it concerns; all when absent.
  public var modalities: [String]?

  public init(
    attribute: String, set: String? = nil, setIfEmpty: String? = nil, map: [String: String]? = nil,
    copyIfEmpty: String? = nil, removePrefix: String? = nil, removeSuffix: String? = nil, addPrefix: String? = nil,
    upperCase: Bool? = nil, tidy: Bool? = nil, modalities: [String]? = nil
  ) {
    self.attribute = attribute
    self.set = set
    self.setIfEmpty = setIfEmpty
    self.map = map
    self.copyIfEmpty = copyIfEmpty
    self.removePrefix = removePrefix
    self.removeSuffix = removeSuffix
    self.addPrefix = addPrefix
    self.upperCase = upperCase
    self.tidy = tidy
    self.modalities = modalities
  }

  /// How many ways are given.
  var ways: Int {
    let texts = [set, setIfEmpty, copyIfEmpty, removePrefix, removeSuffix, addPrefix].count { $0 != nil }
    return texts + (map == nil ? 0 : 1) + (upperCase == true ? 1 : 0) + (tidy == true ? 1 : 0)
  }

  /// The values believed instead of an attribute's.
  func values(_ stated: [String], in dataSet: DataSet) -> [String] {
    let isEmpty = stated.allSatisfy(\.isEmpty)
    if let set { return set.isEmpty ? [] : [set] }
    if let setIfEmpty { return isEmpty ? [setIfEmpty] : stated }
    if let copyIfEmpty {
      guard isEmpty, let other = attributeTag(copyIfEmpty) else { return stated }
      return dataSet.strings(other)
    }
    return stated.map { $0.isEmpty ? $0 : value($0) }
  }

  private func value(_ stated: String) -> String {
    if let map { return map[stated] ?? stated }
    if let removePrefix {
      return stated.hasPrefix(removePrefix) ? String(stated.dropFirst(removePrefix.count)) : stated
    }
    if let removeSuffix { return stated.hasSuffix(removeSuffix) ? String(stated.dropLast(removeSuffix.count)) : stated }
    if let addPrefix { return stated.hasPrefix(addPrefix) ? stated : addPrefix + stated }
    if upperCase == true { return stated.uppercased() }
    return tidy == true ? stated.tidied : stated
  }
}

extension String {
  fileprivate var tidied: String {
    func words(_ text: some StringProtocol) -> String { text.split(separator: " ").joined(separator: " ") }
    var groups = split(separator: "=", omittingEmptySubsequences: false).map { group in
      var components = group.split(separator: "^", omittingEmptySubsequences: false).map { words($0) }
      while components.count > 1, components.last == "" { components.removeLast() }
      return components.joined(separator: "^")
    }
    while groups.count > 1, groups.last == "" { groups.removeLast() }
    return groups.joined(separator: "=")
  }
}
