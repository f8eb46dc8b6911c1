import ArchiveCore
import Doors
import HTTPTypes
import Testing

@Suite("A problem")
struct ProblemDetailsTests {
  @Test(
    "has the status of the core's refusal",
    arguments: [
      (.notUnderstood, 400), (.missingIdentity, 400), (.identityMismatch, 409), (.limitExceeded, 413),
      (.forbidden, 403), (.notFound, 404), (.badRequest, 400), (.outOfSpace, 507), (.damaged, 500),
      (.unavailable, 503), (.interrupted, 400), (.unsupported, 406),
    ] as [(ArchiveError.Code, Int)])
  func statuses(code: ArchiveError.Code, status: Int) {
    let problem = ProblemDetails(ArchiveError(code, "why"))
    #expect(problem.status.code == status)
    #expect(problem.code == "\(code)")
    #expect(problem.detail == "why")
    #expect((problem.headers[.retryAfter] != nil) == (code == .unavailable))
  }

  @Test(
    "says when to try again, rounded up",
    arguments: [(Duration.seconds(1), "1"), (.milliseconds(1500), "2"), (.seconds(900), "900"), (.nanoseconds(1), "1")])
  func retryAfter(wait: Duration, text: String) {
    let problem = ProblemDetails(SignInRefusal.tooManyAttempts(retryAfter: wait))
    #expect(problem.status == .tooManyRequests)
    #expect(problem.headers[.retryAfter] == text)
  }
}
