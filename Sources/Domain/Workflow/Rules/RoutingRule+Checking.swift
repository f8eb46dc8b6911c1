public import ArchiveCore

extension RoutingRule {
  /// Characters of a name.
  public static let nameLength = 100
  /// Values that a condition may list, destinations that a rule may name.
  static let maximumValues = 100
  static let maximumAttributes = 16

  /// - Throws: `ArchiveError` `.badRequest` that says what cannot be.
  public func check() throws(ArchiveError) {
    guard (1...Self.nameLength).contains(name.count), !name.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
      throw ArchiveError(.badRequest, "a rule's name has 1 to \(Self.nameLength) characters")
    }
    guard (1...Self.maximumValues).contains(to.count), Set(to).count == to.count else {
      throw ArchiveError(.badRequest, "a rule names 1 to \(Self.maximumValues) destinations, each once")
    }
    for list in [when.sources, when.sites, when.modalities].compactMap(\.self) {
      guard (1...Self.maximumValues).contains(list.count), list.allSatisfy({ (1...64).contains($0.utf8.count) }) else {
        throw ArchiveError(
          .badRequest, "a condition lists 1 to \(Self.maximumValues) values of 1 to 64 characters, or is left out")
      }
    }
    if let weekdays = when.weekdays, weekdays.isEmpty {
      throw ArchiveError(.badRequest, "a rule that applies on no day applies never")
    }
    if let time = when.time {
      guard let from = TimeWindow.minutes(time.from), let to = TimeWindow.minutes(time.to), from < 1440, from != to
      else {
        throw ArchiveError(.badRequest, "a time window goes from HH:MM to another HH:MM")
      }
    }
    let attributes = when.attributes ?? []
    guard attributes.count <= Self.maximumAttributes else {
      throw ArchiveError(.badRequest, "a rule has at most \(Self.maximumAttributes) attributes")
    }
    for attribute in attributes {
      let key = try attribute.key()
      guard key.isWellFormed else {
        throw ArchiveError(.badRequest, "the expression for \(key.tag) cannot be read, so it would match nothing")
      }
    }
  }
}
