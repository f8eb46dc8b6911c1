extension Archive {
  /// A page of the list of studies, newest first, narrowed to what the principal may know of before it is limited.
  public func studies(_ search: StudySearch, as principal: Principal) async throws -> StudyPage {
    try await require(.search, of: principal, object: "study")
    let scope = parts.policy.scope(of: principal)
    var page = try await parts.catalog.studies(search, within: scope.narrowed(to: search.sites))
    for index in page.studies.indices { page.studies[index].sites.removeAll { !scope.includes($0) } }
    try await parts.audit.noteRead(.search, by: principal, object: "study", count: page.studies.count)
    return page
  }
}

extension Principal.Sites {
  /// Of these sites, those that somebody chose.
  func narrowed(to chosen: Set<SiteID>?) -> Principal.Sites {
    guard let chosen else { return self }
    return .only(chosen.filter(includes))
  }
}
