/// The tables of the embedded home.
enum Schema {
  /// Keys begin with the archive (1 unless there are several). UIDs of instances are packed two characters a byte
  /// (`PackedUID`), record, delivery and container ids are sixteen bytes, moments are nanoseconds since 1970.
  /// `attributes` are explicit VR little endian data sets in UTF-8 (`AttributeCodec`).
  static let v1 = """
    -- Facts about the catalog as a whole: 'rebuilding' is there while its derived tables are not complete.
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    -- What things are called, once.
    CREATE TABLE site (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE source (id INTEGER PRIMARY KEY, channel TEXT NOT NULL, name TEXT NOT NULL, site INTEGER NOT NULL,
      UNIQUE (channel, name, site));
    CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);

    -- Derived from the records: emptied and filled again by a rebuild.
    CREATE TABLE patient (
      id INTEGER PRIMARY KEY, archive INTEGER NOT NULL DEFAULT 1, patient_id TEXT NOT NULL, issuer TEXT NOT NULL,
      birth_date INTEGER NOT NULL, sex TEXT NOT NULL,
      studies INTEGER NOT NULL DEFAULT 0, series INTEGER NOT NULL DEFAULT 0, instances INTEGER NOT NULL DEFAULT 0,
      attributes BLOB NOT NULL,
      UNIQUE (archive, patient_id, issuer));
    CREATE TABLE patient_name (
      archive INTEGER NOT NULL DEFAULT 1, folded TEXT NOT NULL, part INTEGER NOT NULL, patient INTEGER NOT NULL,
      PRIMARY KEY (archive, folded, part, patient)) WITHOUT ROWID;
    CREATE INDEX patient_name_by_patient ON patient_name (patient);

    CREATE TABLE study (
      id INTEGER PRIMARY KEY, archive INTEGER NOT NULL DEFAULT 1, patient INTEGER NOT NULL REFERENCES patient,
      uid TEXT NOT NULL, date INTEGER NOT NULL, time INTEGER NOT NULL, accession TEXT NOT NULL, study_id TEXT NOT NULL,
      description TEXT NOT NULL, modalities TEXT NOT NULL DEFAULT '', classes TEXT NOT NULL DEFAULT '',
      series INTEGER NOT NULL DEFAULT 0, instances INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
      revision INTEGER NOT NULL DEFAULT 1, changed INTEGER NOT NULL, attributes BLOB NOT NULL,
      UNIQUE (archive, uid));
    CREATE INDEX study_by_date ON study (archive, date, time);
    CREATE INDEX study_by_accession ON study (archive, accession);
    CREATE INDEX study_by_patient ON study (patient);
    CREATE TABLE study_modality (
      archive INTEGER NOT NULL DEFAULT 1, modality TEXT NOT NULL, date INTEGER NOT NULL, time INTEGER NOT NULL,
      study INTEGER NOT NULL, PRIMARY KEY (archive, modality, date, time, study)) WITHOUT ROWID;
    CREATE TABLE study_class (
      study INTEGER NOT NULL, class INTEGER NOT NULL, instances INTEGER NOT NULL,
      PRIMARY KEY (study, class)) WITHOUT ROWID;
    -- Where a study's instances came from; its sites decide who may know of it.
    CREATE TABLE study_site (
      study INTEGER NOT NULL, site INTEGER NOT NULL, modality TEXT NOT NULL, instances INTEGER NOT NULL,
      PRIMARY KEY (study, site, modality)) WITHOUT ROWID;

    CREATE TABLE series (
      id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES study, uid TEXT NOT NULL, modality TEXT NOT NULL,
      instances INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL,
      attributes BLOB NOT NULL,
      UNIQUE (uid, study));
    CREATE INDEX series_by_study ON series (study);
    CREATE TABLE series_site (
      series INTEGER NOT NULL, site INTEGER NOT NULL, instances INTEGER NOT NULL,
      PRIMARY KEY (series, site)) WITHOUT ROWID;

    -- What the instances of a series have in common; own is what is left.
    CREATE TABLE form (id INTEGER PRIMARY KEY, attributes BLOB NOT NULL UNIQUE);
    CREATE TABLE instance (
      id INTEGER PRIMARY KEY, archive INTEGER NOT NULL DEFAULT 1, uid BLOB NOT NULL, series INTEGER NOT NULL,
      record INTEGER NOT NULL, class INTEGER NOT NULL, number INTEGER, form INTEGER NOT NULL, own BLOB,
      UNIQUE (archive, uid));
    CREATE INDEX instance_by_series ON instance (series);

    CREATE TABLE container (id INTEGER PRIMARY KEY, container BLOB NOT NULL UNIQUE, applied INTEGER NOT NULL DEFAULT 0);
    -- state: 0 current, 1 duplicate, 2 quarantined, 3 deleted.
    CREATE TABLE record (
      id INTEGER PRIMARY KEY, record BLOB NOT NULL UNIQUE, state INTEGER NOT NULL, instance INTEGER,
      container INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, digest BLOB NOT NULL,
      received INTEGER NOT NULL, source INTEGER NOT NULL, syntax INTEGER NOT NULL, frames BLOB);
    CREATE INDEX record_by_container ON record (container);
    CREATE INDEX record_duplicate ON record (instance) WHERE state = 1;
    CREATE TABLE quarantine (
      record INTEGER PRIMARY KEY, study TEXT NOT NULL, series TEXT NOT NULL, instance TEXT NOT NULL);

    CREATE TABLE counter (
      site INTEGER NOT NULL, modality TEXT NOT NULL, studies INTEGER NOT NULL DEFAULT 0,
      series INTEGER NOT NULL DEFAULT 0, instances INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (site, modality)) WITHOUT ROWID;
    -- Contradictions that hide nothing and wait for somebody to settle them.
    CREATE TABLE conflict (
      id INTEGER PRIMARY KEY, archive INTEGER NOT NULL DEFAULT 1, kind TEXT NOT NULL, study INTEGER NOT NULL,
      patient INTEGER NOT NULL, issuer TEXT NOT NULL, patient_id TEXT NOT NULL, record BLOB NOT NULL,
      found INTEGER NOT NULL, proposal TEXT NOT NULL,
      UNIQUE (study, kind, issuer, patient_id));

    -- The journal: its own names, so that it outlives what it tells of.
    CREATE TABLE journal_epoch (epoch INTEGER PRIMARY KEY, first INTEGER NOT NULL, began INTEGER NOT NULL);
    INSERT INTO journal_epoch (epoch, first, began) VALUES (1, 1, 0);
    CREATE TABLE journal_context (
      id INTEGER PRIMARY KEY, principal TEXT NOT NULL, site INTEGER NOT NULL, delivery BLOB NOT NULL,
      channel TEXT NOT NULL, UNIQUE (delivery, principal, site, channel));
    CREATE TABLE journal_series (
      id INTEGER PRIMARY KEY, study TEXT NOT NULL, series TEXT NOT NULL, modality TEXT NOT NULL,
      UNIQUE (series, study, modality));
    -- kind: 1 stored, 2 deleted, 3 resent, 4 quarantined; edges: 1 of the series, 2 of the study.
    CREATE TABLE journal (
      sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, context INTEGER NOT NULL, kind INTEGER NOT NULL,
      series INTEGER NOT NULL, instance BLOB NOT NULL, record BLOB NOT NULL, bytes INTEGER NOT NULL,
      edges INTEGER NOT NULL);
    CREATE TRIGGER journal_is_never_edited BEFORE UPDATE ON journal
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER journal_is_never_cut BEFORE DELETE ON journal
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TABLE subscriber (
      name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, partition INTEGER NOT NULL, sequence INTEGER NOT NULL)
      WITHOUT ROWID;

    -- Who did what.
    CREATE TABLE audit_writer (
      name TEXT PRIMARY KEY, sequence INTEGER NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY, writer TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL,
      action TEXT NOT NULL, principal TEXT NOT NULL, object TEXT NOT NULL, count INTEGER NOT NULL,
      detail TEXT NOT NULL, hash BLOB NOT NULL, UNIQUE (writer, sequence));
    CREATE TRIGGER audit_is_never_edited BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
    CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

    -- Who may come in.
    CREATE TABLE account (
      name TEXT PRIMARY KEY, password_hash TEXT NOT NULL, roles TEXT NOT NULL, sites TEXT) WITHOUT ROWID;
    CREATE TABLE token (name TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, roles TEXT NOT NULL, sites TEXT) WITHOUT ROWID;
    CREATE TABLE session (
      hash BLOB PRIMARY KEY, account TEXT NOT NULL, expires INTEGER NOT NULL, ends INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE node (
      ae_title TEXT PRIMARY KEY, host TEXT NOT NULL, port INTEGER NOT NULL, site TEXT NOT NULL, roles TEXT NOT NULL)
      WITHOUT ROWID;
    """

  /// What a node is called with over TLS, and what it must show; no key and no certificate is kept here.
  static let nodesOverTLS = """
    ALTER TABLE node ADD COLUMN tls TEXT;
    ALTER TABLE node ADD COLUMN certificate TEXT;
    """

  /// A site counts all of each study that it may know of, and may know of it while a record of its own is there. Lines
  /// that an earlier version kept are made anew.
  static let countersBySight = """
    DROP TABLE series_site;
    DELETE FROM study_site;
    INSERT INTO study_site (study, site, modality, instances)
      SELECT e.study, o.site, '', count(*) FROM record r JOIN source o ON o.id = r.source
        JOIN instance i ON i.id = r.instance JOIN series e ON e.id = i.series
      WHERE r.state IN (0, 1) GROUP BY e.study, o.site;
    DELETE FROM counter;
    INSERT INTO counter (site, modality, studies, series, instances, bytes)
      SELECT v.site, e.modality, count(DISTINCT e.study), count(*), sum(e.instances), sum(e.bytes)
      FROM study_site v JOIN series e ON e.study = v.study WHERE e.instances > 0 GROUP BY v.site, e.modality;
    """

  /// What a rebuild empties, children first.
  static let derivedTables = [
    "correction", "conflict", "counter", "quarantine", "record", "container", "instance", "form", "statement", "series",
    "study_site", "study_class", "study_modality", "study", "patient_name", "patient_word",
    "patient_sound", "patient",
  ]
}
