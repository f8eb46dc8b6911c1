import DICOM
import DIMSE
import Foundation
import NIOCore
import TestKit
import Testing

@Suite("A killed server", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"), .serialized)
struct KillTests {
  /// Kills: enough for each step of a store to be hit, and few enough for every change; a soak asks for more.
  static let kills = ProcessInfo.processInfo.environment["ISOCENTER_KILLS"].flatMap { Int($0) } ?? 50
  static let seed =
    ProcessInfo.processInfo.environment["ISOCENTER_SEED"].flatMap { UInt64($0) } ?? 831_681
  /// The longest a server is left at work: most of the time goes into its starts.
  static let longestLife = 300

  /// An object that follows from its numbers alone, so that what is found can be compared with what was sent.
  static func object(round: Int, sender: Int, number: Int) -> SmallObject {
    var object = SmallObject(study: round * 10 + sender, instance: number)
    object.shade = UInt8(truncatingIfNeeded: round &* 31 &+ number)
    // Lengths on both sides of a block's.
    object.rows = number.isMultiple(of: 7) ? 300 : 8 + number % 13
    object.columns = number.isMultiple(of: 7) ? 300 : 16
    return object
  }

  @Test("has everything it acknowledged, byte for byte, and shows nothing by halves")
  func kill() async throws {
    print("seed \(Self.seed), \(Self.kills) kills")
    var random = SeededGenerator(seed: Self.seed)
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    var promises = Promises()
    var found = 0
    for round in 1...Self.kills {
      if random.oneIn(5) {
        // Killed while it starts: recovery is cut short as well.
        let starting = try ServerProcess.launch(data: data)
        try await Task.sleep(for: .milliseconds(Int.random(in: 20...250, using: &random)))
        starting.kill()
        _ = await starting.exitStatus()
      }
      // The compactor works as often as it can, so that kills hit it too.
      let server = try await ServerProcess.start(
        data: data,
        environment: [
          "ISOCENTER_QUIET_SECONDS": "1", "ISOCENTER_GRACE_SECONDS": "0",
        ])
      if round > 1 { found += try await Self.check(round: round - 1, promises, server) }
      promises = try await Self.load(
        server, round: round, for: .milliseconds(Int.random(in: 5...Self.longestLife, using: &random)))
      #expect(await server.exitStatus() == 9, "round \(round): it died before it was killed: \(server.errors)")
    }
    let server = try await ServerProcess.start(data: data)
    found += try await Self.check(round: Self.kills, promises, server)
    // What the earliest rounds left has been compacted under fire meanwhile.
    for round in 1...min(5, Self.kills) { _ = try await Self.check(round: round, Promises(), server) }
    let verified = try await server.run("verify")
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let before = try await Self.answers(Web(server))
    server.kill()
    _ = await server.exitStatus()
    let offline = try await server.run("verify")
    #expect(offline.status == 0, "seed \(Self.seed): \(offline.output)\(offline.errors)")
    let rebuilt = try await server.run("rebuild-catalog")
    #expect(rebuilt.status == 0, "\(rebuilt.output)\(rebuilt.errors)")
    let again = try await ServerProcess.start(data: data)
    #expect(try await Self.answers(Web(again)) == before, "seed \(Self.seed): a rebuilt catalog answers otherwise")
    #expect(await again.stop() == 0)
    #expect(found > Self.kills, "too little arrived for the kills to mean anything")
    print("\(found) instances survived")
  }

  /// What searches for studies and series answer, in an order of its own.
  static func answers(_ web: Web) async throws -> [String] {
    var lines: [String] = []
    for resource in ["studies", "series"] {
      var objects: [[String: Any]] = []
      var page: [[String: Any]] = []
      repeat {
        page = try await web.get(
          "/dicom-web/\(resource)?limit=1000&offset=\(objects.count)&includefield=all",
          accept: "application/dicom+json"
        ).objects
        objects += page
      } while !page.isEmpty
      lines += try objects.map { object in
        let json = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        // The port is another one after each start.
        return String(decoding: json, as: UTF8.self).replacing(web.base, with: "")
      }.sorted()
    }
    return lines
  }

  /// What a server said it has done before it was killed.
  struct Promises: Sendable {
    var stored: [SmallObject] = []
    var deleted: [SmallObject] = []
  }

  /// Two associations and a STOW client send, and a fourth sends and deletes, until the server is killed.
  static func load(_ server: ServerProcess, round: Int, for life: Duration) async throws -> Promises {
    let acknowledged = Acknowledged()
    let deleted = Acknowledged()
    await withTaskGroup(of: Void.self) { group in
      for sender in 1...2 {
        group.addTask {
          let objects = (1...10_000).lazy.map { object(round: round, sender: sender, number: $0) }
          try? await Sender(to: server).send(objects) { acknowledged.add($0) }
        }
      }
      group.addTask {
        for number in 1...10_000 {
          // Two at a time: they are settled together.
          let pair = [2 * number - 1, 2 * number].map { object(round: round, sender: 3, number: $0) }
          guard let files = try? pair.map({ try $0.file() }),
            let answer = try? await Web(server).store(files, timeout: .seconds(5)), answer.status == 200
          else { return }
          for object in pair { acknowledged.add(object) }
        }
      }
      group.addTask {
        for number in 1...10_000 {
          let object = object(round: round, sender: 4, number: number)
          let path = "/dicom-web/studies/\(object.study)/series/\(object.series)/instances/\(object.instance)"
          guard let file = try? object.file(),
            let stored = try? await Web(server).store([file], timeout: .seconds(5)), stored.status == 200,
            let answer = try? await Web(server).send(.delete, path, timeout: .seconds(5)), answer.status == 204
          else { return }
          deleted.add(object)
        }
      }
      try? await Task.sleep(for: life)
      server.kill()
      _ = await server.exitStatus()
      group.cancelAll()
    }
    return Promises(stored: acknowledged.objects, deleted: deleted.objects)
  }

  /// Compares what the server shows of a round with what was sent and what was acknowledged.
  static func check(round: Int, _ promises: Promises, _ server: ServerProcess) async throws -> Int {
    let web = Web(server)
    var visible = 0
    for sender in 1...4 {
      let study = object(round: round, sender: sender, number: 1).study
      let instances = try await web.instances(of: study)
      visible += instances.count
      for object in promises.stored where object.study == study {
        #expect(instances.contains(object.instance), "seed \(seed), round \(round): \(object.instance) is lost")
      }
      for object in promises.deleted where object.study == study {
        #expect(!instances.contains(object.instance), "seed \(seed), round \(round): \(object.instance) is back")
      }
      guard !instances.isEmpty else { continue }
      try await checkMetadata(of: study, instances, web)
      for instance in instances {
        let number = try #require(instance.split(separator: ".").last.flatMap { Int($0) })
        let sent = object(round: round, sender: sender, number: number)
        let answer = try await web.instance(sent)
        #expect(answer.status == 200)
        if sender >= 3 {
          #expect(try answer.body == sent.file(), "seed \(seed), round \(round): \(instance) differs")
        } else {
          // A C-STORE brings the data set only; the file meta information before it is the archive's.
          let tail = try sent.encoded()
          #expect(answer.body.suffix(tail.count) == tail[...], "seed \(seed), round \(round): \(instance) differs")
        }
      }
    }
    return visible
  }

  private static func checkMetadata(of study: String, _ instances: [String], _ web: Web) async throws {
    let metadata = try await web.get("/dicom-web/studies/\(study)/metadata", accept: "application/dicom+json").objects
    #expect(metadata.compactMap { Web.text($0, "00080018") }.sorted() == instances)
    #expect(metadata.allSatisfy { $0["00100020"] != nil && $0["00280010"] != nil && $0["7FE00010"] != nil })
    let studies = try await web.get(
      "/dicom-web/studies?StudyInstanceUID=\(study)&includefield=00201208", accept: "application/dicom+json"
    ).objects
    #expect(studies.count == 1)
    #expect(studies.first.flatMap { Web.text($0, "00201208") } == "\(instances.count)")
  }
}
