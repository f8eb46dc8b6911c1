import Foundation
import TestKit
import Testing

@Suite(
  "Forwarding to a DICOMweb service that asks who comes", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct ForwardByWebTests {
  @Test("is let in with its token, says why not without, and the bytes arrive unchanged")
  func token() async throws {
    let receiver = try await ServerProcess.start(.guarded)
    let sender = try await ServerProcess.start(environment: ["ISOCENTER_COMPLETION": "{quietSeconds: 1}"])
    let web = Web(sender)
    let service = #""kind":"dicomweb","url":"\#(receiver.dicomweb)""#
    try await Self.ask(web, .post, "destinations", #"{"name":"guarded",\#(service),"token":"wrong"}"#)
    let refused = try await Self.ask(web, .post, "destinations/guarded/echo")
    #expect(refused == #"{"reachable":false,"reason":"HTTP status 401"}"#)
    try await Self.ask(web, .post, "rules", #"{"name":"all","to":["guarded"]}"#)
    let object = SmallObject(study: 5)
    try await Sender(to: sender).send([object]) { _ in }
    while try await !web.get("/api/v1/queues").text.contains(#""reason":"HTTP status 401""#) {
      try await Task.sleep(for: .milliseconds(10))
    }
    let token = try await receiver.token(roles: ["administrator"])
    try await Self.ask(web, .put, "destinations/guarded", #"{\#(service),"token":"\#(token)"}"#)
    while try await !web.get("/api/v1/queues").text.contains(#""sent":1"#) {
      try await Task.sleep(for: .milliseconds(10))
    }
    let arrived = try await Web(receiver, token: token).instance(object)
    let kept = try await web.instance(object)
    #expect(arrived.status == 200 && arrived.body == kept.body)
    for server in [sender, receiver] {
      #expect(await server.stop() == 0)
      #expect(!server.errors.contains(token) && !server.output.contains(token))
    }
  }

  @discardableResult
  private static func ask(_ web: Web, _ method: Web.Method, _ path: String, _ body: String = "{}") async throws
    -> String
  {
    let answer = try await web.send(
      method, "/api/v1/\(path)", contentType: "application/json", body: Array(body.utf8))
    #expect((200..<300).contains(answer.status), "\(path): \(answer.text)")
    return answer.text
  }
}
