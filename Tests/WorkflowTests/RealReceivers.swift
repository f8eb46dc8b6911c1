import ArchiveCore
import AsyncHTTPClient
import Foundation
import NIOCore
import TestKit
import Testing
import Workflow

/// A receiver that somebody else wrote.
enum RealReceiver: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case storescp
  case orthanc
  case orthancDICOMweb

  var testDescription: String { rawValue }
  var program: String { self == .storescp ? "storescp" : "Orthanc" }

  static let plugin = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"

  var isThere: Bool {
    Peer.has(program) && (self != .orthancDICOMweb || FileManager.default.fileExists(atPath: Self.plugin))
  }

  static var present: [RealReceiver] { allCases.filter(\.isThere) }
}

/// One that can be started and stopped on its ports, and keeps what it has between.
struct RealPeer: Sendable {
  let kind: RealReceiver
  let folder: TemporaryFolder
  let dicomPort: Int
  let httpPort: Int

  init(_ kind: RealReceiver) throws {
    self.kind = kind
    folder = try TemporaryFolder()
    let ports = try ServerProcess.freePorts(2)
    (dicomPort, httpPort) = (ports[0], ports[1])
  }

  var address: DestinationRecord.Address {
    switch kind {
    case .storescp, .orthanc: .dimse(aeTitle: "PEER", host: "127.0.0.1", port: dicomPort)
    case .orthancDICOMweb: .dicomweb(url: "http://127.0.0.1:\(httpPort)/dicom-web/")
    }
  }

  func start() async throws -> RunningPeer {
    let peer: RunningPeer
    switch kind {
    case .storescp:
      // Each file's name, with the SOP Instance UID in it, in the order they came: also one that came before.
      peer = try RunningPeer(
        "storescp",
        ["-od", folder.path, "-aet", "PEER", "-xs", "-xcr", "echo #f >> \(folder.path)/order.txt", "\(dicomPort)"])
    case .orthanc, .orthancDICOMweb:
      let configuration: [String: Any] = [
        "StorageDirectory": folder.path, "IndexDirectory": folder.path, "HttpPort": httpPort, "DicomPort": dicomPort,
        "DicomAet": "PEER", "RemoteAccessAllowed": false, "AuthenticationEnabled": false,
        "DicomAlwaysAllowStore": true, "DicomAlwaysAllowEcho": true, "DicomCheckCalledAet": false,
        "OverwriteInstances": false, "Plugins": [RealReceiver.plugin], "DicomWeb": ["Enable": true],
      ]
      let text = try JSONSerialization.data(withJSONObject: configuration)
      let file = try folder.write(Array(text), as: "orthanc.json")
      peer = try RunningPeer("Orthanc", [file], output: "\(folder.path)/orthanc.log")
    }
    for _ in 0..<1000 {
      if await answers() { return peer }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw DestinationFailure("\(kind) does not start")
  }

  private func answers() async -> Bool {
    switch kind {
    case .storescp:
      (try? await Peer.run("echoscu", ["-aec", "PEER", "127.0.0.1", "\(dicomPort)"]))?.status == 0
    case .orthanc, .orthancDICOMweb: (try? await json("/system")) != nil
    }
  }

  /// SOP Instance UIDs in the order they came.
  /// What it has by now, once it has written down so many: `storescp` does so when it has answered already.
  func got(atLeast count: Int) async throws -> [String] {
    for _ in 1..<Self.patience {
      let got = try await got()
      if got.count >= count { return got }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try await got()
  }

  private static let patience = 250

  /// The names of the patients that Orthanc has.
  func patientNames() async throws -> [String] {
    let patients = try #require(try await json("/patients?expand") as? [[String: Any]])
    return try patients.map { patient in
      let tags = try #require(patient["MainDicomTags"] as? [String: Any])
      return try #require(tags["PatientName"] as? String)
    }
  }

  /// What `storescp` has on its disk: written before it answers, while its list is written after.
  func kept() throws -> Set<String> {
    Set(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("SC.") }
        .map { String($0.dropFirst(3)) })
  }

  func got() async throws -> [String] {
    switch kind {
    case .storescp:
      let text = (try? folder.contents(of: "order.txt")) ?? []
      return String(decoding: text, as: UTF8.self).split(separator: "\n").map { line in
        // "SC.1.2.3": a prefix for the modality and the UID.
        String(line.drop { !$0.isNumber })
      }
    case .orthanc, .orthancDICOMweb:
      let changes = try #require(try await json("/changes?limit=10000") as? [String: Any])
      let lines = try #require(changes["Changes"] as? [[String: Any]])
      var got: [String] = []
      for line in lines where line["ChangeType"] as? String == "NewInstance" {
        let path = try #require(line["Path"] as? String)
        let instance = try #require(try await json(path) as? [String: Any])
        let tags = try #require(instance["MainDicomTags"] as? [String: Any])
        got.append(try #require(tags["SOPInstanceUID"] as? String))
      }
      return got
    }
  }

  private func json(_ path: String) async throws -> Any {
    let request = HTTPClientRequest(url: "http://127.0.0.1:\(httpPort)\(path)")
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    let body = try await response.body.collect(upTo: 16 * 1024 * 1024)
    return try JSONSerialization.jsonObject(with: Data(body.readableBytesView))
  }
}
