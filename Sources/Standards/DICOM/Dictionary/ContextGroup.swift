/// A context group of PS3.16 Annex B: codes to choose from. Only some are here, those that objects of ours are coded by.
public struct ContextGroup: Hashable, Sendable {
  /// A coded concept (PS3.3 §8.1).
  public struct Code: Hashable, Sendable {
    public var value: String
    public var scheme: String
    public var meaning: String
  }

  /// Context identifier, `7010` of CID 7010.
  public var identifier: Int
  public var name: String
  public var codes: [Code]

  public func contains(value: String, scheme: String) -> Bool {
    codes.contains { $0.value == value && $0.scheme == scheme }
  }

  /// The group with a context identifier.
  public static func group(_ identifier: Int) -> ContextGroup? {
    all[identifier]
  }

  static let all: [Int: ContextGroup] = {
    var groups: [Int: ContextGroup] = [:]
    var current = 0
    for line in "\(contextGroupTable)".split(separator: "\n") {
      let fields = line.split(separator: "|", maxSplits: 2).map(String.init)
      if line.hasPrefix("="), fields.count == 2, let identifier = Int(fields[0].dropFirst()) {
        current = identifier
        groups[current] = ContextGroup(identifier: current, name: fields[1], codes: [])
      } else if fields.count == 3 {
        groups[current]?.codes.append(Code(value: fields[0], scheme: fields[1], meaning: fields[2]))
      }
    }
    return groups
  }()
}
