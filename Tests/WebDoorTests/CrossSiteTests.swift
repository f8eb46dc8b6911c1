import ArchiveCore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Doors

@Suite("A request made by a foreign page")
struct CrossSiteTests {
  let house = House()

  /// What the browser says (Sec-Fetch-Site, Origin), and whether something may be changed. The server is "localhost".
  static let table: [(site: String?, origin: String?, isAllowed: Bool)] = [
    (nil, nil, true),
    ("same-origin", "http://localhost", true),
    ("none", nil, true),
    ("same-site", "http://other.localhost", false),
    ("cross-site", "http://evil.example", false),
    ("cross-site", nil, false),
    ("", nil, false),
    (nil, "http://localhost", true),
    (nil, "http://localhost:80", true),
    (nil, "https://localhost:443", true),
    (nil, "http://LOCALHOST", true),
    (nil, "http://localhost:8081", false),
    (nil, "http://localhost.evil.example", false),
    (nil, "http://evil.example", false),
    (nil, "null", false),
    (nil, "", false),
    (nil, "file://", false),
  ]

  private static func fields(_ site: String?, _ origin: String?) throws -> HTTPFields {
    var fields = HTTPFields.json
    if let site { fields[try #require(HTTPField.Name("Sec-Fetch-Site"))] = site }
    if let origin { fields[.origin] = origin }
    return fields
  }

  @Test("changes nothing with the visitor's cookie", arguments: table)
  func cookie(row: (site: String?, origin: String?, isAllowed: Bool)) async throws {
    try await house.addAccount("root", [.administrator])
    try await house.test { client in
      let fields = try Self.fields(row.site, row.origin).adding(try await client.cookie(of: "root"))
      let changed = try await client.execute(
        uri: "/api/v1/studies/\(House.study)", method: .delete, headers: fields)
      #expect(changed.status == (row.isAllowed ? .ok : .forbidden))
      let read = try await client.execute(uri: "/api/v1/nodes", method: .get, headers: fields)
      #expect(read.status == .ok)
    }
  }

  @Test("changes nothing on an open server, nor signs anybody in", arguments: table)
  func open(row: (site: String?, origin: String?, isAllowed: Bool)) async throws {
    try await house.addAccount("root", [.administrator])
    let fields = try Self.fields(row.site, row.origin)
    try await house.test(WebSettings(isOpen: true)) { client in
      let changed = try await client.execute(
        uri: "/api/v1/studies/\(House.study)", method: .delete, headers: fields)
      #expect(changed.status == (row.isAllowed ? .ok : .forbidden))
    }
    try await house.test { client in
      let signedIn = try await client.execute(
        uri: "/api/v1/session", method: .post, headers: fields, body: House.signInBody("root"))
      #expect(signedIn.status == (row.isAllowed ? .ok : .forbidden))
    }
  }

  @Test("is no concern of somebody who sends a token, or comes through the local socket")
  func token() async throws {
    let fields = try Self.fields("cross-site", "http://viewer.example").adding(try await house.token([.administrator]))
    try await house.test { client in
      let answer = try await client.execute(
        uri: "/api/v1/studies/\(House.study)", method: .delete, headers: fields)
      #expect(answer.status == .ok)
    }
    try await house.test(WebSettings(listener: .localSocket)) { client in
      let answer = try await client.execute(
        uri: "/api/v1/nodes/X", method: .delete, headers: try Self.fields("cross-site", nil))
      #expect(answer.status == .notFound)
    }
  }

  @Test(
    "cannot rename an open server",
    arguments: [
      ("localhost", true), ("localhost:8080", true), ("LocalHost", true), ("127.0.0.1:8080", true),
      ("127.1.2.3", true), ("[::1]:8080", true), ("[::1]", true), ("evil.example", false),
      ("localhost.evil.example", false), ("127.0.0.1.evil.example", false), ("10.0.0.1", false), ("", false),
      ("127.0.0.999", false), ("[::2]", false), ("::1", false),
    ])
  func rebinding(authority: String, isLoopback: Bool) {
    #expect(CrossSiteGuard.isLoopback(authority) == isLoopback)
  }

  @Test("of another name is misdirected")
  func misdirected() async throws {
    try await house.test(WebSettings(isOpen: true), .live) { client in
      let port = try #require(client.port)
      try await TestClient.withClient(host: "127.0.0.1", port: port) { raw in
        for (authority, status) in [("evil.example", HTTPResponse.Status.misdirectedRequest), ("localhost", .ok)] {
          let answer = try await raw.execute(
            TestClient.Request("/api/v1/counters", method: .get, authority: authority))
          #expect(answer.status == status)
        }
      }
    }
  }
}
