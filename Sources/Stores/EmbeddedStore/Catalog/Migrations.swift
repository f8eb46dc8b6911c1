import GRDB

/// The schema's history: named steps, only ever appended to.
enum Migrations {
  static var all: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { try $0.execute(sql: Schema.v1) }
    migrator.registerMigration("v2 corrections") { try $0.execute(sql: Schema.v2) }
    migrator.registerMigration("counters by sight") { try $0.execute(sql: Schema.countersBySight) }
    migrator.registerMigration("patient words") { try PatientWords.migrate($0) }
    migrator.registerMigration("workflow 1") { try $0.execute(sql: Schema.workflow1) }
    migrator.registerMigration("traffic 1") { try $0.execute(sql: Schema.traffic1) }
    migrator.registerMigration("statements") { try Schema.addStatements($0) }
    migrator.registerMigration("nodes over TLS") { try $0.execute(sql: Schema.nodesOverTLS) }
    migrator.registerMigration("patient sounds") { try PatientWords.migrateSounds($0) }
    migrator.registerMigration("work 1") { try $0.execute(sql: Schema.work1) }
    migrator.registerMigration("work subscriptions 1") { try $0.execute(sql: Schema.workSubscriptions1) }
    migrator.registerMigration("profiles 1") { try $0.execute(sql: Schema.profiles1) }
    return migrator
  }
}
