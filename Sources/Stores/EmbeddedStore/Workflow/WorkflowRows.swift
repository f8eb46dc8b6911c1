import ArchiveCore
import Foundation
import GRDB
import Workflow

/// How rows of the workflow become values again.
enum WorkflowRows {
  static func position(of subscriber: String, _ db: Database) throws -> JournalPosition {
    try db.row("SELECT epoch, partition, sequence FROM subscriber WHERE name = ?", [subscriber]).map {
      JournalPosition(epoch: $0[0], partition: $0[1], sequence: $0[2])
    } ?? .start
  }

  static let completion = """
    SELECT study, state, revision, deadline, completed, instances, sites, sources, clinical, version FROM completion
    """

  static func completion(_ row: Row) throws -> StudyCompletion {
    guard let state = StudyCompletion.State(rawValue: row[1]) else { throw Damage.column(1) }
    let deadline: Int64? = row[3]
    let completed: Int64? = row[4]
    return StudyCompletion(
      study: try row.study(0), state: state, revision: row[2], deadline: deadline.map(Instant.init(nanoseconds:)),
      completedAt: completed.map(Instant.init(nanoseconds:)), instances: row[5],
      sites: Set(try list(row[6]).map(SiteID.init)), sources: Set(try list(row[7])), isClinical: row[8], version: row[9]
    )
  }

  static func destination(_ row: Row) throws -> DestinationRecord {
    let kind: String = row[1]
    let aeTitle: String? = row[2]
    let host: String? = row[3]
    let port: Int? = row[4]
    let url: String? = row[5]
    let token: String? = row[6]
    let address: DestinationRecord.Address =
      switch (kind, aeTitle, host, port, url) {
      case ("dimse", let aeTitle?, let host?, let port?, _): .dimse(aeTitle: aeTitle, host: host, port: port)
      case ("node", let aeTitle?, _, _, _): .node(aeTitle: aeTitle)
      case ("dicomweb", _, _, _, let url?): .dicomweb(url: url)
      default: throw Damage.column(1)
      }
    return DestinationRecord(name: row[0], address: address, token: token.flatMap(BearerToken.init))
  }

  static let queue = """
    SELECT d.name, d.paused, d.waiting, d.aside, d.sent, d.failures, d.until, d.reason,
      (SELECT i.queued FROM forward_item i WHERE i.destination = d.id AND i.state = 0 ORDER BY i.id LIMIT 1)
    FROM destination d
    """

  static func queue(_ row: Row) -> QueueStatus {
    let until: Int64? = row[6]
    let reason: String? = row[7]
    let oldest: Int64? = row[8]
    return QueueStatus(
      destination: row[0], isPaused: row[1], waiting: row[2], setAside: row[3], sent: row[4],
      oldest: oldest.map(Instant.init(nanoseconds:)),
      postponement: until.map {
        Postponement(failures: row[5], until: Instant(nanoseconds: $0), reason: reason ?? "")
      })
  }

  static let item = """
    SELECT i.id, d.name, f.study, i.instance, i.record, c.rule, c.version, c.sites, i.state, i.attempts, i.queued,
      i.settled, i.reason
    FROM forward_item i JOIN forward_study f ON f.id = i.parent JOIN destination d ON d.id = i.destination
      JOIN forward_cause c ON c.id = i.cause
    """

  static func item(_ row: Row) throws -> ForwardItem {
    guard let state = ForwardItem.State(rawValue: row[8]) else { throw Damage.column(8) }
    let settled: Int64? = row[11]
    return ForwardItem(
      id: row[0], destination: row[1], study: try row.study(2), instance: try row.packedInstance(3),
      record: try row.identifier(4),
      cause: ForwardCause(rule: row[5], version: row[6], sites: try sites(row[7])), state: state, attempts: row[9],
      queuedAt: Instant(nanoseconds: row[10]), settledAt: settled.map(Instant.init(nanoseconds:)), reason: row[12])
  }

  // MARK: Lists

  static func text(_ list: [String]) throws -> String {
    String(decoding: try JSONEncoder().encode(list.sorted()), as: UTF8.self)
  }

  static func list(_ text: String) throws -> [String] {
    guard let list = try? JSONDecoder().decode([String].self, from: Data(text.utf8)) else { throw Damage.column(0) }
    return list
  }

  /// Every site is an empty text.
  static func text(_ sites: Principal.Sites) throws -> String {
    switch sites {
    case .all: ""
    case .only(let sites): try text(sites.map(\.value))
    }
  }

  static func sites(_ text: String) throws -> Principal.Sites {
    text.isEmpty ? .all : .only(Set(try list(text).map(SiteID.init)))
  }
}
