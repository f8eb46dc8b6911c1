import HTTPTypes
public import Hummingbird

extension Router where Context == WebContext {
  /// Methods that are answered 405 where no route takes them. OPTIONS is left to those who answer foreign origins.
  private static var known: [HTTPRequest.Method] { [.get, .post, .put, .patch, .delete, .trace] }

  /// Makes every path that has routes answer the other methods with 405 and what it allows (RFC 9110 §15.5.6), where
  /// it would be 404 otherwise. To be called once, when all routes are there.
  public func refuseOtherMethods() {
    let byPath = Dictionary(grouping: routes, by: { $0.path.description })
    for routes in byPath.values {
      guard let path = routes.first?.path else { continue }
      var allowed = Set(routes.map(\.method))
      // Heads are made for every GET.
      if allowed.contains(.get) { allowed.insert(.head) }
      let list = allowed.map(\.rawValue).sorted().joined(separator: ", ")
      let problem = ProblemDetails(
        .methodNotAllowed, code: "method", detail: "this path takes \(list)", headers: [.allow: list])
      for method in Self.known where !allowed.contains(method) {
        on(path, method: method) { (_, _) -> Response in throw problem }
      }
    }
  }
}
