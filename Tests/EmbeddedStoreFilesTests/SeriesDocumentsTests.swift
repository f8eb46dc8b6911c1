import ArchiveCore
import EmbeddedStore
import TestKit
import Testing

@Suite("Series documents")
struct SeriesDocumentsTests {
  let disk = FaultyFileSystem(seed: 1)
  let study: StudyUID
  let series: SeriesUID

  init() throws {
    study = try #require(StudyUID("1.2.3"))
    series = try #require(SeriesUID("1.2.3.4"))
  }

  func document(_ number: Int, length: Int = 3000) -> InstanceDocument {
    let line =
      #"{"00080018":{"vr":"UI","Value":["1.2.840.99.\#(number)"]},"00200013":{"vr":"IS","Value":[\#(number)]}}"#
    var json = Array(line.utf8)
    while json.count < length {
      json += Array("\"00281050\":{\"vr\":\"DS\",\"Value\":[\(json.count % 40 + number)]},".utf8)
    }
    return InstanceDocument(record: recordID(number), json: json, bases: [10, UInt32(json.count)])
  }

  func open(_ disk: FaultyFileSystem, stamp: UInt32 = 1) throws -> EmbeddedSeriesDocuments {
    disk.endProcess()
    return try EmbeddedSeriesDocuments(DataDirectory("/archive", files: disk), stamp: stamp)
  }

  var path: String { disk.paths.first { $0.contains("documents/") } ?? "" }

  @Test("come back as they were put, the last of each record, also from another run")
  func roundTrip() async throws {
    let documents = try open(disk)
    for number in 1...50 { try await documents.put(document(number), series: series, of: study) }
    let replacement = document(7, length: 100)
    try await documents.put(replacement, series: series, of: study)
    for store in [documents, try open(disk)] {
      let found = try await store.documents(of: series, in: study)
      #expect(found.count == 50)
      #expect(found[recordID(7)] == replacement)
      #expect(found[recordID(50)] == document(50))
    }
  }

  @Test("take a small part of the room of their JSON, for one slices' header is like the other's")
  func compression() async throws {
    let documents = try open(disk)
    for number in 1...100 { try await documents.put(document(number), series: series, of: study) }
    let size = try #require(disk.contents(of: path)).count
    #expect(size < 100 * 3000 / 10)
  }

  @Test("go on behind what another run wrote")
  func continued() async throws {
    try await open(disk).put(document(1), series: series, of: study)
    try await open(disk).put(document(2), series: series, of: study)
    #expect(try await open(disk).documents(of: series, in: study).count == 2)
  }

  @Test("are missing, not wrong, after any damage, and can be put again", arguments: 0..<60)
  func damage(seed: UInt64) async throws {
    let documents = try open(disk)
    for number in 1...12 { try await documents.put(document(number), series: series, of: study) }
    var bytes = try #require(disk.contents(of: path))
    var generator = SeededGenerator(seed: seed)
    if seed.isMultiple(of: 2) {
      bytes[Int.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    } else {
      bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
    }
    let damaged = FaultyFileSystem(seed: seed)
    _ = try open(damaged)
    let folders = path.split(separator: "/").dropLast()
    for count in 1...folders.count { try damaged.createDirectory("/" + folders.prefix(count).joined(separator: "/")) }
    damaged.place(bytes, at: path)

    let found = try await open(damaged).documents(of: series, in: study)
    #expect(found.count < 12)
    for (record, document) in found { #expect(document == self.document(Int(record.bits))) }
    let again = try open(damaged)
    for number in 1...12 { try await again.put(document(number), series: series, of: study) }
    #expect(try await again.documents(of: series, in: study).count == 12)
  }

  @Test("survive power loss as far as they got, and never falsely", arguments: 0..<40)
  func powerLoss(seed: UInt64) async throws {
    let disk = FaultyFileSystem(seed: seed)
    let documents = try open(disk)
    var generator = SeededGenerator(seed: seed)
    disk.faults.powerFailsAfter = Int.random(in: 3...30, using: &generator)
    disk.faults.cutsTransfersShort = true
    for number in 1...20 { try? await documents.put(document(number), series: series, of: study) }
    let found = try await open(disk.afterCrash()).documents(of: series, in: study)
    for (record, document) in found { #expect(document == self.document(Int(record.bits)), "seed \(seed)") }
  }

  @Test("go on after a write that failed")
  func failedWrite() async throws {
    let documents = try open(disk)
    try await documents.put(document(1), series: series, of: study)
    disk.faults.failingWrite = 1
    await #expect(throws: ArchiveError.self) { try await documents.put(document(2), series: series, of: study) }
    try await documents.put(document(3), series: series, of: study)
    #expect(Set(try await documents.documents(of: series, in: study).keys) == [recordID(1), recordID(3)])
  }

  @Test("of another stamp are missing, and written anew")
  func stamp() async throws {
    try await open(disk).put(document(1), series: series, of: study)
    let newer = try open(disk, stamp: 2)
    #expect(try await newer.documents(of: series, in: study).isEmpty)
    try await newer.put(document(2), series: series, of: study)
    #expect(try await newer.documents(of: series, in: study).count == 1)
    #expect(try await open(disk, stamp: 1).documents(of: series, in: study).isEmpty)
  }

  @Test("are forgotten by series and altogether")
  func removal() async throws {
    let documents = try open(disk)
    let other = try #require(SeriesUID("1.2.3.5"))
    try await documents.put(document(1), series: series, of: study)
    try await documents.put(document(2), series: other, of: study)
    try await documents.remove(series, of: study)
    try await documents.remove(series, of: study)
    #expect(try await documents.documents(of: series, in: study).isEmpty)
    #expect(try await documents.documents(of: other, in: study).count == 1)
    try await documents.removeAll()
    #expect(try await documents.documents(of: other, in: study).isEmpty)
    try await documents.put(document(3), series: other, of: study)
    #expect(try await documents.documents(of: other, in: study).count == 1)
  }

  @Test("stay inside their folder whatever the UIDs")
  func hostileNames() async throws {
    let documents = try open(disk)
    try await documents.put(
      document(1), series: try #require(SeriesUID("..")), of: try #require(StudyUID(".")))
    #expect(path.hasPrefix("/archive/cache/documents/") && path.hasSuffix("/._.."))
  }

  @Test("of many series are put at once")
  func concurrency() async throws {
    let documents = try open(disk)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...60 {
        group.addTask {
          let series = try #require(SeriesUID("1.2.\(number)"))
          for instance in 1...5 { try await documents.put(document(instance), series: series, of: study) }
        }
      }
      try await group.waitForAll()
    }
    for number in 1...60 {
      let series = try #require(SeriesUID("1.2.\(number)"))
      #expect(try await documents.documents(of: series, in: study).count == 5)
    }
  }
}
