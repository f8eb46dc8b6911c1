import GRDB

/// Changes of counts, gathered over a transaction so that a thousand instances of a series cost one update of it.
struct Tally: Sendable {
  struct Counts: Sendable {
    var studies = 0
    var series = 0
    var instances = 0
    var bytes: Int64 = 0
    /// When the last of them happened.
    var changed: Int64 = 0
  }

  struct StudySite: Hashable, Sendable {
    var study: Int64
    var site: Int64
  }

  struct StudyClass: Hashable, Sendable {
    var study: Int64
    var sopClass: Int64
  }

  private var patients: [Int64: Counts] = [:]
  private var studies: [Int64: Counts] = [:]
  private var series: [Int64: Counts] = [:]
  /// Live records, current or duplicate, that came from a site: who has one may know of the study.
  private var studySites: [StudySite: Int] = [:]
  /// By study and modality: what every site that may know of the study counts.
  private var modalities: [Int64: [String: Counts]] = [:]
  private var studyClasses: [StudyClass: Int] = [:]
  /// Studies that gained or lost a series: their modalities are listed again.
  private var listed: Set<Int64> = []

  var isEmpty: Bool { series.isEmpty && studies.isEmpty && patients.isEmpty && listed.isEmpty && studySites.isEmpty }

  /// One instance more or less, with what begins or ends with it.
  mutating func count(
    _ sign: Int, at place: WriterState.Place, sopClass: Int64, bytes: Int64, series newSeries: Bool,
    study newStudy: Bool, now: Int64
  ) {
    let one = Counts(
      studies: newStudy ? sign : 0, series: newSeries ? sign : 0, instances: sign, bytes: Int64(sign) * bytes,
      changed: now)
    patients[place.patient, default: Counts()].add(one)
    studies[place.study, default: Counts()].add(one)
    series[place.series, default: Counts()].add(one)
    modalities[place.study, default: [:]][place.modality, default: Counts()].add(one)
    studyClasses[StudyClass(study: place.study, sopClass: sopClass), default: 0] += sign
    if newSeries { listed.insert(place.study) }
  }

  /// One record of a study more or less from a site.
  mutating func record(_ sign: Int, of study: Int64, from site: Int64) {
    studySites[StudySite(study: study, site: site), default: 0] += sign
  }

  mutating func merge(_ other: Tally) {
    patients.merge(other.patients) { $0.adding($1) }
    studies.merge(other.studies) { $0.adding($1) }
    series.merge(other.series) { $0.adding($1) }
    studySites.merge(other.studySites, uniquingKeysWith: +)
    modalities.merge(other.modalities) { $0.merging($1) { $0.adding($1) } }
    studyClasses.merge(other.studyClasses, uniquingKeysWith: +)
    listed.formUnion(other.listed)
  }

  /// Writes the counts, and what follows from them: lists of modalities and SOP classes, the lines of the counters.
  func apply(_ db: Database) throws {
    for (id, counts) in patients {
      try db.run(
        "UPDATE patient SET studies = studies + ?, series = series + ?, instances = instances + ? WHERE id = ?",
        [counts.studies, counts.series, counts.instances, id])
    }
    for (id, counts) in studies {
      try db.run(
        "UPDATE study SET series = series + ?, instances = instances + ?, bytes = bytes + ?, changed = ? WHERE id = ?",
        [counts.series, counts.instances, counts.bytes, counts.changed, id])
    }
    for (id, counts) in series {
      try db.run(
        "UPDATE series SET instances = instances + ?, bytes = bytes + ?, changed = ? WHERE id = ?",
        [counts.instances, counts.bytes, counts.changed, id])
    }
    for study in Set(studySites.keys.map(\.study)).union(modalities.keys) {
      try applyCounters(of: study, modalities[study] ?? [:], db)
    }
    var reclassified: Set<Int64> = []
    for (key, instances) in studyClasses where instances != 0 {
      if try apply(key, instances, db) { reclassified.insert(key.study) }
    }
    for study in listed { try listModalities(of: study, db) }
    for study in reclassified { try listClasses(of: study, db) }
  }

  /// Brings the lines of the counters up to date: a site counts all of a study that it may know of, and nothing else.
  private func applyCounters(of study: Int64, _ changes: [String: Counts], _ db: Database) throws {
    let former = try sites(of: study, db)
    for (key, records) in studySites where key.study == study && records != 0 { try apply(key, records, db) }
    let present = try sites(of: study, db)
    // What the study has now is read only where more than numbers change.
    let isSettled = former == present && !changes.values.contains { $0.series != 0 }
    let totals = isSettled ? [:] : try totals(of: study, db)
    for site in former.intersection(present) {
      for (modality, change) in changes {
        var line = change
        let now = totals[modality] ?? Counts()
        line.studies = isSettled ? 0 : now.presence - now.subtracting(change).presence
        try add(line, site, modality, db)
      }
    }
    for site in present.subtracting(former) {
      for (modality, now) in totals { try add(now.asLine, site, modality, db) }
    }
    for site in former.subtracting(present) {
      for modality in Set(totals.keys).union(changes.keys) {
        let before = (totals[modality] ?? Counts()).subtracting(changes[modality] ?? Counts())
        try add(Counts().subtracting(before.asLine), site, modality, db)
      }
    }
  }

  /// Carries out a change of what the modalities of a study's series are, and moves what is counted by modality.
  static func recount(_ study: Int64, _ db: Database, _ change: () throws -> Void) throws {
    let tally = Tally()
    let before = try tally.totals(of: study, db)
    try change()
    let now = try tally.totals(of: study, db)
    for site in try tally.sites(of: study, db) {
      for modality in Set(before.keys).union(now.keys) {
        let line = (now[modality] ?? Counts()).asLine.subtracting((before[modality] ?? Counts()).asLine)
        try tally.add(line, site, modality, db)
      }
    }
    try tally.listModalities(of: study, db)
  }

  private func sites(of study: Int64, _ db: Database) throws -> Set<Int64> {
    try Set(
      Int64.fetchAll(
        db.cachedStatement(sql: "SELECT DISTINCT site FROM study_site WHERE study = ?"), arguments: [study]))
  }

  /// Series, instances and bytes of a study by modality.
  private func totals(of study: Int64, _ db: Database) throws -> [String: Counts] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT modality, count(*), sum(instances), sum(bytes) FROM series WHERE study = ? AND instances > 0
          GROUP BY modality
          """), arguments: [study])
    return Dictionary(
      rows.map { ($0[0], Counts(series: $0[1], instances: $0[2], bytes: $0[3])) }, uniquingKeysWith: { $1 })
  }

  private func add(_ line: Counts, _ site: Int64, _ modality: String, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO counter (site, modality, studies, series, instances, bytes) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET studies = studies + excluded.studies, series = series + excluded.series,
        instances = instances + excluded.instances, bytes = bytes + excluded.bytes
      """, [site, modality, line.studies, line.series, line.instances, line.bytes])
  }

  private func apply(_ key: StudySite, _ records: Int, _ db: Database) throws {
    let now = try db.number(
      """
      INSERT INTO study_site (study, site, modality, instances) VALUES (?, ?, '', ?)
      ON CONFLICT DO UPDATE SET instances = instances + excluded.instances RETURNING instances
      """, [key.study, key.site, records])
    if now == 0 { try db.run("DELETE FROM study_site WHERE study = ? AND site = ?", [key.study, key.site]) }
  }

  /// Whether the set of SOP classes changed.
  private func apply(_ key: StudyClass, _ instances: Int, _ db: Database) throws -> Bool {
    let now = try db.number(
      """
      INSERT INTO study_class (study, class, instances) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET instances = instances + excluded.instances RETURNING instances
      """, [key.study, key.sopClass, instances])
    if now == 0 {
      try db.run("DELETE FROM study_class WHERE study = ? AND class = ?", [key.study, key.sopClass])
    }
    return Self.edge(now ?? 0, after: instances) != 0
  }

  /// 1 when something began, -1 when it ended.
  private static func edge(_ now: Int64, after change: Int) -> Int {
    let before = now - Int64(change)
    return (now > 0 ? 1 : 0) - (before > 0 ? 1 : 0)
  }

  private func listModalities(of study: Int64, _ db: Database) throws {
    let list = try String.fetchAll(
      db.cachedStatement(
        sql: "SELECT DISTINCT modality FROM series WHERE study = ? AND instances > 0 ORDER BY modality"),
      arguments: [study])
    let distinct = list.filter { !$0.isEmpty }
    guard
      let row = try db.row("SELECT archive, modalities, date, time FROM study WHERE id = ?", [study])
    else { return }
    let archive: Int64 = row[0]
    let former: String = row[1]
    let date: Int64 = row[2]
    let time: Int64 = row[3]
    let text = distinct.joined(separator: "\\")
    guard text != former else { return }
    try db.run("UPDATE study SET modalities = ? WHERE id = ?", [text, study])
    for gone in former.split(separator: "\\") where !distinct.contains(String(gone)) {
      try db.run(
        "DELETE FROM study_modality WHERE archive = ? AND modality = ? AND date = ? AND time = ? AND study = ?",
        [archive, String(gone), date, time, study])
    }
    for modality in distinct {
      try db.run(
        "INSERT OR IGNORE INTO study_modality (archive, modality, date, time, study) VALUES (?, ?, ?, ?, ?)",
        [archive, modality, date, time, study])
    }
  }

  private func listClasses(of study: Int64, _ db: Database) throws {
    let classes = try String.fetchAll(
      db.cachedStatement(
        sql: "SELECT t.text FROM study_class c JOIN term t ON t.id = c.class WHERE c.study = ? ORDER BY t.text"),
      arguments: [study])
    try db.run("UPDATE study SET classes = ? WHERE id = ?", [classes.joined(separator: "\\"), study])
  }
}

extension Tally.Counts {
  fileprivate mutating func add(_ other: Tally.Counts) {
    studies += other.studies
    series += other.series
    instances += other.instances
    bytes += other.bytes
    changed = max(changed, other.changed)
  }

  /// 1 when there is anything.
  fileprivate var presence: Int { instances > 0 ? 1 : 0 }

  /// As a line of the counters: a study counts on every line that has an instance of it.
  fileprivate var asLine: Tally.Counts {
    var line = self
    line.studies = presence
    return line
  }

  fileprivate func subtracting(_ other: Tally.Counts) -> Tally.Counts {
    Tally.Counts(
      studies: studies - other.studies, series: series - other.series, instances: instances - other.instances,
      bytes: bytes - other.bytes, changed: changed)
  }

  fileprivate func adding(_ other: Tally.Counts) -> Tally.Counts {
    var sum = self
    sum.add(other)
    return sum
  }
}
