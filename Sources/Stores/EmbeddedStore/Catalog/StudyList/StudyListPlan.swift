import ArchiveCore
import GRDB

/// A page of the list of studies as SQL statements, of which the newest answers of all are the page.
///
/// A word that few patients and studies have is where the search begins. When every word has many, or nothing was typed,
/// the list is walked from its newest study, or from the place reached before: with many matches a page is full soon.
/// One statement per chosen modality, since each has the list in order for itself.
struct StudyListPlan: Sendable {
  /// Patients and studies up to which a word is rare.
  static let rareWord = 2_000

  let statements: [SQLPart]

  /// - Parameters:
  ///   - words: what was typed.
  ///   - rarest: the place among the words of one that is rare.
  init(_ search: StudySearch, words: [TypedWord], rarest: Int?, within sites: Principal.Sites) {
    if let rarest {
      statements = [Self.gathered(search, words, from: rarest, sites)]
    } else if search.modalities.isEmpty {
      statements = [Self.walk(search, words, nil, sites)]
    } else {
      statements = search.modalities.sorted().map { Self.walk(search, words, $0, sites) }
    }
  }

  static let columns = [
    "s.id", "s.uid", "s.date", "s.time", "s.accession", "s.description", "s.modalities", "s.series", "s.instances",
    "s.bytes", "s.changed", "p.patient_id", "p.birth_date", "p.sex", "p.attributes",
  ]
  private static let selection = "SELECT \(columns.joined(separator: ", ")) FROM"

  private static func walk(
    _ search: StudySearch, _ words: [TypedWord], _ modality: String?, _ sites: Principal.Sites
  ) -> SQLPart {
    let order = modality == nil ? "s" : "m"
    let number = modality == nil ? "s.id" : "m.study"
    var conditions = [SQLPart("\(order).archive = 1")]
    if let modality { conditions.append(SQLPart("m.modality = ?", [modality])) }
    conditions += range(search, order, number)
    conditions += words.map(\.condition)
    let tables =
      modality == nil
      ? "study s INDEXED BY study_by_date CROSS JOIN patient p ON p.id = s.patient"
      : "study_modality m CROSS JOIN study s ON s.id = m.study CROSS JOIN patient p ON p.id = s.patient"
    return statement(search, tables, conditions, sites, "\(order).date DESC, \(order).time DESC, \(number) DESC")
  }

  private static func gathered(
    _ search: StudySearch, _ words: [TypedWord], from rarest: Int, _ sites: Principal.Sites
  ) -> SQLPart {
    var conditions = [words[rarest].candidates]
    conditions[0].sql = "s.id IN (\(conditions[0].sql))"
    // The few that were found are looked at and put in order: an index must not tempt SQLite to walk all.
    conditions += range(search, "+s", "s.id")
    conditions += words.enumerated().filter { $0.offset != rarest }.map(\.element.condition)
    if !search.modalities.isEmpty {
      let marks = repeatElement("?", count: search.modalities.count).joined(separator: ", ")
      conditions.append(
        SQLPart(
          """
          EXISTS (SELECT 1 FROM study_modality m WHERE m.archive = 1 AND m.modality IN (\(marks))
            AND m.date = s.date AND m.time = s.time AND m.study = s.id)
          """, StatementArguments(search.modalities.sorted())))
    }
    return statement(
      search, "study s CROSS JOIN patient p ON p.id = s.patient", conditions, sites,
      "+s.date DESC, +s.time DESC, +s.id DESC")
  }

  /// Dates asked for, and the place behind which the page begins.
  private static func range(_ search: StudySearch, _ table: String, _ number: String) -> [SQLPart] {
    var parts: [SQLPart] = []
    if let after = search.after {
      parts.append(
        SQLPart("(\(table).date, \(table).time, \(number)) < (?, ?, ?)", [after.date, after.time, after.number]))
    }
    // A study without a date has the number 0.
    if let from = search.from?.number ?? (search.to == nil ? nil : 1) {
      parts.append(SQLPart("\(table).date >= ?", [from]))
    }
    // The place is nearer than the range's end: an index has one end, which is then the place.
    if let to = search.to {
      parts.append(SQLPart("\(search.after == nil ? "\(table).date" : "+(\(table).date)") <= ?", [to.number]))
    }
    return parts
  }

  private static func statement(
    _ search: StudySearch, _ tables: String, _ conditions: [SQLPart], _ sites: Principal.Sites, _ order: String
  ) -> SQLPart {
    let all = SQLPart.joined(conditions, by: " AND ")
    return SQLPart(
      "\(selection) \(tables) WHERE \(all.sql)\(sites.condition(on: "s.id")) ORDER BY \(order) LIMIT \(search.limit + 1)",
      all.arguments + sites.arguments)
  }
}
