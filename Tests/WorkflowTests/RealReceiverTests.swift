import ArchiveCore
import DICOM
import DIMSE
import Doors
import EmbeddedStore
import Foundation
import TestKit
import Testing
import Workflow

@Suite("Forwarding to a receiver of somebody else", .serialized, .timeLimit(.minutes(3)))
struct RealReceiverTests {
  /// Doors' own destinations behind the names.
  static let connect: @Sendable (DestinationRecord, Archive, ArchiveCore.Environment) throws -> any Destination = {
    record, archive, environment in
    switch record.address {
    case .dimse(let aeTitle, let host, let port):
      guard let called = AETitle(aeTitle) else { throw DestinationFailure("no AE title") }
      return DIMSEDestination(
        transcoder: InstanceTranscoder(archive: archive), host: host, port: port, calling: "ISOCENTER", called: called)
    case .dicomweb(let url):
      return STOWDestination(archive: archive, url: url, token: record.token, environment: environment)
    case .node: throw DestinationFailure("there are no nodes here")
    }
  }

  /// Studies in several transfer syntaxes and SOP classes, in the order they are stored.
  static func studies(_ numbers: ClosedRange<Int>) throws -> [(file: [UInt8], instance: String)] {
    var files: [(file: [UInt8], instance: String)] = []
    for study in numbers {
      for number in 1...12 {
        let object = SmallObject(study: study, instance: number)
        let syntax: TransferSyntax = number.isMultiple(of: 3) ? .implicitVRLittleEndian : .explicitVRLittleEndian
        files.append((try object.file(in: syntax), object.instance))
      }
    }
    return files
  }

  @Test(
    "that was dead for an hour gives it everything, in order and once",
    .enabled(if: !RealReceiver.present.isEmpty, "needs storescp or Orthanc"), arguments: RealReceiver.present)
  func deadForAnHour(kind: RealReceiver) async throws {
    let peer = try RealPeer(kind)
    var ward = try await Ward()
    ward.connect = Self.connect
    try await ward.destination("peer", peer.address)
    try await ward.rule(RoutingRule(name: "all", trigger: .onArrival, to: ["peer"]))
    let files = try Self.studies(1...3)
    let working = ward
    try await working.sending {
      for part in 0..<3 {
        try await working.archive.store(files[part * 12..<part * 12 + 12].map(\.file))
        try await working.settle()
        let later = working.clock.now.adding(.seconds(1200))
        try await working.pass(.seconds(10)) { working.clock.now >= later }
      }
      let status = try #require(await working.store.queue(of: "peer"))
      #expect(status.waiting == 36 && status.sent == 0)
      let running = try await peer.start()
      try await working.pass(.seconds(5)) { try await working.store.queue(of: "peer")?.waiting == 0 }
      #expect(try await working.store.queue(of: "peer")?.sent == 36)
      #expect(try await peer.got(atLeast: files.count) == files.map(\.instance))
      await running.stop()
    }
  }

  @Test(
    "that dies in the middle loses nothing and is not sent what it acknowledged",
    .enabled(if: RealReceiver.storescp.isThere, "needs storescp"))
  func diesInTheMiddle() async throws {
    let peer = try RealPeer(.storescp)
    var ward = try await Ward()
    ward.connect = Self.connect
    try await ward.destination("peer", peer.address)
    try await ward.rule(RoutingRule(name: "all", trigger: .onArrival, to: ["peer"]))
    let files = try Self.studies(1...4)
    try await ward.archive.store(files.map(\.file))
    try await ward.settle()
    let working = ward
    let first = try await peer.start()
    try await working.sending {
      try await working.pass(.zero) { try await working.store.queue(of: "peer")?.sent ?? 0 > 5 }
      await first.stop()
      try await working.pass(.zero) { try await working.store.queue(of: "peer")?.postponement != nil }
      let acknowledged = try #require(await working.store.queue(of: "peer")).sent
      let before = try await peer.got()
      #expect(acknowledged < files.count)
      let second = try await peer.start()
      try await working.pass(.seconds(5)) { try await working.store.queue(of: "peer")?.waiting == 0 }
      let after = try await peer.got(atLeast: before.count + files.count - acknowledged).dropFirst(before.count)
      #expect(try peer.kept() == Set(files.map(\.instance)))
      #expect(after.count == files.count - acknowledged, "only what has no recorded success comes again")
      #expect(Array(after) == files.map(\.instance).suffix(after.count))
      await second.stop()
    }
  }

  @Test(
    "gets a corrected study as it is believed",
    .enabled(if: RealReceiver.orthanc.isThere, "needs Orthanc"),
    arguments: RealReceiver.present.filter { $0 != .storescp })
  func corrected(kind: RealReceiver) async throws {
    let peer = try RealPeer(kind)
    let running = try await peer.start()
    var ward = try await Ward()
    ward.connect = Self.connect
    try await ward.destination("peer", peer.address)
    let object = SmallObject(study: 1)
    try await ward.rule(RoutingRule(name: "all", trigger: .onArrival, to: ["peer"]))
    try await ward.store([object])
    var values = DataSet()
    values.set(.patientName, .pn, "Roe^Richard")
    _ = try await ward.archive.archive.correct(object.studyUID, values, as: Ward.admin, reason: "typed wrong")
    try await ward.settle()
    let working = ward
    try await working.sending {
      try await working.pass(.seconds(1)) { try await working.store.queue(of: "peer")?.sent == 1 }
    }
    #expect(try await peer.patientNames() == ["Roe^Richard"])
    await running.stop()
  }

  @Test(
    "gets what the rule wants in the syntax it was stored in, whole",
    .enabled(if: RealReceiver.orthanc.isThere, "needs Orthanc"))
  func whole() async throws {
    let peer = try RealPeer(RealReceiver.orthancDICOMweb.isThere ? .orthancDICOMweb : .orthanc)
    let running = try await peer.start()
    var ward = try await Ward()
    ward.connect = Self.connect
    try await ward.destination("peer", peer.address)
    try await ward.rule(
      RoutingRule(name: "CT", when: RuleConditions(modalities: ["CT"]), to: ["peer"]))
    var wanted = SmallObject(study: 1)
    wanted.modality = "CT"
    try await ward.store([wanted, SmallObject(study: 2)])
    try await ward.settle()
    ward.clock.advance(.seconds(60))
    try await ward.settle()
    let working = ward
    try await working.sending {
      try await working.pass(.seconds(1)) { try await working.store.queue(of: "peer")?.sent == 1 }
    }
    #expect(try await peer.got() == [wanted.instance])
    await running.stop()
  }
}
