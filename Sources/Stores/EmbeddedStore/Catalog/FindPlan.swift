import ArchiveCore
import DICOM
import GRDB

/// A query as one SQL statement and the keys that it cannot decide.
///
/// The most telling key decides where the search begins: a UID, the patient, the accession number, one modality, or,
/// without any, the newest study. The order of the tables is fixed accordingly (`CROSS JOIN`), because without
/// statistics SQLite can only guess.
struct FindPlan: Sendable {
  let sql: String
  let arguments: StatementArguments
  /// Keys to look at in the attributes of each row.
  let residual: [MatchingKey]
  let level: Query.Level
  /// Whether numbers of a patient's studies are to be narrowed to what the caller may know of.
  let countsWithin: Principal.Sites?
  let zone: TimeZoneAdjustment?

  /// - Parameter limit: goes into the statement, with the query's offset, when the statement decides everything.
  init(_ query: Query, within sites: Principal.Sites, limit: Int) {
    level = query.level
    zone = query.zone
    var conditions: [String] = []
    var arguments: StatementArguments = []
    var residual: [MatchingKey] = []
    var start = Start(level: query.level)
    for key in query.narrowingKeys {
      guard let part = KeyTranslation(key, isElsewhere: query.zone != nil) else {
        residual.append(key)
        continue
      }
      guard !start.takes(key, part) else { continue }
      conditions.append(part.sql)
      arguments += part.arguments
      if !part.isExact { residual.append(key) }
    }
    conditions = conditions.map(start.adapted)
    if query.level == .patient, case .only = sites {
      conditions.append(
        """
        EXISTS (SELECT 1 FROM study s JOIN study_site v ON v.study = s.id
          WHERE s.patient = p.id AND v.site IN (\(sites.siteIDs)))
        """)
      arguments += sites.arguments
    }
    if let after = query.after, after.position.count == start.orderedBy.count {
      let part = start.behind(after.position)
      conditions.append(part.sql)
      arguments += part.arguments
    }
    let scope = query.level == .patient ? "" : sites.condition(on: "s.id")
    if query.level != .patient { arguments += sites.arguments }

    let columns = Self.columns(query.level) + start.orderedBy
    var sql = "SELECT \(columns.joined(separator: ", ")) FROM \(start.tables) WHERE \(start.condition)"
    for condition in conditions { sql += " AND \(condition)" }
    sql += "\(scope) ORDER BY \(start.order)"
    if residual.isEmpty {
      sql += " LIMIT \(limit) OFFSET \(max(0, query.offset))"
    }
    self.sql = sql
    self.arguments = start.arguments + arguments
    self.residual = residual
    countsWithin = sites == .all ? nil : sites
  }

  /// Columns behind those of the levels that say where in the order a row is.
  static func orderColumns(_ level: Query.Level) -> Int { level == .patient ? 1 : level.rawValue + 2 }

  private static func columns(_ level: Query.Level) -> [String] {
    var columns = PatientRow.columns
    if level >= .study { columns += StudyRow.columns }
    if level >= .series { columns += SeriesRow.columns }
    if level >= .instance { columns += InstanceRow.columns }
    return columns
  }
}

/// Where a search begins.
private struct Start {
  let level: Query.Level
  private var hasUID = false
  private var hasPatientID = false
  private var hasPatientName = false
  private var hasAccession = false
  private var modality: String?

  init(level: Query.Level) { self.level = level }

  /// Notes what a key tells; whether the start itself takes care of it.
  mutating func takes(_ key: MatchingKey, _ part: KeyTranslation) -> Bool {
    switch key.tag {
    case .studyInstanceUID, .seriesInstanceUID, .sopInstanceUID: hasUID = true
    case .patientID: hasPatientID = true
    case .patientName: hasPatientName = true
    case .accessionNumber:
      // A pattern without a beginning would only read the whole index.
      if key.condition != .single(""), part.sql.contains(" = ") || part.sql.contains(" >= ") { hasAccession = true }
    case .modalitiesInStudy:
      guard case .single(let text) = key.condition, !text.isEmpty, modality == nil else { return false }
      modality = MatchingText.normalised(text)
      return true
    default: break
    }
    return false
  }

  private enum Place { case uid, patient, accession, modality, date }

  private var place: Place {
    if hasUID { return .uid }
    if hasPatientID || hasPatientName { return .patient }
    if hasAccession { return .accession }
    return modality == nil ? .date : .modality
  }

  var arguments: StatementArguments { modality.map { [$0] } ?? [] }

  var condition: String {
    // Without a number to look for, the index on it would only be in the way.
    let patient = hasPatientID ? "p.archive = 1" : "+p.archive = 1"
    guard level > .patient else { return patient }
    if place == .modality { return "m.archive = 1 AND m.modality = ?" }
    let condition = place == .patient ? "\(patient) AND s.archive = 1" : "s.archive = 1"
    guard modality != nil else { return condition }
    return """
      \(condition) AND EXISTS (SELECT 1 FROM study_modality m WHERE m.archive = 1 AND m.modality = ?
        AND m.date = s.date AND m.time = s.time AND m.study = s.id)
      """
  }

  /// A condition on the column that the index of this start holds.
  func adapted(_ condition: String) -> String {
    guard place == .modality, level > .patient else { return condition }
    return condition.replacing("s.date", with: "m.date").replacing("s.time", with: "m.time")
  }

  var tables: String {
    guard level > .patient else { return "patient p" }
    let join = place == .uid ? "JOIN" : "CROSS JOIN"
    var tables =
      switch place {
      case .uid, .date: "study s \(join) patient p ON p.id = s.patient"
      case .accession: "study s INDEXED BY study_by_accession \(join) patient p ON p.id = s.patient"
      case .patient: "patient p \(join) study s INDEXED BY study_by_patient ON s.patient = p.id"
      case .modality: "study_modality m \(join) study s ON s.id = m.study \(join) patient p ON p.id = s.patient"
      }
    if level >= .series { tables += " \(join) series e ON e.study = s.id" }
    if level >= .instance {
      tables +=
        " \(join) instance i ON i.series = e.id \(join) form f ON f.id = i.form \(join) term t ON t.id = i.class"
    }
    return tables
  }

  /// The columns that the order is by: down for the study, up below it.
  var orderedBy: [String] {
    guard level > .patient else { return ["p.id"] }
    var columns =
      switch place {
      case .modality: ["m.date", "m.time", "m.study"]
      // No index that gives rows in order may tempt SQLite away from the one that finds them.
      case .uid, .patient, .accession: ["+s.date", "+s.time", "+s.id"]
      case .date: ["s.date", "s.time", "s.id"]
      }
    if level >= .series { columns.append("e.id") }
    if level >= .instance { columns.append("i.id") }
    return columns
  }

  /// The rows behind a position.
  func behind(_ position: [Int64]) -> (sql: String, arguments: StatementArguments) {
    let columns = orderedBy
    guard level > .patient else { return ("\(columns[0]) < ?", StatementArguments(position)) }
    let study = "(\(columns[..<3].joined(separator: ", ")))"
    guard level > .study else { return ("\(study) < (?, ?, ?)", StatementArguments(position)) }
    // In the study where it ended only what comes later; a plain comparison of the study alone is one that an index serves.
    let below = columns[3...]
    let marks = repeatElement("?", count: below.count).joined(separator: ", ")
    return (
      "\(study) <= (?, ?, ?) AND NOT (\(columns[2]) = ? AND (\(below.joined(separator: ", "))) <= (\(marks)))",
      StatementArguments(position[..<3] + [position[2]] + position[3...])
    )
  }

  /// Newest study first; below it in the order of arrival.
  var order: String {
    guard level > .patient else { return "p.id DESC" }
    var order =
      switch place {
      case .modality: "m.date DESC, m.time DESC, m.study DESC"
      // A few rows at most: an index that gives them in order must not tempt SQLite away from the UID's.
      case .uid: "+s.date DESC, +s.time DESC, +s.id DESC"
      default: "s.date DESC, s.time DESC, s.id DESC"
      }
    if level >= .series { order += ", e.id" }
    if level >= .instance { order += ", i.id" }
    return order
  }
}
