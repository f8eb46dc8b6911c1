import ArchiveCore
import DICOM
import GRDB

/// Patients whose names may sound like one that is asked for, by the indexes of words and of sounds.
///
/// It is wider than the key: words may come from different component groups, which the matcher looks at again.
struct SimilarNameCondition {
  let text: String

  init(_ text: String) { self.text = MatchingText.normalised(text) }

  /// `nil` when no index would help.
  var translation: KeyTranslation? {
    let similar = SimilarName(text)
    // What matches literally must be found too; what no index finds is found by looking at every name.
    guard let literal = KeyTranslation.name(text, isWild: WildcardPattern.isWild(text)) else { return nil }
    let words = Set(similar.groups.compactMap(\.self).joined())
    guard !similar.isLiteral, !words.isEmpty else { return literal }
    var parts = words.sorted { $0.text < $1.text }.map(Self.patients)
    // The first names those who are looked at for the others.
    guard let first = parts.first else { return literal }
    parts.removeFirst()
    var sql = first.sql
    var arguments = first.arguments
    for part in parts {
      sql += " INTERSECT \(part.sql)"
      arguments += part.arguments
    }
    sql = "p.id IN (SELECT * FROM (\(sql))"
    sql += " UNION SELECT id FROM patient p WHERE \(literal.sql))"
    return KeyTranslation(sql, arguments + literal.arguments, exact: false)
  }

  private static func patients(with word: SimilarName.Word) -> SQLPart {
    let text =
      word.isBeginning ? SQLPart.prefix(word.text, of: "word") : SQLPart("word = ?", [word.text])
    var part = SQLPart("SELECT patient FROM patient_word WHERE archive = 1 AND \(text.sql)", text.arguments)
    guard !word.codes.isEmpty else { return part }
    let codes = word.codes.sorted()
    let marks = repeatElement("?", count: codes.count).joined(separator: ", ")
    part.sql += " UNION SELECT patient FROM patient_sound WHERE archive = 1 AND code IN (\(marks))"
    part.arguments += StatementArguments(codes)
    part.sql = "SELECT * FROM (\(part.sql))"
    return part
  }
}
