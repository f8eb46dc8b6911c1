import ArchiveCore
import DICOM
import GRDB

/// One word that somebody typed, and where it is looked for.
struct TypedWord: Sendable {
  /// As typed, in the cases that identifiers are written in.
  let identifiers: [String]
  /// The words of a name in it: "smith-jones" is two.
  let nameWords: [String]
  let uid: String?

  init(_ text: Substring) {
    let text = String(text)
    var identifiers = [text]
    for other in [text.uppercased(), text.lowercased()] where !identifiers.contains(other) { identifiers.append(other) }
    self.identifiers = identifiers
    nameWords = NameWords.words(of: text)
    uid = StudyUID(text)?.value
  }

  /// The words of a text.
  static func words(of text: String) -> [TypedWord] {
    text.split(whereSeparator: \.isWhitespace).prefix(StudySearch.maximumWords).map(TypedWord.init)
  }

  /// Whether a study `s` of a patient `p` has it.
  var condition: SQLPart {
    var ways: [SQLPart] = []
    if !nameWords.isEmpty { ways.append(.joined(nameWords.map(Self.hasNameWord), by: " AND ")) }
    for text in identifiers {
      ways.append(.prefix(text, of: "p.patient_id"))
      ways.append(.prefix(text, of: "s.accession"))
    }
    if let uid { ways.append(SQLPart("s.uid = ?", [uid])) }
    let either = SQLPart.joined(ways, by: " OR ")
    return SQLPart("(\(either.sql))", either.arguments)
  }

  /// The same as a set of studies, each way by its own index.
  var candidates: SQLPart {
    var ways: [SQLPart] = []
    if let first = nameWords.first {
      let range = SQLPart.prefix(first, of: "w.word")
      let others = nameWords.dropFirst().map(Self.hasNameWord)
      let all = SQLPart.joined([range] + others, by: " AND ")
      ways.append(
        SQLPart(
          """
          SELECT s.id FROM patient_word w CROSS JOIN study s INDEXED BY study_by_patient ON s.patient = w.patient
          WHERE w.archive = 1 AND \(all.sql)
          """, all.arguments))
    }
    for text in identifiers {
      let number = SQLPart.prefix(text, of: "p.patient_id")
      ways.append(
        SQLPart(
          """
          SELECT s.id FROM patient p CROSS JOIN study s INDEXED BY study_by_patient ON s.patient = p.id
          WHERE p.archive = 1 AND \(number.sql)
          """, number.arguments))
      let accession = SQLPart.prefix(text, of: "s.accession")
      ways.append(
        SQLPart(
          "SELECT s.id FROM study s INDEXED BY study_by_accession WHERE s.archive = 1 AND \(accession.sql)",
          accession.arguments))
    }
    if let uid { ways.append(SQLPart("SELECT s.id FROM study s WHERE s.archive = 1 AND s.uid = ?", [uid])) }
    return .joined(ways, by: "\nUNION ")
  }

  /// How many patients and studies its indexes hold, counted no further than a bound.
  func reach(upTo bound: Int, _ db: Database) throws -> Int {
    var sum = 0
    for part in reaches where sum < bound {
      let sql = "SELECT count(*) FROM (\(part.sql) LIMIT \(bound))"
      sum += try Int.fetchOne(db.cachedStatement(sql: sql), arguments: part.arguments) ?? 0
    }
    return sum
  }

  private var reaches: [SQLPart] {
    var parts: [SQLPart] = []
    if let first = nameWords.first {
      let word = SQLPart.prefix(first, of: "word")
      parts.append(SQLPart("SELECT 1 FROM patient_word WHERE archive = 1 AND \(word.sql)", word.arguments))
    }
    for text in identifiers {
      let number = SQLPart.prefix(text, of: "patient_id")
      parts.append(SQLPart("SELECT 1 FROM patient WHERE archive = 1 AND \(number.sql)", number.arguments))
      let accession = SQLPart.prefix(text, of: "accession")
      parts.append(SQLPart("SELECT 1 FROM study WHERE archive = 1 AND \(accession.sql)", accession.arguments))
    }
    return parts
  }

  private static func hasNameWord(_ word: String) -> SQLPart {
    let range = SQLPart.prefix(word, of: "w.word")
    return SQLPart(
      """
      EXISTS (SELECT 1 FROM patient_word w INDEXED BY patient_word_by_patient
        WHERE w.patient = s.patient AND w.archive = 1 AND \(range.sql))
      """, range.arguments)
  }
}
