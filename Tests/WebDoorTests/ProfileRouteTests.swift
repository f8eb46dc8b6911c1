import ArchiveCore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import Workflow

@Suite("Profiles and devices over HTTP")
struct ProfileRouteTests {
  let house = House()

  private func ask(
    _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ path: String, _ fields: HTTPFields,
    _ body: String? = nil
  ) async throws -> (status: HTTPResponse.Status, text: String) {
    let answer = try await client.execute(
      uri: "/api/v1/\(path)", method: method, headers: .json.adding(fields), body: body.map { ByteBuffer(string: $0) })
    return (answer.status, String(buffer: answer.body))
  }

  static let body = #"""
    {"name":"CT room 1","source":{"name":"CT1","site":"north"},
    "required":[{"attribute":"AccessionNumber","type":1}],
    "characterSet":{"expected":["ISO_IR 192"],"whenMissing":"windows-1252","aliases":{"LATIN1":"ISO_IR 100"}},
    "naming":[{"attribute":"AccessionNumber","patterns":["A#######"]},{"attribute":"PatientName","isPersonName":true}],
    "transferSyntaxes":["1.2.840.10008.1.2.1"],"holdsToStandard":true,
    "coercions":[{"attribute":"StudyDescription","map":{"Chest X-Ray":"Radiograph, Chest"}},
    {"attribute":"IssuerOfPatientID","setIfEmpty":"NORTH"}]
    """#

  @Test("are made off, tried, switched on by version, written anew while they hold, switched off and removed")
  func life() async throws {
    let fields = try await house.token([.administrator])
    try await house.test { client in
      let made = try await ask(client, .post, "source-profiles", fields, Self.body + "}")
      #expect(made.status == .created)
      let profile = try #require(try JSONSerialization.jsonObject(with: Data(made.text.utf8)) as? [String: Any])
      let id = try #require(profile["id"] as? String)
      #expect(profile["version"] as? Int == 1 && profile["on"] == nil && profile["tried"] == nil)
      #expect((profile["coercions"] as? [[String: Any]])?.count == 2)
      let path = "source-profiles/\(id)"
      let untried = try await ask(client, .post, "\(path)/on", fields, "{}")
      #expect(untried.status == .badRequest && untried.text.contains("not tried"))
      let tried = try await ask(client, .post, "\(path)/try", fields, "{}")
      #expect(
        tried.text
          == #"{"changes":[],"coerced":0,"deviating":0,"deviations":[],"examined":0,"isPartial":false}"#)
      let on = try await ask(client, .post, "\(path)/on", fields, #"{"version":1}"#)
      #expect(on.status == .ok && on.text.contains(#""on":1"#) && on.text.contains(#""tried":{"#))
      let replaced = try await ask(client, .put, path, fields, Self.body + #","version":1}"#)
      #expect(replaced.text.contains(#""version":2"#) && replaced.text.contains(#""on":1"#))
      #expect(try await ask(client, .put, path, fields, Self.body + #","version":1}"#).status == .conflict)
      #expect(try await ask(client, .post, "\(path)/on", fields, #"{"version":1}"#).status == .conflict)
      #expect(try await ask(client, .delete, path, fields).status == .badRequest)
      #expect(try await ask(client, .post, "\(path)/off", fields).status == .ok)
      #expect(try await ask(client, .delete, path, fields).status == .noContent)
      #expect(try await ask(client, .get, "source-profiles", fields).text == "[]")
    }
  }

  @Test(
    "refuse what cannot be and say what",
    arguments: [
      (#"{"name":"x","source":{}}"#, "for: a source by name"), (#"{"source":{"name":"CT1"}}"#, "name"),
      (#"{"name":"x","source":{"name":"CT1"},"required":[{"attribute":"Nonsense","type":1}]}"#, "Nonsense"),
      (#"{"name":"x","source":{"name":"CT1"},"required":[{"attribute":"Rows","type":3}]}"#, "type 1"),
      (#"{"name":"x","source":{"name":"CT1"},"transferSyntaxes":["1.2"]}"#, "1.2"),
      (#"{"name":"x","source":{"name":"CT1"},"characterSet":{"always":"runes"}}"#, "runes"),
      (#"{"name":"x","source":{"name":"CT1"},"naming":[{"attribute":"StudyID"}]}"#, "StudyID"),
      (#"{"name":"x","source":{"name":"CT1"},"coercions":[{"attribute":"Rows","set":"1"}]}"#, "Rows"),
      (#"{"name":"x","source":{"name":"CT1"},"coercions":[{"attribute":"StudyID","sett":"1"}]}"#, "one way"),
      (#"{"name":"x","source":{"name":"CT1","channel":"post"}}"#, "source.channel"),
    ])
  func refusals(body: String, what: String) async throws {
    let fields = try await house.token([.administrator])
    try await house.test { client in
      let answer = try await ask(client, .post, "source-profiles", fields, body)
      #expect(answer.status == .badRequest)
      #expect(answer.text.contains(what), "\(answer.text)")
    }
  }

  @Test("tell of devices by day and deviation, newest day first, and to each site of its own")
  func devices() async throws {
    let fields = try await house.token([.administrator])
    let south = try await house.token([.administrator], .only([SiteID("south")]))
    let now = house.world.environment.now()
    let device = Device(
      channel: "association", source: "CT1", site: "north", manufacturer: "Acme", model: "One", station: "R1")
    func day(_ back: Int64, _ deviations: [String: Int]) -> DeviceDay {
      var day = DeviceDay(device: device, at: now.adding(.seconds(-back * 86_400)))
      day.instances = 10
      day.examined = 10
      day.deviating = deviations.values.max() ?? 0
      day.deviations = deviations.mapValues { DeviceDay.Count(count: $0, example: "1.2.\(back)") }
      return day
    }
    try await house.store.commit([
      .observe([
        day(1, ["missing KVP": 2, "characterSet": 9]), day(0, ["missing KVP": 3]), day(20, ["transferSyntax": 1]),
      ])
    ])
    try await house.test { client in
      let answer = try await ask(client, .get, "devices", fields)
      let list = try #require(try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [[String: Any]])
      let device = try #require(list.first)
      #expect(list.count == 1 && device["manufacturer"] as? String == "Acme" && device["instances"] as? Int == 20)
      let deviations = try #require(device["deviations"] as? [[String: Any]])
      #expect(deviations.map { $0["deviation"] as? String } == ["characterSet", "missing KVP"])
      #expect(deviations.map { $0["count"] as? Int } == [9, 5])
      #expect(deviations.map { $0["example"] as? String } == ["1.2.1", "1.2.0"])
      #expect((device["days"] as? [[String: Any]])?.map { $0["day"] as? String } == ["2025-10-09", "2025-10-08"])
      #expect(try await ask(client, .get, "devices", south).text == "[]")
      #expect(try await ask(client, .get, "devices?days=0", fields).status == .badRequest)
    }
  }

  @Test("and nodes say when they last sent something")
  func lastTraffic() async throws {
    let fields = try await house.token([.administrator])
    try await house.test { client in
      _ = try await ask(client, .post, "nodes", fields, #"{"aeTitle":"CT1","host":"ct1","port":104}"#)
      let before = try await ask(client, .get, "nodes", fields)
      #expect(!before.text.contains("lastSeen") && !before.text.contains("instancesToday"))
      let facts = InstanceFacts(
        study: try #require(StudyUID("1.2.3")), series: try #require(SeriesUID("1.2.3.4")),
        instance: try #require(InstanceUID("1.2.3.4.5")), record: RecordID(bits: 1), site: .main, modality: "CT",
        bytes: 100, seriesEdge: true, studyEdge: true)
      house.store.append(
        JournalEntry(
          position: .start, at: house.world.environment.now(), principal: "node:CT1", site: .main, delivery: nil,
          channel: .association, event: .instanceStored(facts)))
      let after = try await ask(client, .get, "nodes", fields)
      #expect(after.text.contains(#""instancesToday":1"#) && after.text.contains(#""lastSeen":"2025-10-09"#))
    }
  }
}
