/// The tables of what people and machines work by. They are nobody's to derive, so a rebuild leaves them alone.
extension Schema {
  /// `attributes` as `AttributeCodec` writes them; the columns beside are what searches are narrowed by.
  static let work1 = """
    CREATE TABLE work (
      id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, item BLOB NOT NULL, version INTEGER NOT NULL,
      site TEXT NOT NULL, state INTEGER NOT NULL, changed INTEGER NOT NULL, study TEXT, accession TEXT,
      patient TEXT, station TEXT, start TEXT NOT NULL, attributes BLOB NOT NULL, UNIQUE (kind, item));
    CREATE INDEX work_by_start ON work (kind, start, id);
    CREATE INDEX work_by_station ON work (kind, station, start, id) WHERE station IS NOT NULL;
    CREATE INDEX work_by_study ON work (kind, study, start, id) WHERE study IS NOT NULL;
    CREATE INDEX work_by_accession ON work (kind, accession, start, id) WHERE accession IS NOT NULL;
    CREATE INDEX work_by_patient ON work (kind, patient, start, id) WHERE patient IS NOT NULL;

    -- operation: 0 N-EVENT-REPORT, 1 N-ACTION, 2 N-CREATE, 3 N-SET. state: 0 waiting, 1 set aside.
    CREATE TABLE notice (
      id INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, operation INTEGER NOT NULL, type INTEGER NOT NULL,
      sop_class TEXT NOT NULL, sop_instance TEXT, subject TEXT, attributes BLOB NOT NULL, state INTEGER NOT NULL DEFAULT 0,
      attempts INTEGER NOT NULL DEFAULT 0, queued INTEGER NOT NULL, due INTEGER NOT NULL, reason TEXT);
    CREATE INDEX notice_by_node ON notice (state, node, id);

    INSERT INTO subscriber (name, epoch, partition, sequence)
    VALUES ('availability', (SELECT max(epoch) FROM journal_epoch), 0, (SELECT coalesce(max(sequence), 0) FROM journal))
    ON CONFLICT DO NOTHING;
    """
}
