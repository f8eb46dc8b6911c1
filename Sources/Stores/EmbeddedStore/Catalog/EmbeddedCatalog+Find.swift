public import ArchiveCore
import DICOM
import Foundation
import GRDB

extension EmbeddedCatalog {
  /// Most answers given to one query; the rest is reached by its end.
  public static let maximumMatches = 100_000

  public func find(_ query: Query, within sites: Principal.Sites) async throws -> QueryResult {
    if case .only(let names) = sites, names.isEmpty { return QueryResult(matches: [], hasMore: false) }
    let limit = min(max(0, query.limit ?? Self.maximumMatches), Self.maximumMatches)
    // One more than asked for tells whether there is more.
    let plan = FindPlan(query, within: sites, limit: limit + 1)
    let offset = max(0, query.offset)
    let orderColumns = FindPlan.orderColumns(query.level)
    return try await database.read { db in
      let matcher = Matcher(plan.residual)
      var reader = MatchReader(plan)
      var skip = plan.residual.isEmpty ? 0 : offset
      var matches: [Match] = []
      var end: QueryCursor?
      // Not remembered: callers make as many different statements as they like.
      let rows = try Row.fetchCursor(db.makeStatement(sql: plan.sql), arguments: plan.arguments)
      while let row = try rows.next() {
        try Task.checkCancellation()
        var match = try reader.match(row, db)
        if let zone = plan.zone { match.attributes = zone.adjusted(match.attributes) }
        if !plan.residual.isEmpty {
          guard matcher.matches(match.attributes) else { continue }
          if skip > 0 {
            skip -= 1
            continue
          }
        }
        guard matches.count < limit else { return QueryResult(matches: matches, hasMore: true, end: end) }
        matches.append(match)
        end = QueryCursor(position: (row.count - orderColumns..<row.count).map { row[$0] })
      }
      return QueryResult(matches: matches, hasMore: false, end: end)
    }
  }
}

/// Makes answers of rows, reading what neighbouring rows share once.
private struct MatchReader {
  private let plan: FindPlan
  private var patient: (id: Int64, elements: [DataElement])?
  private var study: (id: Int64, elements: [DataElement])?
  private var series: (id: Int64, elements: [DataElement])?

  private static let characterSet = DataElement(
    tag: .specificCharacterSet, vr: .cs, value: .bytes(Array("ISO_IR 192".utf8)))

  init(_ plan: FindPlan) { self.plan = plan }

  mutating func match(_ row: Row, _ db: Database) throws -> Match {
    var elements = [Self.characterSet]
    var uids: (study: StudyUID?, series: SeriesUID?, instance: InstanceUID?)
    elements += try patientElements(row, db)
    var start = PatientRow.columns.count
    if plan.level >= .study {
      let id: Int64 = row[start]
      if study?.id != id { study = (id, StudyRow.elements(row, at: start)) }
      elements += study?.elements ?? []
      uids.study = try row.study(start + 1)
      start += StudyRow.columns.count
    }
    if plan.level >= .series {
      let id: Int64 = row[start]
      if series?.id != id { series = (id, SeriesRow.elements(row, at: start)) }
      elements += series?.elements ?? []
      uids.series = try row.series(start + 1)
      start += SeriesRow.columns.count
    }
    if plan.level >= .instance {
      elements += InstanceRow.elements(row, at: start)
      uids.instance = try row.packedInstance(start)
    }
    return Match(study: uids.study, series: uids.series, instance: uids.instance, attributes: DataSet(elements))
  }

  private mutating func patientElements(_ row: Row, _ db: Database) throws -> [DataElement] {
    let id: Int64 = row[0]
    if let patient, patient.id == id { return patient.elements }
    var counted = row
    if let sites = plan.countsWithin {
      let sql = """
        SELECT p.id, p.patient_id, p.issuer, count(*), total(s.series), total(s.instances), p.attributes
        FROM patient p JOIN study s ON s.patient = p.id WHERE p.id = ?\(sites.condition(on: "s.id"))
        """
      counted = try db.row(sql, [id] + sites.arguments) ?? row
    }
    let elements = PatientRow.elements(row, at: 0) + PatientRow.counts(counted, at: 0)
    patient = (id, elements)
    return elements
  }
}
