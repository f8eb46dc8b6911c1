extension Schema {
  /// Corrections: what was ever said of a study instead of its objects, and what of it is believed.
  ///
  /// `correction` names studies by UID, so that it outlives a study and awaits one. `belief` of a study is the standing
  /// corrections' values, `stated` what its rows said before; `stated` of a patient what its row said before a
  /// corrected study of it spoke.
  static let v2 = """
    CREATE TABLE correction (
      id INTEGER PRIMARY KEY, correction BLOB NOT NULL UNIQUE, study TEXT NOT NULL, at INTEGER NOT NULL,
      principal_kind TEXT NOT NULL, principal TEXT NOT NULL, reason TEXT NOT NULL, undoes BLOB, attributes BLOB);
    CREATE INDEX correction_by_study ON correction (study);
    ALTER TABLE study ADD COLUMN belief BLOB;
    ALTER TABLE study ADD COLUMN believed_since INTEGER;
    ALTER TABLE study ADD COLUMN stated BLOB;
    ALTER TABLE patient ADD COLUMN stated BLOB;
    """
}
