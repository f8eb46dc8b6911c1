import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import Workflow

@testable import Doors

@Suite("The control room's routes")
struct ControlRouteTests {
  let house = House()

  @Test("try the way to a node, say what came of it, and are audited")
  func probes() async throws {
    let fields = HTTPFields.json.adding(try await house.token([.administrator]))
    try await house.test { client in
      _ = try await client.execute(
        uri: "/api/v1/nodes", method: .post, headers: fields,
        body: ByteBuffer(string: #"{"aeTitle":"CT 1","host":"ct1","port":104,"site":"north"}"#))
      let echo = try await client.execute(uri: "/api/v1/nodes/CT%201/echo", method: .post, headers: fields)
      #expect(String(buffer: echo.body) == #"{"reachable":false,"reason":"nobody is there"}"#)
      let image = try await client.execute(uri: "/api/v1/nodes/CT%201/test-image", method: .post, headers: fields)
      #expect(String(buffer: image.body) == #"{"instance":"1.2.3.4","sent":true}"#)
      let noted = await house.audit.records(limit: 2).map { "\($0.object) \($0.detail)" }
      #expect(noted == ["CT 1 test image sent", "CT 1 echo sent"])
      let elsewhere = HTTPFields.json.adding(try await house.token([.administrator], .only([SiteID("south")])))
      let hidden = try await client.execute(uri: "/api/v1/nodes/CT%201/echo", method: .post, headers: elsewhere)
      #expect(hidden.status == .notFound)
    }
  }

  @Test("show of the traffic what is of the caller's sites, and destinations to whoever answers for all")
  func traffic() async throws {
    house.store.append(
      JournalEntry(
        position: .start, at: house.world.environment.now(), principal: "node:CT1", site: SiteID("north"),
        delivery: nil, channel: .association,
        event: .instanceStored(
          InstanceFacts(
            study: try #require(StudyUID("1.2.3")), series: try #require(SeriesUID("1.2.3.4")),
            instance: try #require(InstanceUID("1.2.3.4.5")), record: RecordID(bits: 1), site: SiteID("north"),
            modality: "CT", bytes: 4096, seriesEdge: true, studyEdge: true))))
    let all = try await house.token([.administrator])
    let north = try await house.token([.administrator], .only([SiteID("north")]))
    let south = try await house.token([.administrator], .only([SiteID("south")]))
    try await house.test { client in
      func body(_ fields: HTTPFields) async throws -> String {
        String(buffer: try await client.execute(uri: "/api/v1/traffic", method: .get, headers: fields).body)
      }
      let whole = try await body(all)
      #expect(whole.contains(#""bytes":4096"#))
      #expect(whole.contains(#""destinations":[]"#))
      let own = try await body(north)
      #expect(own.contains(#""study":"1.2.3""#))
      #expect(!own.contains("destinations"))
      let others = try await body(south)
      #expect(!others.contains("1.2.3"))
      #expect(!others.contains("CT1"))
    }
  }

  @Test("forget an account with its sessions, but never one's own")
  func accounts() async throws {
    try await house.addAccount("admin", [.administrator])
    try await house.addAccount("guest", [.radiologist])
    try await house.test { client in
      let admin = try await client.cookie(of: "admin")
      let guest = try await client.cookie(of: "guest")
      let origin = HTTPFields.json.adding(admin)
      #expect(
        try await client.execute(uri: "/api/v1/accounts/admin", method: .delete, headers: origin).status == .badRequest)
      #expect(
        try await client.execute(uri: "/api/v1/accounts/guest", method: .delete, headers: origin).status == .noContent)
      #expect(
        try await client.execute(uri: "/api/v1/session", method: .get, headers: guest).status == .unauthorized)
      #expect(
        try await client.execute(uri: "/api/v1/accounts/guest", method: .delete, headers: origin).status == .notFound)
    }
  }

  @Test("give of the audit what is asked for, and refuse what cannot be asked")
  func audit() async throws {
    let fields = HTTPFields.json.adding(try await house.token([.administrator]))
    try await house.test { client in
      func count(_ query: String) async throws -> Int {
        let answer = try await client.execute(uri: "/api/v1/audit?\(query)", method: .get, headers: fields)
        #expect(answer.status == .ok)
        return (try JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView)) as? [Any])?.count ?? -1
      }
      for number in 0..<3 {
        await house.audit.write(
          AuditRecord(
            at: Instant(nanoseconds: 1_700_000_000_000_000_000 + Int64(number) * 1_000_000_000), action: .retrieve,
            principal: "person:\(number)", object: "1.2.\(number)", count: 1, detail: ""))
      }
      #expect(try await count("action=retrieve") == 3)
      #expect(try await count("action=retrieve&limit=2") == 2)
      #expect(try await count("principal=person:1") == 1)
      #expect(try await count("object=1.2.2") == 1)
      #expect(try await count("action=retrieve&from=2023-11-14T22:13:21Z") == 2)
      #expect(try await count("action=retrieve&until=2023-11-14T22:13:21Z") == 1)
      #expect(try await count("action=delete") == 0)
      for query in ["action=guess", "from=yesterday", "before=x", "until=9999999-01-01T00:00:00Z"] {
        let answer = try await client.execute(uri: "/api/v1/audit?\(query)", method: .get, headers: fields)
        #expect(answer.status == .badRequest, "\(query)")
      }
    }
  }
}
