import GRDB

/// The schema's history: named steps, only ever appended to.
enum Migrations {
  static var all: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { try $0.execute(sql: Schema.v1) }
    migrator.registerMigration("patient words") { try PatientWords.migrate($0) }
    return migrator
  }
}
