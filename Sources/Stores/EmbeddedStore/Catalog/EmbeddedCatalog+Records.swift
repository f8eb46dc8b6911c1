public import ArchiveCore
import Foundation
import GRDB

extension EmbeddedCatalog {
  /// UIDs asked for in one statement.
  private static let uidsAStatement = 500

  public func instances(
    of selection: Selection, within sites: Principal.Sites
  ) async throws -> [InstanceReference] {
    try await database.read { db in
      var found: [(order: (Int64, Int64), reference: InstanceReference)] = []
      for part in Self.conditions(selection) {
        let sql =
          InstanceRow.references + " WHERE \(part.sql)\(sites.condition(on: "s.id")) ORDER BY e.id, i.id"
        let rows = try Row.fetchCursor(db.makeStatement(sql: sql), arguments: part.arguments + sites.arguments)
        while let row = try rows.next() {
          found.append(((row[12], row[13]), try InstanceRow.reference(row)))
        }
      }
      if case .instances = selection { found.sort { $0.order < $1.order } }
      return found.map(\.reference)
    }
  }

  public func records(of selection: Selection, within sites: Principal.Sites) async throws -> [RecordID] {
    try await database.read { db in
      var found: [RecordID] = []
      for part in Self.conditions(selection) {
        let sql = """
          WITH chosen AS MATERIALIZED (
            SELECT i.id AS id, i.record AS record FROM instance i JOIN series e ON e.id = i.series
              JOIN study s ON s.id = e.study
            WHERE \(part.sql)\(sites.condition(on: "s.id")))
          SELECT r.record FROM chosen c JOIN record r ON r.id = c.record
          UNION ALL
          SELECT r.record FROM chosen c JOIN record r INDEXED BY record_duplicate ON r.instance = c.id AND r.state = 1
          """
        let rows = try Row.fetchCursor(db.makeStatement(sql: sql), arguments: part.arguments + sites.arguments)
        while let row = try rows.next() { found.append(try row.identifier(0)) }
      }
      return found
    }
  }

  public func sites(of studies: Set<StudyUID>) async throws -> Set<SiteID> {
    try await database.read { db in
      var sites: Set<SiteID> = []
      for study in studies {
        let names = try String.fetchAll(
          db.cachedStatement(
            sql: """
              SELECT DISTINCT n.name FROM study s JOIN study_site v ON v.study = s.id JOIN site n ON n.id = v.site
              WHERE s.archive = 1 AND s.uid = ?
              """), arguments: [study.value])
        sites.formUnion(names.map { SiteID($0) })
      }
      return sites
    }
  }

  public func location(of record: RecordID) async throws -> RecordLocation? {
    try await database.read { db in
      try db.row(
        """
        SELECT c.container, r.offset, r.length FROM record r JOIN container c ON c.id = r.container
        WHERE r.record = ? AND r.state <> 3
        """, [record.data]
      ).map {
        RecordLocation(container: try $0.identifier(0), offset: try $0.uint64(1), length: try $0.uint64(2))
      }
    }
  }

  public func copies(of record: RecordID) async throws -> [RecordLocation] {
    try await database.read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT c.container, r.offset, r.length FROM record o
              CROSS JOIN record r INDEXED BY record_duplicate ON r.instance = o.instance AND r.state = 1
              CROSS JOIN container c ON c.id = r.container
            WHERE o.record = ? AND r.digest = o.digest AND r.id <> o.id
            """), arguments: [record.data])
      return try rows.map { row in
        RecordLocation(container: try row.identifier(0), offset: try row.uint64(1), length: try row.uint64(2))
      }
    }
  }

  public func holdsRecords(in container: ContainerID) async throws -> Bool {
    try await database.read { db in
      try db.number(
        """
        SELECT EXISTS (SELECT 1 FROM container c JOIN record r ON r.container = c.id
          WHERE c.container = ? AND r.state <> 3)
        """, [container.data]) != 0
    }
  }

  public func quarantined(in container: ContainerID) async throws -> [RecordID] {
    try await database.read { db in
      let rows = try Row.fetchCursor(
        db.cachedStatement(
          sql: """
            SELECT r.record FROM container c JOIN record r ON r.container = c.id
            WHERE c.container = ? AND r.state = 2 ORDER BY r.id
            """), arguments: [container.data])
      var found: [RecordID] = []
      while let row = try rows.next() { found.append(try row.identifier(0)) }
      return found
    }
  }

  public func quarantined(within sites: Principal.Sites, limit: Int) async throws -> [QuarantinedRecord] {
    try await database.read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT r.record, q.instance, q.study, q.series, r.digest, r.received, o.name, n.name
            FROM quarantine q CROSS JOIN record r ON r.id = q.record CROSS JOIN source o ON o.id = r.source
              CROSS JOIN site n ON n.id = o.site
            WHERE 1\(sites.names(on: "n.name")) ORDER BY q.record DESC LIMIT ?
            """), arguments: sites.arguments + [max(0, limit)])
      return try rows.map { row in
        guard let instance = InstanceUID(row[1]) else { throw Damage.column(1) }
        return QuarantinedRecord(
          record: try row.identifier(0), instance: instance, study: try row.study(2), series: try row.series(3),
          digest: try row.digest(4), receivedAt: Instant(nanoseconds: row[5]), source: row[6], site: SiteID(row[7]))
      }
    }
  }

  public func records(in container: ContainerID) async throws -> [CataloguedRecord] {
    try await database.read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT r.record, c.container, r.offset, r.length, r.state, coalesce(s.uid, q.study),
              coalesce(e.uid, q.series), coalesce(e.changed, r.received)
            FROM container c JOIN record r ON r.container = c.id
              LEFT JOIN instance i ON i.id = r.instance LEFT JOIN series e ON e.id = i.series
              LEFT JOIN study s ON s.id = e.study LEFT JOIN quarantine q ON q.record = r.id
            WHERE c.container = ? AND r.state <> 3 ORDER BY r.offset
            """), arguments: [container.data])
      return try rows.map { row in
        guard let state = CataloguedRecord.State(rawValue: row[4]) else { throw Damage.column(4) }
        return CataloguedRecord(
          record: try row.identifier(0),
          location: RecordLocation(
            container: try row.identifier(1), offset: try row.uint64(2), length: try row.uint64(3)),
          state: state, study: try row.study(5), series: try row.series(6),
          seriesChangedAt: Instant(nanoseconds: row[7]))
      }
    }
  }

  public func appliedOffset(of container: ContainerID) async throws -> UInt64 {
    try await database.read { db in
      try db.row("SELECT applied FROM container WHERE container = ?", [container.data])?.uint64(0) ?? 0
    }
  }

  /// Contradictions that nobody has settled, newest first.
  public func conflicts(within sites: Principal.Sites, limit: Int) async throws -> [CatalogConflict] {
    try await database.read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT k.kind, k.proposal, s.uid, p.issuer, p.patient_id, k.issuer, k.patient_id, k.record, k.found
            FROM conflict k CROSS JOIN study s ON s.id = k.study CROSS JOIN patient p ON p.id = k.patient
            WHERE 1\(sites.condition(on: "s.id")) ORDER BY k.id DESC LIMIT ?
            """), arguments: sites.arguments + [max(0, limit)])
      return try rows.map { row in
        guard let kind = CatalogConflict.Kind(rawValue: row[0]) else { throw Damage.column(0) }
        guard let proposal = CatalogConflict.Proposal(rawValue: row[1]) else { throw Damage.column(1) }
        return CatalogConflict(
          kind: kind, proposal: proposal, study: try row.study(2),
          believed: PatientIdentity(issuer: row[3], id: row[4]), stated: PatientIdentity(issuer: row[5], id: row[6]),
          record: try row.identifier(7), found: Instant(nanoseconds: row[8]))
      }
    }
  }

  private static func conditions(_ selection: Selection) -> [(sql: String, arguments: StatementArguments)] {
    switch selection {
    case .study(let study):
      return [("s.archive = 1 AND s.uid = ?", [study.value])]
    case .series(let study, let series):
      return [("s.archive = 1 AND s.uid = ? AND e.uid = ?", [study.value, series.value])]
    case .instance(let study, let series, let instance):
      guard let uid = PackedUID.pack(instance.value) else { return [] }
      return [
        ("i.archive = 1 AND i.uid = ? AND s.archive = 1 AND s.uid = ? AND e.uid = ?", [uid, study.value, series.value])
      ]
    case .instances(let instances):
      let uids = Set(instances).compactMap { PackedUID.pack($0.value) }
      return stride(from: 0, to: uids.count, by: uidsAStatement).map { start in
        let part = uids[start..<min(start + uidsAStatement, uids.count)]
        let marks = repeatElement("?", count: part.count).joined(separator: ", ")
        return ("i.archive = 1 AND i.uid IN (\(marks))", StatementArguments(Array(part)))
      }
    }
  }
}

extension Principal.Sites {
  /// ` AND …`: the study has an instance of one of the sites.
  func condition(on study: String) -> String {
    guard case .only = self else { return "" }
    return """
       AND EXISTS (SELECT 1 FROM study_site v WHERE v.study = \(study) AND v.site IN (\(siteIDs)))
      """
  }

  /// ` AND …`: the column is the name of one of the sites.
  func names(on column: String) -> String {
    guard case .only(let sites) = self else { return "" }
    return " AND \(column) IN (\(repeatElement("?", count: sites.count).joined(separator: ", ")))"
  }

  var siteIDs: String {
    guard case .only(let sites) = self else { return "" }
    let marks = repeatElement("?", count: sites.count).joined(separator: ", ")
    return "SELECT id FROM site WHERE name IN (\(marks))"
  }

  var arguments: StatementArguments {
    guard case .only(let sites) = self else { return [] }
    return StatementArguments(sites.map(\.value).sorted())
  }
}
