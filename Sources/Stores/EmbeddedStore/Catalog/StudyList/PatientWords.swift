import Foundation
import GRDB

/// The words of patients' names as the list of studies looks for them: `patient_word`, derived like `patient_name`, but
/// word by word and without diacritics.
enum PatientWords {
  /// Words of one name that are kept.
  private static let maximumWords = 32
  /// Characters of a word that are kept.
  private static let maximumLength = 64

  /// A trigger removes them with the names they are of, whoever removes those.
  static let schema = """
    CREATE TABLE patient_word (
      archive INTEGER NOT NULL DEFAULT 1, word TEXT NOT NULL, patient INTEGER NOT NULL,
      PRIMARY KEY (archive, word, patient)) WITHOUT ROWID;
    CREATE INDEX patient_word_by_patient ON patient_word (patient, archive, word);
    CREATE TRIGGER patient_words_go AFTER DELETE ON patient_name
      BEGIN DELETE FROM patient_word WHERE patient = old.patient; END;
    """

  static func migrate(_ db: Database) throws {
    try db.execute(sql: schema)
    let names = try Row.fetchCursor(db, sql: "SELECT folded, part, patient FROM patient_name")
    while let name = try names.next() { try insert(name[0], part: name[1], of: name[2], db) }
  }

  /// Remembers the words of one group of a name (PS3.5 §6.2.1.1).
  static func insert(_ name: String, part: Int, of patient: Int64, _ db: Database) throws {
    var words = Self.words(of: name)
    // Ideographic names are typed without a space between family and given name.
    if part > 0, words.count > 1 { words.append(String(words.joined().prefix(maximumLength))) }
    for word in Set(words.prefix(maximumWords)) {
      try db.run("INSERT OR IGNORE INTO patient_word (word, patient) VALUES (?, ?)", [word, patient])
    }
  }

  /// The words of a name or of a typed text, folded: compatibility characters as their plain ones, lower case, Latin,
  /// Greek and Cyrillic letters without diacritics, apostrophes dropped.
  static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    func end() {
      if !word.isEmpty { words.append(String(String(word).prefix(maximumLength))) }
      word = String.UnicodeScalarView()
    }
    for scalar in text.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars {
      if let plain = undecomposed[scalar] {
        word.append(contentsOf: plain.unicodeScalars)
      } else if combiningDiacritics.contains(scalar) || apostrophes.contains(scalar) {
        continue
      } else if isPartOfWord(scalar) {
        word.append(scalar)
      } else {
        end()
      }
    }
    end()
    return words
  }

  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .nonspacingMark, .spacingMark, .letterNumber, .otherNumber:
      true
    default: false
    }
  }

  private static let combiningDiacritics: ClosedRange<Unicode.Scalar> = "\u{300}"..."\u{36F}"
  private static let apostrophes: Set<Unicode.Scalar> = ["'", "\u{2019}", "\u{2BC}", "`", "\u{B4}"]
  /// Letters whose stroke or join is no combining mark.
  private static let undecomposed: [Unicode.Scalar: String] = [
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i",
  ]
}
