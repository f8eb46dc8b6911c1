import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestKit
import Testing

@Suite("The live feed of a server", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct LiveFeedTests {
  /// A patient whose particulars appear nowhere else.
  private static func object(_ study: Int, _ instance: Int = 1) -> SmallObject {
    var object = SmallObject(study: study, instance: instance)
    object.patientName = "WXYZCANARY^FEEDLE"
    object.patientID = "PIDFEED77812399"
    object.accession = "ACCFEED99887799"
    return object
  }

  private static let traces = ["wxyzcanary", "feedle", "77812399", "99887799"]

  @Test("tells of arrival, completion, queues and deletion, names nobody, and goes on after a restart")
  func feed() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    let settings = ["ISOCENTER_COMPLETION": "{quietSeconds: 1}", "ISOCENTER_LOG_LEVEL": "trace"]
    let server = try await ServerProcess.start(data: data, environment: settings)
    let web = Web(server)
    for (path, body) in [
      ("destinations", #"{"name":"nobody","kind":"dimse","aeTitle":"NOBODY","host":"127.0.0.1","port":1}"#),
      (
        "rules",
        #"""
        {"name":"one patient","to":["nobody"],
         "when":{"attributes":[{"attribute":"PatientName","matches":"WXYZCANARY*"}]}}
        """#
      ),
    ] {
      let answer = try await web.send(
        .post, "/api/v1/\(path)", contentType: "application/json", body: Array(body.utf8))
      #expect(answer.status == 201, "\(answer.text)")
    }
    let feed = Task { try await Self.read(server, until: ["study-deleted", #""destination":"nobody","failures":1"#]) }
    // It is open when it has said its first comment; what happened before would be told by position only.
    try await Task.sleep(for: .milliseconds(200))
    try await Sender(to: server).send([Self.object(1), Self.object(1, 2), Self.object(2)]) { _ in }
    while try await Self.status(web, of: Self.object(1)) != "complete" { try await Task.sleep(for: .milliseconds(10)) }
    while try await web.get("/api/v1/queues").text.contains(#""failures":0"#) {
      try await Task.sleep(for: .milliseconds(10))
    }
    _ = try await web.send(.delete, "/api/v1/studies/\(Self.object(2).study)")
    let text = try await feed.value
    #expect(text.contains("event: instance-stored\n"))
    #expect(text.contains("event: study-completed\n"))
    #expect(text.contains(#""isNew":true,"modalities":["OT"],"site":"main","study":"\#(Self.object(1).study)""#))
    var figures = ""
    repeat {
      try await Task.sleep(for: .milliseconds(20))
      figures = try await web.get("/metrics").text
    } while ![
      #"isocenter_forward_waiting{destination="nobody"}"#,
      #"isocenter_subscriber_behind_entries{subscriber="completion"}"#,
      #"isocenter_subscriber_behind_entries{subscriber="routing"}"#,
    ].allSatisfy(figures.contains)
    let ids = text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
    let seen = try #require(ids.last)
    server.kill()
    _ = await server.exitStatus()

    let again = try await ServerProcess.start(data: data, environment: settings)
    try await Sender(to: again).send([Self.object(3)]) { _ in }
    let rest = try await Self.read(again, after: seen, until: [Self.object(3).study])
    #expect(!rest.contains(Self.object(2).study), "what was seen is not told again")
    #expect(await again.stop() == 0)
    for said in [text, rest, figures, server.output, server.errors, again.output, again.errors] {
      let said = said.lowercased()
      for trace in Self.traces { #expect(!said.contains(trace)) }
    }
  }

  private static func status(_ web: Web, of object: SmallObject) async throws -> String? {
    let answer = try await web.get("/api/v1/studies/\(object.study)")
    return (try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])?["state"] as? String
  }

  /// Reads a feed until it has said all of this.
  private static func read(
    _ server: ServerProcess, after position: String? = nil, until wanted: [String]
  ) async throws -> String {
    var request = HTTPClientRequest(url: server.web + "/api/v1/events")
    if let position { request.headers.add(name: "Last-Event-ID", value: position) }
    let response = try await HTTPClient.shared.execute(request, timeout: .minutes(2))
    #expect(response.status.code == 200)
    #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
    var text = ""
    for try await chunk in response.body {
      text += String(buffer: chunk)
      if wanted.allSatisfy(text.contains) { break }
    }
    return text
  }
}
