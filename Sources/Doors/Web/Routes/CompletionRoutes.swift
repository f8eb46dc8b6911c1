import ArchiveCore
import Hummingbird
import Workflow

/// Whether a study is complete: `/api/v1/studies/{study}` and `…/completion`.
struct CompletionRoutes: Sendable {
  let completion: CompletionSubscriber

  struct Answer: Encodable, Sendable {
    var study: String
    var state: String
    /// 0 for a study that was there before anybody watched.
    var revision: Int
    /// When it was complete last.
    var at: String?
    /// When it will be complete unless something arrives.
    var deadline: String?
    var instances: Int

    init(_ completion: StudyCompletion) {
      study = completion.study.value
      state = completion.state.rawValue
      revision = completion.revision
      at = completion.completedAt?.rfc3339
      deadline = completion.deadline?.rfc3339
      instances = completion.instances
    }
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("studies/{study}", use: show)
    router.post("studies/{study}/completion", use: signal)
  }

  @Sendable func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    return try Response.json(
      Answer(try await completion.state(of: try context.study(), as: principal)), context: context)
  }

  @Sendable func signal(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    return try Response.json(
      Answer(try await completion.signal(try context.study(), as: principal)), context: context)
  }
}
