import ArchiveCore
import DICOM
import GRDB

/// A matching key as a condition on the catalog's columns.
///
/// A condition is never narrower than the key. Where it is exactly as wide the key needs no second look at the
/// attributes themselves.
struct KeyTranslation {
  var sql: String
  var arguments: StatementArguments = []
  var isExact = true

  /// Patterns with more stars than this are left to the matcher, whose time is bounded by the product of lengths.
  private static let maximumStars = 4
  private static let maximumLength = 256
  /// Entries of a list in one statement.
  static let maximumList = 5000

  /// `nil` when no column knows the attribute.
  ///
  /// - Parameter isElsewhere: whether dates and times of the key are in another zone than those of the columns.
  init?(_ key: MatchingKey, isElsewhere: Bool = false) {
    guard let found = isElsewhere ? Self.translateElsewhere(key) : Self.translate(key) else { return nil }
    self = found
  }

  init(_ sql: String, _ arguments: StatementArguments = [], exact: Bool = true) {
    self.sql = sql
    self.arguments = arguments
    isExact = exact
  }

  private static let nothing = KeyTranslation("0")

  private static func translate(_ key: MatchingKey) -> KeyTranslation? {
    guard key.vr == DataDictionary.vr(key.tag) else { return nil }
    switch key.tag {
    case .patientID: return text(key, "p.patient_id")
    case .issuerOfPatientID: return text(key, "p.issuer")
    case .patientSex: return text(key, "p.sex")
    case .patientBirthDate: return span(key, "p.birth_date", missing: 0)
    case .patientName: return name(key)
    case .studyInstanceUID: return uids(key, "s.uid")
    case .studyDate:
      if case .span(.studyTime, let from, let to) = key.condition { return moments(from, to) }
      return span(key, "s.date", missing: 0)
    case .studyTime: return span(key, "s.time", missing: -1)
    case .accessionNumber: return text(key, "s.accession")
    case .studyID: return text(key, "s.study_id")
    case .studyDescription: return text(key, "s.description")
    case .modalitiesInStudy: return modalities(key)
    case .sopClassesInStudy:
      return uids(key, "t.text").map {
        KeyTranslation(
          "EXISTS (SELECT 1 FROM study_class c JOIN term t ON t.id = c.class WHERE c.study = s.id AND \($0.sql))",
          $0.arguments)
      }
    case .seriesInstanceUID: return uids(key, "e.uid")
    case .modality: return text(key, "e.modality")
    case .sopInstanceUID: return instances(key)
    case .sopClassUID: return uids(key, "t.text")
    case .instanceNumber:
      guard case .single(let text) = key.condition, let number = Double(text) else { return nil }
      return KeyTranslation("i.number = ?", [number])
    default: return nil
    }
  }

  // MARK: Text

  private static func text(_ key: MatchingKey, _ column: String) -> KeyTranslation? {
    switch key.condition {
    case .single(let text):
      return KeyTranslation("\(column) = ?", [MatchingText.normalised(text)])
    case .wildcard(let pattern):
      return wildcard(MatchingText.normalised(pattern), column)
    case .anyOf(let texts):
      let parts = texts.compactMap { text in
        WildcardPattern.isWild(text)
          ? wildcard(MatchingText.normalised(text), column)
          : KeyTranslation("\(column) = ?", [MatchingText.normalised(text)])
      }
      return parts.count == texts.count ? any(parts) : nil
    default:
      return nil
    }
  }

  /// GLOB for the pattern, and a range for its literal beginning, which an index can serve.
  private static func wildcard(_ pattern: String, _ column: String) -> KeyTranslation? {
    guard pattern.utf8.count <= maximumLength else { return nil }
    let isSimple = pattern.utf8.count { $0 == 0x2A } <= maximumStars
    let beginning = prefix(WildcardPattern(pattern).literalPrefix, column)
    guard isSimple else { return beginning.map { KeyTranslation($0.sql, $0.arguments, exact: false) } }
    let glob = KeyTranslation("\(column) GLOB ?", [pattern.replacing("[", with: "[[]")])
    guard let beginning else { return glob }
    return KeyTranslation("\(beginning.sql) AND \(glob.sql)", beginning.arguments + glob.arguments)
  }

  /// From the prefix to the first text that is greater than all that begin with it.
  private static func prefix(_ prefix: String, _ column: String) -> KeyTranslation? {
    guard let last = prefix.unicodeScalars.last else { return nil }
    let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
    guard let following = Unicode.Scalar(next) else { return KeyTranslation("\(column) >= ?", [prefix]) }
    var end = String(prefix.unicodeScalars.dropLast())
    end.unicodeScalars.append(following)
    return KeyTranslation("\(column) >= ? AND \(column) < ?", [prefix, end])
  }

  private static func any(_ parts: [KeyTranslation]) -> KeyTranslation {
    parts.dropFirst().reduce(into: parts.first ?? nothing) { sum, part in
      sum.sql += " OR \(part.sql)"
      sum.arguments += part.arguments
      sum.isExact = sum.isExact && part.isExact
    }.bracketed
  }

  private var bracketed: KeyTranslation { KeyTranslation("(\(sql))", arguments, exact: isExact) }

  // MARK: Person names

  private static func name(_ key: MatchingKey) -> KeyTranslation? {
    switch key.condition {
    case .similar(let texts):
      let parts = texts.compactMap { SimilarNameCondition($0).translation }
      return parts.count == texts.count ? any(parts) : nil
    case .single(let text) where !text.isEmpty: return name(text, isWild: false)
    case .wildcard(let pattern): return name(pattern, isWild: true)
    case .anyOf(let texts):
      let parts = texts.compactMap { name($0, isWild: WildcardPattern.isWild($0)) }
      return parts.count == texts.count ? any(parts) : nil
    default: return nil
    }
  }

  static func name(_ text: String, isWild: Bool) -> KeyTranslation? {
    let groups = NameFolding.groups(MatchingText.normalised(text))
    guard text.utf8.contains(0x3D) else { return group(groups[0], nil, isWild: isWild) }
    let parts = groups.enumerated().filter { !$1.isEmpty && !$1.utf8.allSatisfy { $0 == 0x2A } }
      .compactMap { group($1, $0, isWild: isWild) }
    guard let first = parts.first else { return nil }
    return parts.dropFirst().reduce(into: first) { sum, part in
      sum.sql += " AND \(part.sql)"
      sum.arguments += part.arguments
      sum.isExact = sum.isExact && part.isExact
    }.bracketed
  }

  /// In one group, or in any.
  private static func group(_ text: String, _ part: Int?, isWild: Bool) -> KeyTranslation? {
    var condition: KeyTranslation
    if isWild, WildcardPattern.isWild(text) {
      if text.utf8.contains(0x5E) {
        // Empty trailing components may be absent from the column: only what comes before them can be relied on.
        let literal = WildcardPattern(text).literalPrefix
        let beginning = String(literal.prefix { $0 != "^" })
        guard var found = prefix(beginning, "folded") else { return nil }
        found.isExact = false
        condition = found
      } else {
        guard let found = wildcard(text, "folded") else { return nil }
        condition = found
      }
    } else {
      condition = KeyTranslation("folded = ?", [text])
    }
    let place = part.map { " AND part = \($0)" } ?? ""
    condition.sql =
      "p.id IN (SELECT patient FROM patient_name WHERE archive = 1 AND \(condition.sql)\(place))"
    return condition
  }

  // MARK: Other kinds

  private static func span(_ key: MatchingKey, _ column: String, missing: Int64) -> KeyTranslation? {
    let bounds: (from: String?, to: String?)
    switch key.condition {
    case .single(let text) where !text.isEmpty: bounds = (text, text)
    case .range(let from, let to): bounds = (from, to)
    default: return nil
    }
    let from = bounds.from.map { TemporalSpan(MatchingText.normalised($0), key.vr)?.first }
    let to = bounds.to.map { TemporalSpan(MatchingText.normalised($0), key.vr)?.last }
    if case .some(.none) = from { return nothing }
    if case .some(.none) = to { return nothing }
    let first = from.flatMap(\.self) ?? missing + 1
    guard let last = to.flatMap(\.self) else { return KeyTranslation("\(column) >= ?", [first]) }
    return KeyTranslation("\(column) BETWEEN ? AND ?", [first, last])
  }

  /// Day and time of a study between two moments; its day is what an index orders by.
  private static func moments(_ from: DateAndTime?, _ to: DateAndTime?) -> KeyTranslation? {
    let (first, last) = (from.map(\.moments), to.map(\.moments))
    if case .some(.none) = first { return nothing }
    if case .some(.none) = last { return nothing }
    var sql = "s.date >= ?"
    var arguments: StatementArguments = [first.flatMap(\.self)?.first.day ?? 1]
    if let end = last.flatMap(\.self)?.last {
      sql = "s.date BETWEEN ? AND ? AND NOT (s.date = ? AND max(s.time, 0) > ?)"
      arguments += [end.day, end.day, end.time]
    }
    if let begin = first.flatMap(\.self)?.first {
      sql += " AND NOT (s.date = ? AND max(s.time, 0) < ?)"
      arguments += [begin.day, begin.time]
    }
    return KeyTranslation(sql, arguments)
  }

  /// No zone is further than a day away: dates a day wider, which are to be looked at again; times of the day say nothing.
  private static func translateElsewhere(_ key: MatchingKey) -> KeyTranslation? {
    guard key.tag == .studyDate else { return key.vr == .tm ? nil : translate(key) }
    let bounds: (from: String?, to: String?)
    switch key.condition {
    case .single(let text) where !text.isEmpty: bounds = (text, text)
    case .range(let from, let to): bounds = (from, to)
    case .span(_, let from, let to): bounds = (from?.date, to?.date)
    default: return nil
    }
    let from = bounds.from.map { TemporalSpan(MatchingText.normalised($0), .da)?.first }
    let to = bounds.to.map { TemporalSpan(MatchingText.normalised($0), .da)?.last }
    if case .some(.none) = from { return nothing }
    if case .some(.none) = to { return nothing }
    let first = from.flatMap(\.self).map { CalendarDay.number($0, plus: -1) } ?? 1
    guard let last = to.flatMap(\.self).map({ CalendarDay.number($0, plus: 1) }) else {
      return KeyTranslation("s.date >= ?", [first], exact: false)
    }
    return KeyTranslation("s.date BETWEEN ? AND ?", [first, last], exact: false)
  }

  private static func uids(_ key: MatchingKey, _ column: String) -> KeyTranslation? {
    switch key.condition {
    case .single(let uid): return KeyTranslation("\(column) = ?", [MatchingText.normalised(uid)])
    case .uidList(let uids), .anyOf(let uids):
      guard uids.count <= maximumList else { return nil }
      return KeyTranslation(list(column, uids.count), StatementArguments(uids.map { MatchingText.normalised($0) }))
    default: return nil
    }
  }

  private static func instances(_ key: MatchingKey) -> KeyTranslation? {
    let uids: [String]
    switch key.condition {
    case .single(let uid): uids = [uid]
    case .uidList(let list), .anyOf(let list): uids = list
    default: return nil
    }
    let packed = uids.compactMap { PackedUID.pack(MatchingText.normalised($0)) }.filter { !$0.isEmpty }
    guard !packed.isEmpty else { return nothing }
    guard packed.count <= maximumList else { return nil }
    return KeyTranslation("i.archive = 1 AND " + list("i.uid", packed.count), StatementArguments(packed))
  }

  private static func modalities(_ key: MatchingKey) -> KeyTranslation? {
    let values: [String]
    switch key.condition {
    case .single(let text) where !text.isEmpty: values = [text]
    case .anyOf(let texts) where !texts.contains(where: WildcardPattern.isWild): values = texts
    default: return nil
    }
    guard values.count <= maximumList else { return nil }
    return KeyTranslation(
      "s.id IN (SELECT study FROM study_modality WHERE archive = 1 AND \(list("modality", values.count)))",
      StatementArguments(values.map { MatchingText.normalised($0) }))
  }

  private static func list(_ column: String, _ count: Int) -> String {
    count == 1 ? "\(column) = ?" : "\(column) IN (\(repeatElement("?", count: count).joined(separator: ", ")))"
  }
}
