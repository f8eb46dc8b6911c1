import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WebApp

@testable import Doors

@Suite("The browser app")
struct PageTests {
  let house = House()

  @Test(
    "begins with the same document at every address of a page",
    arguments: ["/", "/studies", "/viewer/1.2.840.1", "/control", "/control/nodes", "/control/rules/new"])
  func pages(uri: String) async throws {
    try await house.test { client in
      let page = try await client.execute(uri: uri, method: .get)
      #expect(page.status == .ok)
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
      #expect(String(buffer: page.body).contains("<script type=\"module\" src=\"/app.js\"></script>"))
    }
  }

  @Test(
    "has nothing at other addresses",
    arguments: ["/nothing.js", "/list", "/list/nothing.js", "/viewer/nothing.js", "/viewer/x", "/control/nothing.js"])
  func absent(uri: String) async throws {
    try await house.test { client in
      let answer = try await client.execute(uri: uri, method: .get)
      #expect(answer.status == .notFound)
    }
  }

  @Test("is served whole, and not again to who has it", arguments: WebApp.paths)
  func file(path: String) async throws {
    try await house.test { client in
      let answer = try await client.execute(uri: "/\(path)", method: .get)
      let file = try #require(WebApp.file(at: path))
      #expect(answer.status == .ok)
      #expect(Array(buffer: answer.body) == file.bytes)
      #expect(answer.headers[.contentType] == file.mediaType)
      #expect(answer.headers[.cacheControl] == "no-cache")
      let tag = try #require(answer.headers[.eTag])
      for (known, status) in [
        (tag, HTTPResponse.Status.notModified), ("\"other\", W/\(tag)", .notModified), ("\"other\"", .ok),
      ] {
        let again = try await client.execute(uri: "/\(path)", method: .get, headers: [.ifNoneMatch: known])
        #expect(again.status == status)
        #expect(again.headers[.eTag] == tag)
        #expect((again.body.readableBytes == 0) == (status == .notModified))
      }
    }
  }

  @Test("brings no script or style of its own text, and lets none in", arguments: ["/", "/app.js", "/design/base.css"])
  func policy(uri: String) async throws {
    try await house.test { client in
      let page = try await client.execute(uri: uri, method: .get)
      let policy = try #require(page.headers[.contentSecurityPolicy])
      #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"))
      #expect(!policy.contains("unsafe") && !policy.contains("http"))
    }
    for path in WebApp.paths where path.hasSuffix(".html") || path.hasSuffix(".js") {
      let text = String(decoding: try #require(WebApp.file(at: path)).bytes, as: UTF8.self)
      for mark in ["<style", "style=\"", "onclick=", "innerHTML", "eval(", "https://"] {
        #expect(!text.contains(mark), "\(path) has \(mark)")
      }
    }
  }

  @Test("is the folder as it is in the sources, file by file")
  func embedded() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/WebApp/Assets")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.contains(".") }
    #expect(Set(names) == Set(WebApp.paths))
    for name in names {
      let data = try Data(contentsOf: folder.appending(path: name))
      let file = try #require(WebApp.file(at: name))
      #expect(file.bytes == Array(data), "\(name)")
    }
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
    let app = Set((PageRoutes.pages + WebApp.paths).map { "GET /\($0)" })
    let routed = House().door().router().routes.map { route in
      "\(route.method.rawValue) /\(route.path.description.split(separator: "/").joined(separator: "/"))"
    }.filter { !app.contains($0) }
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
