public import ArchiveCore
import DICOM
import GRDB

extension EmbeddedCatalog {
  public func studies(_ search: StudySearch, within sites: Principal.Sites) async throws -> StudyPage {
    if case .only(let names) = sites, names.isEmpty { return StudyPage(studies: [], hasMore: false) }
    var search = search
    search.limit = min(max(1, search.limit), StudySearch.maximumPage)
    let asked = search
    return try await database.read { db in
      let plan = try Self.plan(asked, within: sites, db)
      var found: [StudySummary] = []
      for statement in plan.statements {
        // Not remembered: there are as many different statements as numbers of words and choices.
        let rows = try Row.fetchCursor(db.makeStatement(sql: statement.sql), arguments: statement.arguments)
        while let row = try rows.next() {
          try Task.checkCancellation()
          found.append(try Self.summary(row))
        }
      }
      // Each statement's answers are in order; a study of two modalities is an answer of both.
      if plan.statements.count > 1 {
        found.sort { $0.place.isBefore($1.place) }
        found = found.enumerated().filter { $0.offset == 0 || found[$0.offset - 1].place != $0.element.place }
          .map(\.element)
      }
      let hasMore = found.count > asked.limit
      found = Array(found.prefix(asked.limit))
      for index in found.indices { found[index].sites = try Self.sites(of: found[index].place.number, db) }
      return StudyPage(studies: found, hasMore: hasMore)
    }
  }

  static func plan(_ search: StudySearch, within sites: Principal.Sites, _ db: Database) throws -> StudyListPlan {
    let words = TypedWord.words(of: search.text)
    var rarest: (place: Int, reach: Int)?
    for (place, word) in words.enumerated() {
      let bound = rarest?.reach ?? StudyListPlan.rareWord
      let reach = try word.reach(upTo: bound, db)
      if reach < bound { rarest = (place, reach) }
    }
    return StudyListPlan(search, words: words, rarest: rarest?.place, within: sites)
  }

  private static func summary(_ row: Row) throws -> StudySummary {
    let (date, time): (Int64, Int64) = (row[2], row[3])
    let birthDate: Int64 = row[12]
    let modalities: String = row[6]
    return StudySummary(
      study: try row.study(1),
      patientName: PersonName(dicom: DataSet(AttributeCodec.decode(row[14])).utf8Text(.patientName)),
      patientID: row[11], birthDate: birthDate == 0 ? nil : birthDate, sex: row[13], accessionNumber: row[4],
      description: row[5], date: date == 0 ? nil : date, time: time < 0 ? nil : time,
      modalities: modalities.split(separator: "\\").map(String.init), series: row[7], instances: row[8],
      bytes: try row.uint64(9), sites: [], changedAt: Instant(nanoseconds: row[10]),
      place: StudyListPlace(date: date, time: time, number: row[0]))
  }

  private static func sites(of study: Int64, _ db: Database) throws -> [SiteID] {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT t.name FROM study_site v JOIN site t ON t.id = v.site WHERE v.study = ? ORDER BY t.name
          """), arguments: [study]
    ).map(SiteID.init)
  }
}

extension StudyListPlace {
  /// Whether it comes earlier in the list: the newer one does.
  fileprivate func isBefore(_ other: StudyListPlace) -> Bool {
    (date, time, number) > (other.date, other.time, other.number)
  }
}
