import ArchiveCore
import DICOM
import EmbeddedStore
import NIOCore
import TestKit
import Testing

@Suite("A store with something wrong")
struct DamagedStoreTests {
  /// Runs a test with an archive of its own on a faulty disk.
  private func withDisk(_ body: (FaultyFileSystem, _ root: String) async throws -> Void) async throws {
    let disk = FaultyFileSystem(seed: 7)
    let root = try FaultySQLite.mount(disk)
    defer { FaultySQLite.unmount(root) }
    try await body(disk, root)
  }

  private func bytes(of object: SmallObject, _ opened: PoweredArchive) async throws -> [UInt8] {
    let reference = try #require(try await opened.instances(object).first)
    var bytes: [UInt8] = []
    for try await chunk in try await opened.archive.bytes(of: reference) { bytes += Array(chunk.readableBytesView) }
    return bytes
  }

  /// Changes a byte in the first file whose path has this part, in the middle or where something stands.
  private func rot(_ part: String, on disk: FaultyFileSystem, at text: String? = nil) throws {
    let path = try #require(disk.paths.first { $0.contains(part) })
    var bytes = try #require(disk.contents(of: path))
    var place = bytes.count / 2
    if let text {
      let wanted = Array(text.utf8)
      place = try #require(bytes.indices.first { bytes[$0...].starts(with: wanted) })
    }
    bytes[place] ^= 0x20
    disk.place(bytes, at: path)
  }

  @Test("full when it is closed: it says so, lets go of its files, and starts again with everything once there is room")
  func fullAtClose() async throws {
    try await withDisk { disk, root in
      let opened = try await PoweredArchive.start(on: disk, at: root, seed: 1)
      for number in 1...3 { #expect(try await opened.store(SmallObject(study: 1, instance: number))) }
      // A read that the audit has not written yet: closing must.
      _ = try await opened.archive.find(Query(level: .study), as: PoweredArchive.principal)
      disk.faults.capacity = disk.bytes
      #expect(try await !opened.store(SmallObject(study: 1, instance: 4)))
      let error = await #expect(throws: ArchiveError.self) { try await opened.catalog.close() }
      #expect(error?.code == .outOfSpace)
      await #expect(throws: (any Error).self, "it is still open") { _ = try await opened.catalog.journalEnd() }
      let full = await #expect(throws: ArchiveError.self) {
        _ = try await PoweredArchive.start(on: disk, at: root, seed: 2)
      }
      #expect(full?.code == .outOfSpace)

      disk.faults.capacity = nil
      let again = try await PoweredArchive.start(on: disk, at: root, seed: 3)
      for number in 1...3 {
        let object = SmallObject(study: 1, instance: number)
        #expect(try await bytes(of: object, again) == object.file())
      }
      #expect(try await again.store(SmallObject(study: 1, instance: 4)))
      #expect(try await again.audit.verify().isEmpty)
      await again.end()
    }
  }

  @Test("with an unreadable record fails the one object of a group that must be compared with it, and files the others")
  func unreadableRecord() async throws {
    try await withDisk { disk, root in
      let opened = try await PoweredArchive.start(on: disk, at: root, seed: 1)
      let present = SmallObject(study: 1, instance: 2)
      #expect(try await opened.store(present))
      let reference = try #require(try await opened.instances(present).first)
      disk.faults.unreadable = "\(reference.location.container)"

      var other = present
      other.shade = 9
      let group = [SmallObject(study: 1, instance: 1), other, SmallObject(study: 1, instance: 3)]
      let source = Source(channel: .association, name: "TEST", site: .main)
      let delivery = try await opened.archive.openDelivery(from: source, by: PoweredArchive.principal)
      for object in group { _ = try await delivery.stage(Chunks(try object.file()), as: .part10) }
      let error = await #expect(throws: ArchiveError.self) { try await delivery.settle() }
      #expect(error?.code == .unavailable)
      await delivery.close()
      disk.faults.unreadable = nil

      // Neither recovery nor a rebuild may think that the others were refused, or that this one was not.
      for step in ["then", "after a rebuild"] {
        if step != "then" { try await opened.rebuild() }
        #expect(try await bytes(of: group[0], opened) == group[0].file(), "\(step)")
        #expect(try await bytes(of: present, opened) == present.file(), "\(step)")
        #expect(try await bytes(of: group[2], opened) == group[2].file(), "\(step)")
        #expect(try await opened.archive.quarantined(as: PoweredArchive.principal, limit: 9).isEmpty, "\(step)")
      }
      await opened.end()
    }
  }

  @Test("whose ledger lost a decision says where, and refuses to rebuild what would bring deleted images back")
  func damagedLedger() async throws {
    try await withDisk { disk, root in
      var opened = try await PoweredArchive.start(on: disk, at: root, seed: 1)
      for study in 1...2 {
        #expect(try await opened.store(SmallObject(study: study)))
        _ = try await opened.archive.delete(
          .study(SmallObject(study: study).studyUID), as: PoweredArchive.principal, reason: "decision \(study)")
      }
      await opened.end()
      try rot("/ledger/", on: disk, at: "decision 1")
      opened = try await PoweredArchive.start(on: disk, at: root, seed: 2)
      let findings = try await opened.archive.verify(as: PoweredArchive.principal)
      #expect(findings.map(\.problem) == [.damagedLedger])
      for refuse in [
        { try await opened.archive.requireEveryDecision() }, { _ = try await opened.archive.replayEverything() },
      ] {
        let error = await #expect(throws: ArchiveError.self) { try await refuse() }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("ledger file 00000001-") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("would bring deleted images back") == true)
      }
      #expect(try await opened.instances(SmallObject(study: 1)).isEmpty)
      await opened.end()
    }
  }

  @Test("gives out the second copy of a record that has rotted: what was answered “already here” is here")
  func rottenRecord() async throws {
    try await withDisk { disk, root in
      var opened = try await PoweredArchive.start(on: disk, at: root, seed: 1)
      var object = SmallObject(study: 1)
      // More than one chunk, and the rot in a later one.
      (object.rows, object.columns) = (1000, 1000)
      #expect(try await opened.store(object))
      await opened.end()
      try rot("/deliveries/", on: disk)
      opened = try await PoweredArchive.start(on: disk, at: root, seed: 2)
      let error = await #expect(throws: ArchiveError.self) { _ = try await bytes(of: object, opened) }
      #expect(error?.code == .damaged)

      #expect(try await opened.store(object))
      #expect(try await bytes(of: object, opened) == object.file())
      let reference = try #require(try await opened.instances(object).first)
      let middle = reference.location.length / 2
      #expect(
        try await opened.archive.bytes(of: reference, middle - 10..<middle + 10)
          .reduce(into: []) { $0 += Array($1.readableBytesView) }
          == Array(try object.file()[Int(middle - 10)..<Int(middle + 10)]))
      let findings = try await opened.archive.verify(as: PoweredArchive.principal)
      #expect(findings.map(\.problem) == [.damagedRecord], "a good copy does not hide the bad one")
      await opened.end()
    }
  }
}
