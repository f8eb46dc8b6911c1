/// The tables of the workflow. They follow from the journal and from people's decisions, so a rebuild leaves them alone.
extension Schema {
  /// `sites` and `sources` are JSON lists. Subscribers begin at the end of the journal as it is now: what came in before
  /// anybody watched is not acted upon.
  static let workflow1 = """
    CREATE TABLE completion (
      study TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL, revision INTEGER NOT NULL,
      deadline INTEGER, completed INTEGER, instances INTEGER NOT NULL, sites TEXT NOT NULL, sources TEXT NOT NULL,
      clinical INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX completion_by_deadline ON completion (deadline, study) WHERE deadline IS NOT NULL;

    CREATE TABLE routing_rule (
      id TEXT PRIMARY KEY, version INTEGER NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL) WITHOUT ROWID;

    -- With the counts of its queue, and why and until when it is left alone.
    CREATE TABLE destination (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, ae_title TEXT, host TEXT, port INTEGER,
      url TEXT, token TEXT, paused INTEGER NOT NULL DEFAULT 0, waiting INTEGER NOT NULL DEFAULT 0,
      aside INTEGER NOT NULL DEFAULT 0, sent INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
      until INTEGER, reason TEXT);
    CREATE TABLE forward_cause (
      id INTEGER PRIMARY KEY, rule TEXT NOT NULL, version INTEGER NOT NULL, sites TEXT NOT NULL,
      UNIQUE (rule, version, sites));
    -- A study on its way to a destination, and when it may be tried.
    CREATE TABLE forward_study (
      id INTEGER PRIMARY KEY, destination INTEGER NOT NULL, study TEXT NOT NULL, due INTEGER NOT NULL DEFAULT 0,
      waiting INTEGER NOT NULL DEFAULT 0, UNIQUE (destination, study));
    CREATE INDEX forward_study_waiting ON forward_study (destination, id) WHERE waiting > 0;
    -- state: 0 waiting, 1 sent, 2 set aside.
    CREATE TABLE forward_item (
      id INTEGER PRIMARY KEY AUTOINCREMENT, destination INTEGER NOT NULL, parent INTEGER NOT NULL, record BLOB NOT NULL,
      instance BLOB NOT NULL, cause INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0,
      attempts INTEGER NOT NULL DEFAULT 0, queued INTEGER NOT NULL, settled INTEGER, reason TEXT,
      UNIQUE (record, destination));
    CREATE INDEX forward_item_by_state ON forward_item (destination, state, id);
    CREATE INDEX forward_item_waiting ON forward_item (parent, id) WHERE state = 0;

    INSERT INTO subscriber (name, epoch, partition, sequence)
    SELECT name, (SELECT max(epoch) FROM journal_epoch), 0, (SELECT coalesce(max(sequence), 0) FROM journal)
    FROM (SELECT 'completion' AS name UNION ALL SELECT 'routing')
    WHERE true ON CONFLICT DO NOTHING;
    """
}
