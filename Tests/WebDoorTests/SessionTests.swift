import ArchiveCore
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Doors

@Suite("A session over HTTP")
struct SessionTests {
  let house = House()

  @Test("is a cookie that scripts and other sites never see", arguments: [false, true])
  func cookie(isSecure: Bool) async throws {
    try await house.addAccount("ada", [.radiologist])
    try await house.test(WebSettings(isSecure: isSecure)) { client in
      let answer = try await client.execute(
        uri: "/api/v1/session", method: .post, headers: .json, body: House.signInBody("ada"))
      #expect(answer.status == .ok)
      #expect(String(buffer: answer.body).contains("\"roles\":[\"radiologist\"]"))
      let cookie = try #require(answer.headers[.setCookie])
      let attributes = cookie.split(separator: ";").map { $0.filter { $0 != " " } }
      #expect(attributes.contains("HttpOnly"))
      #expect(attributes.contains("SameSite=Strict"))
      #expect(attributes.contains("Path=/"))
      #expect(attributes.contains("Max-Age=43200"))
      #expect(attributes.contains("Secure") == isSecure)
      #expect(!attributes.contains { $0.hasPrefix("Domain") })
      #expect((answer.headers[.strictTransportSecurity] != nil) == isSecure)
    }
  }

  @Test("says who it is, ends at sign-out, and is then nobody's")
  func lifecycle() async throws {
    try await house.addAccount("ada", [.radiologist])
    try await house.test { client in
      let cookie = try await client.cookie(of: "ada")
      let shown = try await client.execute(uri: "/api/v1/session", method: .get, headers: cookie)
      #expect(shown.status == .ok)
      #expect(String(buffer: shown.body).contains("\"name\":\"ada\""))
      let ended = try await client.execute(uri: "/api/v1/session", method: .delete, headers: cookie)
      #expect(ended.status == .noContent)
      #expect(ended.headers[.setCookie]?.contains("Max-Age=0") == true)
      let gone = try await client.execute(uri: "/api/v1/session", method: .get, headers: cookie)
      #expect(gone.status == .unauthorized)
      let again = try await client.execute(uri: "/api/v1/session", method: .delete, headers: cookie)
      #expect(again.status == .noContent)
    }
  }

  @Test("ends when a new one is begun in its browser")
  func replaced() async throws {
    try await house.addAccount("ada", [.radiologist])
    try await house.test { client in
      let first = try await client.cookie(of: "ada")
      _ = try await client.execute(
        uri: "/api/v1/session", method: .post, headers: .json.adding(first), body: House.signInBody("ada"))
      let old = try await client.execute(uri: "/api/v1/session", method: .get, headers: first)
      #expect(old.status == .unauthorized)
    }
  }

  @Test("is not begun by a wrong name or password, with one answer for both")
  func refused() async throws {
    try await house.addAccount("ada", [.radiologist])
    try await house.test { client in
      var bodies: Set<String> = []
      for name in ["ada", "nobody"] {
        let answer = try await client.execute(
          uri: "/api/v1/session", method: .post, headers: .json, body: House.signInBody(name, "wrong password"))
        #expect(answer.status == .unauthorized)
        #expect(answer.headers[.setCookie] == nil)
        #expect(answer.headers[.contentType] == "application/problem+json")
        bodies.insert(String(buffer: answer.body))
      }
      #expect(bodies.count == 1)
      #expect(house.metrics.exposition().contains("isocenter_sign_ins_total{outcome=\"refused\"} 2\n"))
    }
  }

  @Test("is refused with 429 and the time to wait after too many guesses")
  func throttled() async throws {
    try await house.addAccount("ada", [.radiologist])
    try await house.test { client in
      for _ in 0..<8 {
        _ = try await client.execute(
          uri: "/api/v1/session", method: .post, headers: .json, body: House.signInBody("ada", "wrong password"))
        house.world.pass(.seconds(60))
      }
      _ = try await client.execute(
        uri: "/api/v1/session", method: .post, headers: .json, body: House.signInBody("ada", "wrong password"))
      let answer = try await client.execute(
        uri: "/api/v1/session", method: .post, headers: .json, body: House.signInBody("ada"))
      #expect(answer.status == .tooManyRequests)
      #expect(answer.headers[.retryAfter] == "8")
    }
  }

  @Test(
    "takes only a small JSON object of its own kind",
    arguments: [
      ("application/json", "{\"name\":\"ada\"}", 400), ("application/json", "[]", 400),
      ("application/json", "{\"name\":7,\"password\":\"x\"}", 400), ("application/json", "", 400),
      ("text/plain", "{}", 415), ("application/x-www-form-urlencoded", "name=ada", 415),
      ("application/json; charset=utf-8", "{", 400),
      ("application/json", "{\"name\":\"" + String(repeating: "a", count: 70_000) + "\"}", 413),
    ])
  func bodies(mediaType: String, body: String, status: Int) async throws {
    try await house.test { client in
      let answer = try await client.execute(
        uri: "/api/v1/session", method: .post, headers: [.contentType: mediaType], body: ByteBuffer(string: body))
      #expect(answer.status.code == status)
      #expect(answer.headers[.contentType] == "application/problem+json")
    }
  }
}

@Suite("Authentication")
struct AuthenticationTests {
  let house = House()

  @Test("takes a token, whatever the case of the scheme", arguments: ["Bearer", "bearer", "BEARER"])
  func token(scheme: String) async throws {
    let fields = try await house.token([.auditor])
    let text = try #require(fields[.authorization]).dropFirst(7)
    try await house.test { client in
      let answer = try await client.execute(
        uri: "/api/v1/session", method: .get, headers: [.authorization: "\(scheme) \(text)"])
      #expect(answer.status == .ok)
      #expect(String(buffer: answer.body).contains("\"kind\":\"token\""))
    }
  }

  @Test(
    "takes nobody for somebody because of a token that is none, not even when open",
    arguments: ["Bearer", "Bearer ", "Bearer x", "Basic YTpi", "x", "Bearer " + String(repeating: "x", count: 5000)])
  func wrongToken(header: String) async throws {
    for isOpen in [false, true] {
      try await house.test(WebSettings(isOpen: isOpen)) { client in
        let answer = try await client.execute(
          uri: "/api/v1/session", method: .get, headers: [.authorization: header])
        #expect(answer.status == .unauthorized)
        #expect(answer.headers[.wwwAuthenticate] == "Bearer error=\"invalid_token\"")
        #expect(!String(buffer: answer.body).contains("xxx"))
        let health = try await client.execute(uri: "/healthz", method: .get, headers: [.authorization: header])
        #expect(health.status == .ok)
      }
    }
  }

  @Test("makes the administrator of whoever comes through the local socket")
  func socket() async throws {
    try await house.test(WebSettings(listener: .localSocket)) { client in
      let answer = try await client.execute(uri: "/api/v1/accounts", method: .get)
      #expect(answer.status == .ok)
    }
  }

  @Test("lets everybody in when open, as one principal with every role")
  func open() async throws {
    try await house.test(WebSettings(isOpen: true)) { client in
      let answer = try await client.execute(uri: "/api/v1/session", method: .get)
      #expect(answer.status == .ok)
      #expect(String(buffer: answer.body).contains("\"name\":\"open\""))
      for uri in ["/api/v1/counters", "/api/v1/audit", "/metrics", "/api/v1/nodes"] {
        let answer = try await client.execute(uri: uri, method: .get)
        #expect(answer.status == .ok)
      }
    }
  }

  @Test("counts guesses by a forwarded address only behind a proxy that is trusted", arguments: [false, true])
  func proxy(trustsProxy: Bool) async throws {
    try await house.test(WebSettings(trustsProxy: trustsProxy)) { client in
      let forwarded = try #require(HTTPField.Name("X-Forwarded-For"))
      for number in 0..<30 {
        _ = try await client.execute(
          uri: "/api/v1/session", method: .post, headers: .json.adding([forwarded: "6.6.6.6, 10.0.0.\(number)"]),
          body: House.signInBody("name\(number)"))
      }
      let answer = try await client.execute(
        uri: "/api/v1/session", method: .post, headers: .json.adding([forwarded: "10.0.1.1"]),
        body: House.signInBody("other"))
      #expect(answer.status == (trustsProxy ? .unauthorized : .tooManyRequests))
    }
  }

  @Test(
    "counts an IPv6 network as one guesser",
    arguments: [
      ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
      ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
      ("local", "local"),
    ])
  func network(address: String, key: String) {
    #expect(GuessingAddress.of(address) == key)
  }
}
