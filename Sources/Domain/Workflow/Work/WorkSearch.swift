import ArchiveCore

/// Everything that a question finds, page by page.
public struct WorkSearch: AsyncSequence, Sendable {
  /// Records looked at at a time.
  public static let pageSize = 200

  let store: any WorkflowStore
  let question: WorkQuestion

  public init(_ question: WorkQuestion, in store: any WorkflowStore) {
    self.store = store
    self.question = question
  }

  public func makeAsyncIterator() -> Iterator { Iterator(search: self) }

  public struct Iterator: AsyncIteratorProtocol {
    let search: WorkSearch
    private var page: ArraySlice<WorkRecord> = []
    private var cursor: WorkCursor?
    private var isAtEnd = false

    init(search: WorkSearch) { self.search = search }

    public mutating func next() async throws -> WorkRecord? {
      while page.isEmpty {
        if isAtEnd { return nil }
        let found = try await search.store.work(search.question, after: cursor, limit: WorkSearch.pageSize)
        page = found.records[...]
        cursor = found.next
        isAtEnd = found.next == nil
      }
      return page.popFirst()
    }
  }
}
