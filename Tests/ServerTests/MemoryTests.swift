import DICOM
import DIMSE
import Foundation
import NIOCore
import TestKit
import Testing

@Suite("A very large multi-frame object", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"), .serialized)
struct MemoryTests {
  /// 2 GB, the last frame left away so that the length still fits signed 32-bit numbers of naïve readers.
  static let frames =
    ProcessInfo.processInfo.environment["ISOCENTER_LARGE_MEGABYTES"].flatMap { Int($0) } ?? 2047
  static let most = 300 * 1024 * 1024

  /// The most memory the process has had at once, in bytes (`VmHWM` of proc(5)).
  static func peak(of process: Int32) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.filter(\.isNumber))) * 1024
  }

  /// The object came whole: its first and last frames, and one between, are what was sent.
  private static func check(_ object: LargeObject, _ server: ServerProcess) async throws {
    let receiving = try peak(of: server.processIdentifier)
    #expect(receiving < most, "receiving took \(receiving) bytes")
    let path =
      "/dicom-web/studies/\(object.instance.study)/series/\(object.instance.series)"
      + "/instances/\(object.instance.instance)/frames/"
    for number in [1, object.frames / 2, object.frames] {
      let answer = try await Web(server).get("\(path)\(number)", accept: "application/octet-stream")
      #expect(answer.status == 200, "\(answer.text.prefix(200))")
      #expect(answer.body == object.frame(number), "frame \(number) differs")
    }
    let giving = try peak(of: server.processIdentifier)
    #expect(giving < most, "giving frames took \(giving) bytes")
    print("\(object.frames) MB: \(receiving >> 20) MB at most while they came, \(giving >> 20) MB in all")
  }

  @Test("arrives by C-STORE in little memory")
  func cStore() async throws {
    let server = try await ServerProcess.start()
    let object = try LargeObject(frames: Self.frames, number: 1, asFile: false)
    let outcome = try await DIMSEClient.withAssociation(Sender(to: server).configuration) { association in
      try await Sender.store(
        object, sopClass: Sender.multiFrame, instance: object.instance.instance, over: association)
    }
    #expect(outcome.status == .success)
    try await Self.check(object, server)
    #expect(await server.stop() == 0)
  }

  @Test("arrives by STOW-RS in little memory")
  func stow() async throws {
    let server = try await ServerProcess.start()
    let object = try LargeObject(
      frames: Self.frames, number: 2, asFile: true, before: Web.partHead,
      after: Array("\r\n--\(Web.boundary)--\r\n".utf8))
    let answer = try await Web(server).post(
      "/dicom-web/studies", contentType: Web.multipart, body: object, length: object.length)
    #expect(answer.status == 200, "\(answer.text)")
    try await Self.check(object, server)
    #expect(await server.stop() == 0)
  }
}
