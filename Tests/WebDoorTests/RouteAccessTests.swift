import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Doors

/// One request, the operation it needs, and what somebody who may gets.
struct GuardedRequest: Sendable, CustomTestStringConvertible {
  var method: HTTPRequest.Method
  var uri: String
  var needs: ArchiveCore.Operation
  var body: String?
  var success: HTTPResponse.Status = .ok

  var testDescription: String { "\(method.rawValue) \(uri)" }

  static let table: [GuardedRequest] = [
    GuardedRequest(method: .get, uri: "/api/v1/nodes", needs: .administer),
    GuardedRequest(
      method: .post, uri: "/api/v1/nodes", needs: .administer, body: #"{"aeTitle":"CT1","host":"ct1","port":104}"#,
      success: .created),
    GuardedRequest(method: .delete, uri: "/api/v1/nodes/CT1", needs: .administer, success: .notFound),
    GuardedRequest(method: .get, uri: "/api/v1/tokens", needs: .administer),
    GuardedRequest(
      method: .post, uri: "/api/v1/tokens", needs: .administer, body: #"{"name":"new","roles":["sender"]}"#,
      success: .created),
    GuardedRequest(method: .delete, uri: "/api/v1/tokens/none", needs: .administer, success: .notFound),
    GuardedRequest(method: .get, uri: "/api/v1/accounts", needs: .administer),
    GuardedRequest(
      method: .post, uri: "/api/v1/accounts", needs: .administer,
      body: #"{"name":"new","password":"long enough","roles":["radiologist"]}"#, success: .created),
    GuardedRequest(method: .post, uri: "/api/v1/studies/search", needs: .search, body: #"{"text":"doe"}"#),
    GuardedRequest(method: .delete, uri: "/api/v1/studies/1.2.3", needs: .delete),
    GuardedRequest(method: .get, uri: "/api/v1/studies/9.9.9/archive", needs: .retrieve, success: .notFound),
    GuardedRequest(method: .delete, uri: "/api/v1/studies/1.2.3/series/1.2.3.4", needs: .delete),
    GuardedRequest(
      method: .delete, uri: "/api/v1/studies/1.2.3/series/1.2.3.4/instances/1.2.3.4.5?reason=asked", needs: .delete),
    GuardedRequest(method: .delete, uri: "/api/v1/studies/9.9.9", needs: .delete, success: .notFound),
    GuardedRequest(
      method: .get, uri: "/api/v1/studies/9.9.9/corrections", needs: .retrieve, success: .notFound),
    GuardedRequest(
      method: .post, uri: "/api/v1/studies/9.9.9/corrections", needs: .correct,
      body: #"{"attributes":{"PatientID":"7"},"reason":"asked"}"#, success: .notFound),
    GuardedRequest(
      method: .post, uri: "/api/v1/studies/9.9.9/corrections/000102030405060708090a0b0c0d0e0f/undo", needs: .correct,
      body: #"{"reason":"asked"}"#, success: .notFound),
    GuardedRequest(method: .get, uri: "/api/v1/quarantine", needs: .administer),
    GuardedRequest(method: .get, uri: "/api/v1/changes", needs: .search),
    GuardedRequest(method: .get, uri: "/api/v1/counters", needs: .search),
    GuardedRequest(method: .get, uri: "/api/v1/audit?limit=5", needs: .readAudit),
    GuardedRequest(method: .post, uri: "/api/v1/audit/verify", needs: .readAudit),
    GuardedRequest(method: .get, uri: "/metrics", needs: .readMetrics),
    GuardedRequest(method: .get, uri: "/api/v1/rules", needs: .administer),
    GuardedRequest(
      method: .post, uri: "/api/v1/rules", needs: .administer, body: #"{"name":"all CT","to":["nowhere"]}"#,
      success: .badRequest),
    GuardedRequest(
      method: .post, uri: "/api/v1/rules/dry-run", needs: .administer,
      body: #"{"rule":{"name":"all CT","to":["nowhere"]}}"#),
    GuardedRequest(
      method: .put, uri: "/api/v1/rules/none", needs: .administer, body: #"{"name":"all CT","to":["nowhere"]}"#,
      success: .badRequest),
    GuardedRequest(method: .delete, uri: "/api/v1/rules/none", needs: .administer, success: .notFound),
    GuardedRequest(method: .get, uri: "/api/v1/source-profiles", needs: .administer),
    GuardedRequest(
      method: .post, uri: "/api/v1/source-profiles", needs: .administer,
      body: #"{"name":"CT","source":{"name":"CT1"}}"#, success: .created),
    GuardedRequest(
      method: .post, uri: "/api/v1/source-profiles/try", needs: .administer,
      body: #"{"profile":{"name":"CT","source":{"name":"CT1"}}}"#),
    GuardedRequest(
      method: .put, uri: "/api/v1/source-profiles/none", needs: .administer,
      body: #"{"name":"CT","source":{"name":"CT1"}}"#, success: .notFound),
    GuardedRequest(method: .delete, uri: "/api/v1/source-profiles/none", needs: .administer, success: .notFound),
    GuardedRequest(
      method: .post, uri: "/api/v1/source-profiles/none/try", needs: .administer, body: "{}", success: .notFound),
    GuardedRequest(
      method: .post, uri: "/api/v1/source-profiles/none/on", needs: .administer, body: "{}", success: .notFound),
    GuardedRequest(method: .post, uri: "/api/v1/source-profiles/none/off", needs: .administer, success: .notFound),
    GuardedRequest(method: .get, uri: "/api/v1/devices?days=3", needs: .administer),
    GuardedRequest(method: .get, uri: "/api/v1/destinations", needs: .administer),
    GuardedRequest(
      method: .post, uri: "/api/v1/destinations", needs: .administer,
      body: #"{"name":"pacs","kind":"dimse","aeTitle":"PACS","host":"pacs","port":104}"#, success: .created),
    GuardedRequest(
      method: .put, uri: "/api/v1/destinations/none", needs: .administer,
      body: #"{"kind":"dicomweb","url":"https://pacs/dicom-web"}"#, success: .notFound),
    GuardedRequest(method: .delete, uri: "/api/v1/destinations/none", needs: .administer, success: .notFound),
    GuardedRequest(method: .post, uri: "/api/v1/destinations/none/echo", needs: .administer, success: .notFound),
    GuardedRequest(method: .get, uri: "/api/v1/queues", needs: .administer),
    GuardedRequest(method: .get, uri: "/api/v1/queues/none/items", needs: .administer, success: .notFound),
    GuardedRequest(method: .post, uri: "/api/v1/queues/none/pause", needs: .administer, success: .notFound),
    GuardedRequest(method: .post, uri: "/api/v1/queues/none/resume", needs: .administer, success: .notFound),
    GuardedRequest(method: .post, uri: "/api/v1/queues/none/retry", needs: .administer, success: .notFound),
    GuardedRequest(method: .post, uri: "/api/v1/queues/none/empty", needs: .administer, success: .notFound),
    GuardedRequest(method: .get, uri: "/api/v1/studies/9.9.9", needs: .search, success: .notFound),
    GuardedRequest(method: .post, uri: "/api/v1/studies/9.9.9/completion", needs: .store, success: .notFound),
    GuardedRequest(method: .head, uri: "/api/v1/events", needs: .search),
    GuardedRequest(method: .get, uri: "/api/v1/traffic", needs: .administer),
    GuardedRequest(method: .get, uri: "/api/v1/worklist", needs: .search),
    GuardedRequest(method: .post, uri: "/api/v1/worklist/search", needs: .search, body: "{}"),
    GuardedRequest(method: .post, uri: "/api/v1/worklist", needs: .schedule, body: "{}", success: .badRequest),
    GuardedRequest(method: .get, uri: "/api/v1/worklist/9.9.9", needs: .search, success: .notFound),
    GuardedRequest(
      method: .put, uri: "/api/v1/worklist/9.9.9", needs: .schedule, body: "{}", success: .notFound),
    GuardedRequest(
      method: .patch, uri: "/api/v1/worklist/9.9.9", needs: .schedule, body: "{}", success: .notFound),
    GuardedRequest(method: .delete, uri: "/api/v1/worklist/9.9.9", needs: .schedule, success: .notFound),
    GuardedRequest(method: .get, uri: "/api/v1/performed-steps", needs: .search),
    GuardedRequest(method: .get, uri: "/api/v1/performed-steps/9.9.9", needs: .search, success: .notFound),
    GuardedRequest(method: .post, uri: "/api/v1/nodes/none/echo", needs: .administer, success: .notFound),
    GuardedRequest(method: .post, uri: "/api/v1/nodes/none/test-image", needs: .administer, success: .notFound),
    GuardedRequest(method: .delete, uri: "/api/v1/accounts/none", needs: .administer, success: .notFound),
    GuardedRequest(
      method: .get, uri: "/api/v1/audit?action=store&from=2026-01-01T00:00:00Z&before=7", needs: .readAudit),
  ]
}

@Suite("A route")
struct RouteAccessTests {
  let house = House()

  @Test("opens to the roles of its operation and to nobody else", arguments: GuardedRequest.table, Role.allCases)
  func cell(row: GuardedRequest, role: Role) async throws {
    let fields = try await house.token([role])
    let mayPass = AccessPolicy().operations(of: role).contains(row.needs)
    try await house.test { client in
      let answer = try await client.execute(
        uri: row.uri, method: row.method, headers: .json.adding(fields), body: row.body.map { ByteBuffer(string: $0) })
      #expect(answer.status == (mayPass ? row.success : .forbidden))
      if answer.status.code >= 400 {
        #expect(answer.headers[.contentType] == "application/problem+json")
      }
      let refusals = await house.audit.records(limit: 100).filter { $0.action == .refused }
      #expect(refusals.count == (mayPass ? 0 : 1))
    }
  }

  @Test("asks a stranger to sign in", arguments: GuardedRequest.table)
  func stranger(row: GuardedRequest) async throws {
    try await house.test { client in
      let answer = try await client.execute(
        uri: row.uri, method: row.method, headers: .json, body: row.body.map { ByteBuffer(string: $0) })
      #expect(answer.status == .unauthorized)
      #expect(answer.headers[.wwwAuthenticate] == "Bearer")
    }
  }

  /// For each scope: may they delete the study of site north, and how many counters and changes do they see?
  @Test(
    "shows of other sites nothing, not even that there is something",
    arguments: [
      (Principal.Sites.all, HTTPResponse.Status.ok, 1), (.only([SiteID("north")]), .ok, 1),
      (.only([SiteID("south")]), .notFound, 0), (.only([]), .notFound, 0),
    ])
  func sites(sites: Principal.Sites, deletion: HTTPResponse.Status, seen: Int) async throws {
    let fields = try await house.token([.administrator], sites)
    try await house.test { client in
      for uri in ["/api/v1/counters", "/api/v1/changes", "/api/v1/quarantine"] {
        let answer = try await client.execute(uri: uri, method: .get, headers: fields)
        #expect(answer.status == .ok)
        #expect(String(buffer: answer.body).contains("north") == (seen == 1))
      }
      let deleted = try await client.execute(
        uri: "/api/v1/studies/\(House.study)", method: .delete, headers: fields)
      #expect(deleted.status == deletion)
    }
  }

  @Test("that takes a number refuses nonsense", arguments: ["0", "-1", "1001", "x", "1e3", "99999999999999999999"])
  func limits(text: String) async throws {
    let fields = try await house.token([.administrator])
    try await house.test { client in
      for uri in ["/api/v1/changes", "/api/v1/audit", "/api/v1/quarantine"] {
        let answer = try await client.execute(uri: "\(uri)?limit=\(text)", method: .get, headers: fields)
        #expect(answer.status == .badRequest)
      }
      let answer = try await client.execute(uri: "/api/v1/changes?after=\(text)", method: .get, headers: fields)
      #expect(answer.status == .badRequest)
    }
  }

  @Test("gives changes that can be continued")
  func changes() async throws {
    let fields = try await house.token([.radiologist])
    try await house.test { client in
      let first = try await client.execute(uri: "/api/v1/changes", method: .get, headers: fields)
      let text = String(buffer: first.body)
      #expect(text.contains("\"type\":\"instanceStored\""))
      #expect(text.contains("\"next\":\"1-0-1\""))
      let second = try await client.execute(uri: "/api/v1/changes?after=1-0-1", method: .get, headers: fields)
      #expect(String(buffer: second.body) == #"{"changes":[],"next":"1-0-1"}"#)
    }
  }

  @Test("leads past changes of other sites without showing them")
  func hiddenChanges() async throws {
    let fields = try await house.token([.radiologist], .only([SiteID("south")]))
    try await house.test { client in
      let answer = try await client.execute(uri: "/api/v1/changes", method: .get, headers: fields)
      #expect(String(buffer: answer.body) == #"{"changes":[],"next":"1-0-1"}"#)
    }
  }

  @Test("shows a token's text when it is made and never again")
  func tokenText() async throws {
    let fields = HTTPFields.json.adding(try await house.token([.administrator]))
    try await house.test { client in
      let made = try await client.execute(
        uri: "/api/v1/tokens", method: .post, headers: fields,
        body: ByteBuffer(string: #"{"name":"pump","roles":["sender"],"sites":["north"]}"#))
      let answer = try #require(
        try JSONSerialization.jsonObject(with: Data(made.body.readableBytesView)) as? [String: Any])
      let text = try #require(answer["token"] as? String)
      #expect(answer["sites"] as? [String] == ["north"])
      let listed = try await client.execute(uri: "/api/v1/tokens", method: .get, headers: fields)
      #expect(!String(buffer: listed.body).contains(text))
      #expect(String(buffer: listed.body).contains("\"pump\""))
      let removed = try await client.execute(uri: "/api/v1/tokens/pump", method: .delete, headers: fields)
      #expect(removed.status == .noContent)
      let refused = try await client.execute(
        uri: "/api/v1/session", method: .get, headers: [.authorization: "Bearer \(text)"])
      #expect(refused.status == .unauthorized)
    }
  }

  @Test("keeps nodes, removes them, and refuses impossible ones")
  func nodes() async throws {
    let fields = HTTPFields.json.adding(try await house.token([.administrator]))
    try await house.test { client in
      func post(_ body: String) async throws -> HTTPResponse.Status {
        try await client.execute(
          uri: "/api/v1/nodes", method: .post, headers: fields, body: ByteBuffer(string: body)
        ).status
      }
      #expect(try await post(#"{"aeTitle":"CT 1","host":"10.0.0.7","port":104,"site":"north"}"#) == .created)
      #expect(try await post(#"{"aeTitle":"CT1","host":"10.0.0.7","port":70000}"#) == .badRequest)
      #expect(try await post(#"{"aeTitle":"CT1","host":"10.0.0.7","port":1,"roles":["king"]}"#) == .badRequest)
      let listed = try await client.execute(uri: "/api/v1/nodes", method: .get, headers: fields)
      #expect(
        String(buffer: listed.body)
          == #"[{"aeTitle":"CT 1","host":"10.0.0.7","port":104,"roles":["technologist"],"site":"north"}]"#)
      let removed = try await client.execute(uri: "/api/v1/nodes/CT%201", method: .delete, headers: fields)
      #expect(removed.status == .noContent)
    }
  }

  @Test(
    "says which methods its path takes",
    arguments: [
      ("/healthz", .put, "GET, HEAD"), ("/api/v1/session", .trace, "DELETE, GET, HEAD, POST"),
      ("/api/v1/studies/1.2.3", .put, "DELETE, GET, HEAD"), ("/api/v1/audit/verify", .get, "POST"),
    ] as [(String, HTTPRequest.Method, String)])
  func otherMethods(uri: String, method: HTTPRequest.Method, allowed: String) async throws {
    let router = house.door().router()
    router.refuseOtherMethods()
    try await Application(router: router).test(.router) { client in
      let answer = try await client.execute(uri: uri, method: method)
      #expect(answer.status == .methodNotAllowed)
      #expect(answer.headers[.allow] == allowed)
      let head = try await client.execute(uri: "/healthz", method: .head)
      #expect(head.status == .ok)
    }
  }

  @Test(
    "answers what is nowhere, or not understood, with a problem", arguments: ["/nowhere", "/api/v1/nowhere", "/api"])
  func nowhere(uri: String) async throws {
    try await house.test { client in
      let answer = try await client.execute(uri: uri, method: .get)
      #expect(answer.status == .notFound)
      #expect(answer.headers[.contentType] == "application/problem+json")
      #expect(answer.headers[.xContentTypeOptions] == "nosniff")
    }
  }
}
