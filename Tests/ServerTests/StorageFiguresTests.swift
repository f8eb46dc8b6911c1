import TestKit
import Testing

@Suite("Figures of storage", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct StorageFiguresTests {
  private func figures(_ web: Web) async throws -> [String: Double] {
    let text = try await web.get("/metrics").text
    let pairs = text.split(separator: "\n").compactMap { line -> (String, Double)? in
      guard !line.hasPrefix("#"), let space = line.lastIndex(of: " "), let value = Double(line[space...].dropFirst())
      else { return nil }
      return (String(line[..<space]), value)
    }
    return Dictionary(pairs) { $1 }
  }

  @Test("say in /metrics what is there, by site and modality", .timeLimit(.minutes(2)))
  func gauges() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    let first = try await ServerProcess.start(data: data)
    let objects = [SmallObject(study: 1), SmallObject(study: 1, instance: 2), SmallObject(study: 2)]
    let stored = try await Web(first).store(objects.map { try $0.file() })
    #expect(stored.status == 200)
    #expect(await first.stop() == 0)
    // They are measured as a server begins.
    let server = try await ServerProcess.start(data: data)
    let line = #"{modality="OT",site="main"}"#
    var found: [String: Double] = [:]
    while found["isocenter_studies\(line)"] == nil || found["isocenter_disk_free_bytes"] == nil {
      found = try await figures(Web(server))
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(found["isocenter_studies\(line)"] == 2)
    #expect(found["isocenter_instances\(line)"] == 3)
    let least = try objects.reduce(0) { $0 + (try $1.file().count) }
    #expect(found["isocenter_store_bytes"].map { $0 >= Double(least) && $0 < Double(least + 1_000_000) } == true)
    #expect((found["isocenter_disk_free_bytes"] ?? 0) > 0)
    #expect(await server.stop() == 0)
  }
}
