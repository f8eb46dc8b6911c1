/// What the Basic Application Level Confidentiality Profile and its options do with each attribute (PS3.15 Table E.1-1).
public enum ConfidentialityProfile {
  /// An action code of the table; some name alternatives, of which the IOD's type of the attribute decides.
  public struct Action: RawRepresentable, Hashable, Sendable {
    /// As in the table: `X`, `Z`, `D`, `K`, `C`, `U`, `X/Z`, `X/Z/D`, `X/Z/U*` and so on.
    public var rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// The options, in the order of the table's columns.
  public enum Option: Int, Hashable, Sendable, CaseIterable {
    case retainSafePrivate, retainUIDs, retainDeviceIdentity, retainInstitutionIdentity, retainPatientCharacteristics
    case retainLongitudinalFullDates, retainLongitudinalModifiedDates, cleanDescriptors, cleanStructuredContent
    case cleanGraphics
  }

  public struct Entry: Hashable, Sendable {
    public var basic: Action
    public var options: [Option: Action]
  }

  /// The row of an attribute, repeating groups and private attributes included; nil when the table does not name it.
  public static func entry(_ tag: Tag) -> Entry? {
    if let entry = table.entries[tag.hex] { return entry }
    if tag.isPrivate { return table.entries["private-"] }
    let digits = tag.hex
    return table.entries["\(digits.prefix(2))xx\(digits.suffix(4))"] ?? table.entries["\(digits.prefix(2))xxxxxx"]
  }

  /// How many rows the table has.
  public static var count: Int { table.entries.count }

  private static let table = Table("\(confidentialityTable)")

  private struct Table: Sendable {
    private(set) var entries: [String: Entry] = [:]

    init(_ text: String) {
      for line in text.split(separator: "\n") {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == Option.allCases.count + 2 else { continue }
        var options: [Option: Action] = [:]
        for (option, field) in zip(Option.allCases, fields.dropFirst(2)) where !field.isEmpty {
          options[option] = Action(rawValue: field)
        }
        entries[fields[0]] = Entry(basic: Action(rawValue: fields[1]), options: options)
      }
    }
  }
}
