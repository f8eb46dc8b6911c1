import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import Workflow

@Suite("Rules, destinations and queues over HTTP")
struct ForwardingRouteTests {
  let house = House()

  private func ask(
    _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ path: String, _ fields: HTTPFields,
    _ body: String? = nil
  ) async throws -> (status: HTTPResponse.Status, text: String) {
    let answer = try await client.execute(
      uri: "/api/v1/\(path)", method: method, headers: .json.adding(fields), body: body.map { ByteBuffer(string: $0) })
    return (answer.status, String(buffer: answer.body))
  }

  @Test("never show a destination's token, and do not give it to another address")
  func secret() async throws {
    let fields = try await house.token([.administrator])
    try await house.test { client in
      let made = try await ask(
        client, .post, "destinations", fields,
        #"{"name":"web","kind":"dicomweb","url":"https://pacs/dicom-web","token":"s3cr3t-t0ken"}"#)
      #expect(made.status == .created)
      #expect(made.text == #"{"hasToken":true,"kind":"dicomweb","name":"web","url":"https://pacs/dicom-web"}"#)
      let kept = try await ask(
        client, .put, "destinations/web", fields, #"{"kind":"dicomweb","url":"https://pacs/dicom-web"}"#)
      #expect(kept.text.contains(#""hasToken":true"#))
      let moved = try await ask(
        client, .put, "destinations/web", fields, #"{"kind":"dicomweb","url":"https://elsewhere/dicom-web"}"#)
      #expect(moved.text.contains(#""hasToken":false"#))
      let listed = try await ask(client, .get, "destinations", fields)
      for text in [made.text, kept.text, moved.text, listed.text] { #expect(!text.contains("s3cr3t")) }
      let echo = try await ask(client, .post, "destinations/web/echo", fields)
      #expect(echo.text == #"{"reachable":false,"reason":"nobody is there"}"#)
    }
    let audited = await house.audit.records(limit: 100)
    #expect(audited.allSatisfy { !"\($0)".contains("s3cr3t") })
  }

  @Test(
    "refuse a destination that cannot be",
    arguments: [
      #"{"name":"a","kind":"dimse"}"#, #"{"name":"a","kind":"dicomweb"}"#,
      #"{"name":"a b","kind":"dimse","node":"PACS"}"#,
      #"{"name":"a","kind":"dimse","aeTitle":"PACS","host":"pacs","port":0}"#,
      #"{"name":"a","kind":"dimse","aeTitle":"PACS\\X","host":"pacs","port":104}"#,
      #"{"name":"a","kind":"dimse","aeTitle":"PACS","host":"pa cs","port":104}"#,
      #"{"name":"a","kind":"dimse","node":"PACS","token":"x"}"#,
      #"{"name":"a","kind":"dimse","node":"PACS","port":104}"#,
      #"{"name":"a","kind":"dicomweb","url":"ftp://pacs"}"#,
      #"{"name":"a","kind":"dicomweb","url":"https://user:word@pacs/"}"#,
      #"{"name":"a","kind":"dicomweb","url":"https://pacs/?token=x"}"#,
      #"{"name":"a","kind":"dicomweb","url":"https://pacs/","token":"two words"}"#,
      #"{"name":"a","kind":"mail","url":"https://pacs/"}"#, #"{"kind":"dimse","node":"PACS"}"#,
    ])
  func badDestination(body: String) async throws {
    let fields = try await house.token([.administrator])
    try await house.test { client in
      let answer = try await ask(client, .post, "destinations", fields, body)
      #expect(answer.status == .badRequest)
      let listed = try await ask(client, .get, "destinations", fields)
      #expect(listed.text == "[]")
    }
  }

  @Test("keep a rule under versions, and a destination while a rule sends there")
  func rules() async throws {
    let fields = try await house.token([.administrator])
    try await house.test { client in
      _ = try await ask(client, .post, "destinations", fields, #"{"name":"pacs","kind":"dimse","node":"PACS"}"#)
      let again = try await ask(client, .post, "destinations", fields, #"{"name":"pacs","kind":"dimse","node":"X"}"#)
      #expect(again.status == .badRequest)
      let body = """
        {"name":"CT at night","when":{"sources":["CT1"],"modalities":["CT"],"weekdays":["monday"],
        "time":{"from":"20:00","to":"06:00"},"attributes":[{"attribute":"StudyDate","matches":"20240101-"}]},
        "trigger":"onArrival","to":["pacs"]
        """
      let made = try await ask(client, .post, "rules", fields, body + "}")
      #expect(made.status == .created)
      let rule = try #require(try JSONSerialization.jsonObject(with: Data(made.text.utf8)) as? [String: Any])
      let id = try #require(rule["id"] as? String)
      #expect(rule["version"] as? Int == 1 && rule["enabled"] as? Bool == true)
      let replaced = try await ask(client, .put, "rules/\(id)", fields, body + #","version":1,"enabled":false}"#)
      #expect(replaced.status == .ok && replaced.text.contains(#""version":2"#))
      let late = try await ask(client, .put, "rules/\(id)", fields, body + #","version":1}"#)
      #expect(late.status == .conflict)
      #expect(try await ask(client, .delete, "destinations/pacs", fields).status == .badRequest)
      #expect(try await ask(client, .delete, "rules/\(id)", fields).status == .noContent)
      #expect(try await ask(client, .delete, "destinations/pacs", fields).status == .noContent)
    }
    #expect(
      house.store.audited.map(\.detail) == [
        "destination made", "rule v1 made", "rule v2 saved", "rule removed", "destination removed",
      ])
    #expect(house.store.audited.allSatisfy { $0.action == .administer && $0.principal.hasPrefix("token:") })
  }

  @Test(
    "refuse what is no rule, and do not repeat what it said",
    arguments: [
      #"{"name":"x"}"#, #"{"name":"x","to":[]}"#, #"{"name":"x","to":["pacs"],"trigger":"never"}"#,
      #"{"name":"x","to":["pacs"],"when":{"weekdays":["someday"]}}"#,
      #"{"name":"x","to":["pacs"],"when":{"attributes":[{"attribute":"Doe^Jane","matches":"x"}]}}"#,
      #"{"name":"x","to":["pacs"],"when":{"attributes":[{"attribute":"StudyDate","matches":"Doe^Jane"}]}}"#,
    ])
  func badRule(body: String) async throws {
    let fields = try await house.token([.administrator])
    try await house.test { client in
      _ = try await ask(client, .post, "destinations", fields, #"{"name":"pacs","kind":"dimse","node":"PACS"}"#)
      let answer = try await ask(client, .post, "rules", fields, body)
      #expect(answer.status == .badRequest)
      #expect(!answer.text.contains("Doe"))
    }
  }

  @Test("are pages of items behind a cursor")
  func items() async throws {
    let fields = try await house.token([.administrator])
    let study = try #require(StudyUID("1.2.3"))
    let requests = try (1...5).map { number in
      ForwardRequest(
        study: study, instance: try #require(InstanceUID("1.2.3.\(number)")), record: RecordID(bits: UInt128(number)))
    }
    let cause = ForwardCause(rule: "r", version: 1, sites: .all)
    try await house.store.commit([
      .saveDestination(DestinationRecord(name: "pacs", address: .node(aeTitle: "PACS"))),
      .enqueue(requests, to: "pacs", because: cause, at: Instant(nanoseconds: 0)),
    ])
    try await house.test { client in
      var next: Int? = 0
      var seen: [String] = []
      while let after = next {
        let answer = try await ask(client, .get, "queues/pacs/items?limit=2&after=\(after)", fields)
        let page = try #require(try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any])
        let items = try #require(page["items"] as? [[String: Any]])
        seen += items.compactMap { $0["instance"] as? String }
        next = page["next"] as? Int
      }
      #expect(seen == requests.map(\.instance.value))
      #expect(try await ask(client, .get, "queues/pacs/items?state=lost", fields).status == .badRequest)
      let emptied = try await ask(client, .post, "queues/pacs/empty", fields)
      #expect(emptied.text.contains(#""waiting":0"#))
    }
  }

  @Test("are of the whole house: destinations and queues are closed to an administrator of one site")
  func oneSite() async throws {
    let fields = try await house.token([.administrator], .only([SiteID("north")]))
    try await house.store.commit([.saveDestination(DestinationRecord(name: "pacs", address: .node(aeTitle: "PACS")))])
    try await house.test { client in
      let body = #"{"name":"b","kind":"dimse","node":"PACS"}"#
      #expect(try await ask(client, .post, "destinations", fields, body).status == .forbidden)
      #expect(try await ask(client, .get, "queues", fields).status == .forbidden)
      #expect(try await ask(client, .post, "queues/pacs/empty", fields).status == .forbidden)
      #expect(try await ask(client, .get, "destinations", fields).status == .ok)
      let rule = try await ask(client, .post, "rules", fields, #"{"name":"mine","to":["pacs"]}"#)
      #expect(rule.status == .created && rule.text.contains(#""sites":["north"]"#))
    }
  }
}
