import ArchiveCore
import ArgumentParser
import NIOCore

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Fill an archive with the demo hospital: made up, the same for the same seed.")

  @OptionGroup var directory: DataOption

  /// What decides everything about the demo hospital.
  static let seed: UInt64 = 1

  /// DCMTK's tools under the titles they use unless told otherwise, at the demo hospital's first site: a visitor's
  /// `storescu` and `findscu` work at once.
  static var callers: [Node] {
    let site = DemoHospital.objects(seed: seed).first { _ in true }?.site ?? .main
    return NodeDirectory.customaryCallers.map {
      Node(aeTitle: $0.aeTitle, host: $0.host, port: $0.port, site: site, roles: $0.roles)
    }
  }

  func run() async throws {
    if await ControlClient.connect(to: directory.data) != nil {
      throw CommandFailure("a server is running on \(directory.data); start it with --demo instead")
    }
    var configuration = Configuration()
    configuration.data = directory.data
    let opened = try await OpenArchive.open(configuration)
    _ = try await opened.archive.recover()
    try await Self.fill(opened)
    try await opened.close()
  }

  /// Stores the demo hospital; what is there already is left alone, and an archive that has anything stays as it is.
  static func fill(_ opened: OpenArchive) async throws {
    let system = Principal.system("demo")
    guard try await opened.archive.find(Query(level: .study, limit: 1), as: system).matches.isEmpty else { return }
    let bar = SharedProgress("making the demo hospital", unit: .count)
    var done: UInt64 = 0
    var deliveries: [SiteID: Delivery] = [:]
    for object in DemoHospital.objects(seed: seed) {
      let delivery: Delivery
      if let open = deliveries[object.site] {
        delivery = open
      } else {
        delivery = try await opened.archive.openDelivery(
          from: Source(channel: .demo, name: "demo", site: object.site), by: system)
        deliveries[object.site] = delivery
      }
      _ = try await delivery.stage(OneBuffer(ByteBuffer(bytes: object.bytes)), as: .part10)
      done += 1
      if done.isMultiple(of: 50) { for open in deliveries.values { _ = try await open.settle() } }
      bar.update(done)
    }
    for open in deliveries.values {
      _ = try await open.settle()
      await open.close()
    }
    bar.finish()
  }
}

/// One chunk as a sequence.
struct OneBuffer: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  private let buffer: ByteBuffer

  init(_ buffer: ByteBuffer) { self.buffer = buffer }

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var buffer: ByteBuffer?

    mutating func next() async throws -> ByteBuffer? {
      defer { buffer = nil }
      return buffer
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer) }
}
