import ArchiveCore
import Synchronization

/// Where pages of searches ended, so that the page behind one need not be counted out from the beginning.
///
/// An offset keeps its meaning (PS3.18 §8.3.4.4). But who asks for the page that begins where their last one ended means
/// to go on: they do so from that very answer, whatever has arrived before it meanwhile.
final class SearchContinuations: Sendable {
  /// Ends remembered; when there are more all are forgotten, and offsets are counted again.
  static let maximumEnds = 4096
  /// How long one is remembered: a person leafs through a list, a program through all of it.
  static let lifetime = Duration.seconds(600)

  private struct Page: Hashable {
    /// With the offset at which the page begins.
    var query: Query
    var sites: Principal.Sites
    var name: String
  }

  private let environment: Environment
  private let ends = Mutex<[Page: (cursor: QueryCursor, until: Instant)]>([:])

  init(_ environment: Environment) { self.environment = environment }

  /// The query, going on where an earlier page of it ended, if one did just there.
  func continued(_ query: Query, as principal: Principal) -> Query {
    guard query.offset > 0 else { return query }
    let page = Page(query: query.unlimited(at: query.offset), sites: principal.sites, name: principal.label)
    let now = environment.now()
    guard let end = ends.withLock({ $0[page] }), now < end.until else { return query }
    var continued = query
    continued.offset = 0
    continued.after = end.cursor
    return continued
  }

  /// Remembers where an answer to the query ended.
  func note(_ result: QueryResult, of query: Query, as principal: Principal) {
    let (next, overflows) = query.offset.addingReportingOverflow(result.matches.count)
    guard result.hasMore, !overflows, let cursor = result.end else { return }
    let page = Page(query: query.unlimited(at: next), sites: principal.sites, name: principal.label)
    let until = environment.now().adding(Self.lifetime)
    ends.withLock { ends in
      if ends.count >= Self.maximumEnds { ends.removeAll() }
      ends[page] = (cursor, until)
    }
  }
}

extension Query {
  fileprivate func unlimited(at offset: Int) -> Query {
    var query = self
    query.limit = nil
    query.offset = offset
    return query
  }
}
