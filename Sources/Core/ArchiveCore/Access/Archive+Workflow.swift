/// What the domain modules ask of the core for records of their own.
extension Archive {
  /// Notes that somebody was shown objects to work by, as a search is noted.
  ///
  /// - Throws: `ArchiveError` `.unavailable` while earlier reads could not be written.
  package func noteSearch(of object: String, count: Int, by principal: Principal) async throws {
    try await parts.audit.noteRead(.search, by: principal, object: object, count: count)
  }

  /// Those of some instances that are here. For the program itself: nobody is told.
  package func present(among instances: Set<InstanceUID>) async throws -> Set<InstanceUID> {
    guard !instances.isEmpty else { return [] }
    let found = try await parts.catalog.instances(of: .instances(Array(instances)), within: .all)
    return Set(found.map(\.instance))
  }
}
