public import ArchiveCore
import Foundation
import GRDB

/// People, tokens, sessions and nodes, in the catalog's own file. A rebuild leaves them alone.
public struct EmbeddedAccounts: Accounts {
  private let database: EmbeddedDatabase

  public init(sharing catalog: EmbeddedCatalog) { database = catalog.database }

  // MARK: People

  public func account(named name: String) async throws -> Account? {
    try await database.read { db in
      try db.row("SELECT name, password_hash, roles, sites FROM account WHERE name = ?", [name]).map(Self.account)
    }
  }

  public func save(_ account: Account) async throws {
    try await database.write { db, _ in
      try db.run(
        "INSERT OR REPLACE INTO account (name, password_hash, roles, sites) VALUES (?, ?, ?, ?)",
        [account.name, account.passwordHash, Words.text(account.roles), try Words.text(account.sites)])
    }
  }

  public func accounts() async throws -> [Account] {
    try await database.read { db in
      try Row.fetchAll(db, sql: "SELECT name, password_hash, roles, sites FROM account ORDER BY name").map(Self.account)
    }
  }

  public func removeAccount(named name: String) async throws {
    try await database.write { db, _ in try db.run("DELETE FROM account WHERE name = ?", [name]) }
  }

  // MARK: Tokens

  public func token(hash: [UInt8]) async throws -> ServiceToken? {
    try await database.read { db in
      try db.row("SELECT name, hash, roles, sites FROM token WHERE hash = ?", [Data(hash)]).map(Self.token)
    }
  }

  public func tokens() async throws -> [ServiceToken] {
    try await database.read { db in
      try Row.fetchAll(db, sql: "SELECT name, hash, roles, sites FROM token ORDER BY name").map(Self.token)
    }
  }

  public func save(_ token: ServiceToken) async throws {
    try await database.write { db, _ in
      try db.run(
        "INSERT OR REPLACE INTO token (name, hash, roles, sites) VALUES (?, ?, ?, ?)",
        [token.name, Data(token.hash), Words.text(token.roles), try Words.text(token.sites)])
    }
  }

  public func removeToken(named name: String) async throws {
    try await database.write { db, _ in try db.run("DELETE FROM token WHERE name = ?", [name]) }
  }

  // MARK: Sessions

  public func session(hash: [UInt8]) async throws -> SignInSession? {
    try await database.read { db in
      try db.row("SELECT hash, account, expires, ends FROM session WHERE hash = ?", [Data(hash)]).map {
        SignInSession(
          hash: $0.bytes(0), account: $0[1], expires: Instant(nanoseconds: $0[2]), ends: Instant(nanoseconds: $0[3]))
      }
    }
  }

  public func save(_ session: SignInSession) async throws {
    try await database.write { db, _ in
      try db.run(
        "INSERT OR REPLACE INTO session (hash, account, expires, ends) VALUES (?, ?, ?, ?)",
        [Data(session.hash), session.account, session.expires.nanoseconds, session.ends.nanoseconds])
    }
  }

  public func prolongSession(hash: [UInt8], until expires: Instant) async throws {
    try await database.write { db, _ in
      try db.run("UPDATE session SET expires = ? WHERE hash = ?", [expires.nanoseconds, Data(hash)])
    }
  }

  public func removeSession(hash: [UInt8]) async throws {
    try await database.write { db, _ in try db.run("DELETE FROM session WHERE hash = ?", [Data(hash)]) }
  }

  public func removeSessions(of account: String) async throws {
    try await database.write { db, _ in try db.run("DELETE FROM session WHERE account = ?", [account]) }
  }

  public func removeSessions(expiredBy moment: Instant) async throws {
    try await database.write { db, _ in try db.run("DELETE FROM session WHERE expires <= ?", [moment.nanoseconds]) }
  }

  // MARK: Nodes

  public func nodes() async throws -> [Node] {
    try await database.read { db in
      try Row.fetchAll(
        db, sql: "SELECT ae_title, host, port, site, roles, tls, certificate FROM node ORDER BY ae_title"
      ).map {
        Node(
          aeTitle: $0[0], host: $0[1], port: $0[2], site: SiteID($0[3]), roles: Words.roles($0[4]), tls: $0[5],
          certificate: $0[6])
      }
    }
  }

  public func save(_ node: Node) async throws {
    try await database.write { db, _ in
      try db.run(
        """
        INSERT OR REPLACE INTO node (ae_title, host, port, site, roles, tls, certificate) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [node.aeTitle, node.host, node.port, node.site.value, Words.text(node.roles), node.tls, node.certificate])
    }
  }

  public func removeNode(aeTitle: String) async throws {
    try await database.write { db, _ in try db.run("DELETE FROM node WHERE ae_title = ?", [aeTitle]) }
  }

  private static func token(_ row: Row) throws -> ServiceToken {
    ServiceToken(name: row[0], hash: row.bytes(1), roles: Words.roles(row[2]), sites: try Words.sites(row[3]))
  }

  private static func account(_ row: Row) throws -> Account {
    Account(name: row[0], passwordHash: row[1], roles: Words.roles(row[2]), sites: try Words.sites(row[3]))
  }
}

/// Sets as text: roles in order, separated by spaces; sites as JSON, `nil` for all of them.
private enum Words {
  static func text(_ roles: Set<Role>) -> String { roles.map(\.rawValue).sorted().joined(separator: " ") }

  /// A role that this program does not know opens nothing.
  static func roles(_ text: String) -> Set<Role> {
    Set(text.split(separator: " ").compactMap { Role(rawValue: String($0)) })
  }

  static func text(_ sites: Principal.Sites) throws -> String? {
    guard case .only(let names) = sites else { return nil }
    return String(decoding: try JSONEncoder().encode(names.map(\.value).sorted()), as: UTF8.self)
  }

  static func sites(_ text: String?) throws -> Principal.Sites {
    guard let text else { return .all }
    return .only(Set(try JSONDecoder().decode([String].self, from: Data(text.utf8)).map(SiteID.init)))
  }
}
