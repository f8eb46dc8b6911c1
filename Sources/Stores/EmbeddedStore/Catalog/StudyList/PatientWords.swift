import ArchiveCore
import GRDB

/// The words of patients' names as the list of studies looks for them: `patient_word`, derived like `patient_name`, but
/// word by word and without diacritics; and how they sound, for fuzzy matching: `patient_sound`.
enum PatientWords {
  /// A trigger removes them with the names they are of, whoever removes those.
  static let schema = """
    CREATE TABLE patient_word (
      archive INTEGER NOT NULL DEFAULT 1, word TEXT NOT NULL, patient INTEGER NOT NULL,
      PRIMARY KEY (archive, word, patient)) WITHOUT ROWID;
    CREATE INDEX patient_word_by_patient ON patient_word (patient, archive, word);
    CREATE TRIGGER patient_words_go AFTER DELETE ON patient_name
      BEGIN DELETE FROM patient_word WHERE patient = old.patient; END;
    """

  /// `code` is a `PhoneticCode` of a word.
  static let sounds = """
    CREATE TABLE patient_sound (
      archive INTEGER NOT NULL DEFAULT 1, code TEXT NOT NULL, patient INTEGER NOT NULL,
      PRIMARY KEY (archive, code, patient)) WITHOUT ROWID;
    CREATE INDEX patient_sound_by_patient ON patient_sound (patient);
    CREATE TRIGGER patient_sounds_go AFTER DELETE ON patient_name
      BEGIN DELETE FROM patient_sound WHERE patient = old.patient; END;
    """

  static func migrate(_ db: Database) throws {
    try db.execute(sql: schema)
    try eachName(db) { try insertWords(NameWords.kept(ofGroup: $0, isAlphabetic: $1 == 0), of: $2, db) }
  }

  static func migrateSounds(_ db: Database) throws {
    try db.execute(sql: sounds)
    try eachName(db) { try insertSounds(NameWords.kept(ofGroup: $0, isAlphabetic: $1 == 0), of: $2, db) }
  }

  private static func eachName(
    _ db: Database, _ body: (_ name: String, _ part: Int, _ patient: Int64) throws -> Void
  ) throws {
    let names = try Row.fetchCursor(db, sql: "SELECT folded, part, patient FROM patient_name")
    while let name = try names.next() { try body(name[0], name[1], name[2]) }
  }

  /// Remembers the words of one group of a name (PS3.5 §6.2.1.1), and how they sound.
  static func insert(_ name: String, part: Int, of patient: Int64, _ db: Database) throws {
    let words = NameWords.kept(ofGroup: name, isAlphabetic: part == 0)
    try insertWords(words, of: patient, db)
    try insertSounds(words, of: patient, db)
  }

  private static func insertWords(_ words: Set<String>, of patient: Int64, _ db: Database) throws {
    for word in words {
      try db.run("INSERT OR IGNORE INTO patient_word (word, patient) VALUES (?, ?)", [word, patient])
    }
  }

  private static func insertSounds(_ words: Set<String>, of patient: Int64, _ db: Database) throws {
    for code in words.reduce(into: Set<String>(), { $0.formUnion(PhoneticCode.codes(of: $1)) }) {
      try db.run("INSERT OR IGNORE INTO patient_sound (code, patient) VALUES (?, ?)", [code, patient])
    }
  }
}
