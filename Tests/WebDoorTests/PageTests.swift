import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Doors

@Suite("The first page")
struct PageTests {
  let house = House()

  @Test("asks a stranger to sign in and shows nothing of what is kept")
  func stranger() async throws {
    try await house.test { client in
      let page = try await client.execute(uri: "/", method: .get)
      #expect(page.status == .ok)
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
      let html = String(buffer: page.body)
      #expect(html.contains("id=\"sign-in\""))
      #expect(html.contains("Not for diagnosis"))
      #expect(!html.contains("north"))
    }
  }

  @Test("shows a visitor what they may know of", arguments: [(Role.radiologist, true), (.auditor, false)])
  func visitor(role: Role, seesHoldings: Bool) async throws {
    try await house.addAccount("ada", [role])
    try await house.test { client in
      let page = try await client.execute(uri: "/", method: .get, headers: try await client.cookie(of: "ada"))
      let html = String(buffer: page.body)
      #expect(html.contains("Signed in as ada."))
      #expect(html.contains("<td>north</td><td>CT</td>") == seesHoldings)
    }
  }

  @Test("brings no script or style of its own text, and lets none in", arguments: ["/", "/front.css", "/front.js"])
  func policy(uri: String) async throws {
    try await house.test { client in
      let page = try await client.execute(uri: uri, method: .get)
      let policy = try #require(page.headers[.contentSecurityPolicy])
      #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
      #expect(page.headers[.cacheControl] == "no-store")
      let html = String(buffer: page.body)
      if uri == "/" {
        #expect(!html.contains("<style") && !html.contains("style=") && !html.contains("onclick"))
        #expect(html.contains("<script type=\"module\" src=\"/front.js\"></script>"))
      }
    }
  }

  @Test("writes text as text")
  func escapes() {
    let counter = StudyCounter(
      site: SiteID("<b>&\"'"), modality: "<script>", studies: 1, series: 1, instances: 1, bytes: 1)
    let principal = Principal(kind: .person, name: "<ada>", roles: [], sites: .all)
    let html = FrontPage(principal: principal, isOpen: false, counters: [counter]).html
    #expect(html.contains("<td>&lt;b&gt;&amp;&quot;&#39;</td><td>&lt;script&gt;</td>"))
    #expect(html.contains("&lt;ada&gt;"))
  }
}

@Suite("The description of the API")
struct OpenAPITests {
  @Test("lists every route of the door, and no other")
  func complete() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(OpenAPI.document.utf8)) as? [String: Any])
    let paths = try #require(object["paths"] as? [String: [String: Any]])
    let described = paths.flatMap { path, methods in
      methods.keys.map { "\($0.uppercased()) /\(path.split(separator: "/").joined(separator: "/"))" }
    }
    let routed = House().door().router().routes.map { route in
      "\(route.method.rawValue) /\(route.path.description.split(separator: "/").joined(separator: "/"))"
    }
    #expect(Set(described) == Set(routed))
    #expect(described.count == routed.count)
  }

  @Test("refers only to what it defines")
  func references() throws {
    let object = try JSONSerialization.jsonObject(with: Data(OpenAPI.document.utf8))
    var pending: [Any] = [object]
    var count = 0
    while let next = pending.popLast() {
      if let list = next as? [Any] { pending += list }
      guard let dictionary = next as? [String: Any] else { continue }
      pending += dictionary.values
      guard let reference = dictionary["$ref"] as? String else { continue }
      count += 1
      var target: Any? = object
      for step in reference.split(separator: "/").dropFirst() { target = (target as? [String: Any])?[String(step)] }
      #expect(target != nil, "\(reference)")
    }
    #expect(count > 50)
  }
}

@Suite("Health")
struct HealthTests {
  let house = House()

  @Test("is asked without signing in")
  func alive() async throws {
    try await house.test { client in
      for (uri, method) in [("/healthz", HTTPRequest.Method.get), ("/readyz", .get), ("/healthz", .head)] {
        let answer = try await client.execute(uri: uri, method: method)
        #expect(answer.status == .ok)
      }
    }
  }

  @Test("says not ready, and not why, while the server cannot work")
  func notReady() async throws {
    try await house.test(isReady: { throw ArchiveError(.unavailable, "disk sdb1 is gone") }) { client in
      let answer = try await client.execute(uri: "/readyz", method: .get)
      #expect(answer.status == .serviceUnavailable)
      #expect(!String(buffer: answer.body).contains("sdb1"))
      let alive = try await client.execute(uri: "/healthz", method: .get)
      #expect(alive.status == .ok)
    }
  }
}
