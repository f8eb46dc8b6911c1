import ArchiveCore
import Hummingbird

/// The list of studies as the browser app shows it: `/api/v1/studies/search`.
///
/// A POST, so that nothing of what is typed is ever in an address, a history or a log.
struct StudyListRoutes: Sendable {
  let archive: Archive

  struct Asked: Decodable, Sendable {
    var text: String?
    var modalities: [String]?
    var sites: [String]?
    /// Study Dates, `YYYY-MM-DD`, inclusive.
    var from: String?
    var to: String?
    /// What an earlier answer gave as `next`.
    var cursor: String?
    var limit: Int?
  }

  struct Page: Encodable, Sendable {
    var studies: [StudyBody]
    /// To be handed back as `cursor`; absent on the last page.
    var next: String?
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.post("studies/search", use: search)
  }

  @Sendable func search(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let search = try await request.json(as: Asked.self).search()
    let page = try await archive.studies(search, as: principal)
    return try Response.json(
      Page(
        studies: page.studies.map(StudyBody.init), next: page.hasMore ? page.studies.last?.place.description : nil),
      context: context)
  }
}

extension StudyListRoutes.Asked {
  /// - Throws: `ProblemDetails` 400 for what is no date, no place, or more than there may be of something.
  func search() throws(ProblemDetails) -> StudySearch {
    let text = text ?? ""
    guard text.count <= StudySearch.maximumText else {
      throw .badRequest("text has at most \(StudySearch.maximumText) characters")
    }
    guard (modalities ?? []).count <= StudySearch.maximumChoices, (sites ?? []).count <= StudySearch.maximumChoices
    else {
      throw .badRequest("modalities and sites are at most \(StudySearch.maximumChoices) each")
    }
    var after: StudyListPlace?
    if let cursor {
      guard let place = StudyListPlace(cursor) else {
        throw .badRequest("cursor is a text that an earlier answer gave as next")
      }
      after = place
    }
    let limit = limit ?? 50
    guard (1...StudySearch.maximumPage).contains(limit) else {
      throw .badRequest("limit is a number from 1 to \(StudySearch.maximumPage)")
    }
    return StudySearch(
      text: text, modalities: Set(modalities ?? []),
      // None chosen is no choice.
      sites: sites.flatMap { $0.isEmpty ? nil : Set($0.map(SiteID.init)) },
      from: try Self.date(from, "from"), to: try Self.date(to, "to"), after: after, limit: limit)
  }

  private static func date(_ text: String?, _ name: String) throws(ProblemDetails) -> StudyDate? {
    guard let text else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      let date = StudyDate(year: year, month: month, day: day)
    else {
      throw .badRequest("\(name) is a date, YYYY-MM-DD")
    }
    return date
  }
}
