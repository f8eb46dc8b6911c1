import ArchiveCore
import DICOM
import EmbeddedStore
import NIOCore
import TestKit
import Testing

/// What is read from the disk is counted, not timed.
@Suite("Reading a part of a large object")
struct BoundedReadTests {
  /// Blocks are verified whole, and header and first frame touch a few of them.
  private static let bound = 8 * 65_536
  private static let frames = 64

  /// A multi-frame of 33 MB with something behind its pixel data, native or in one fragment a frame.
  private static func object(in syntax: TransferSyntax) throws -> (file: [UInt8], uid: InstanceUID) {
    let small = SmallObject(study: 1)
    let uid = try #require(InstanceUID(small.instance))
    var set = small.dataSet
    set.set(.rows, .us, ints: [512])
    set.set(.columns, .us, ints: [1024])
    set.set(.numberOfFrames, .is, ints: [frames])
    set[.pixelData] = DataElement(
      tag: .pixelData, vr: .ob, value: .bytes([UInt8](repeating: 7, count: 512 * 1024 * frames)))
    set[Tag(0xFFFC, 0xFFFC)] = DataElement(tag: Tag(0xFFFC, 0xFFFC), vr: .ob, value: .bytes([0, 0]))
    let file =
      FileMeta.encode(
        sopClass: small.sopClass, sopInstance: UID(rawValue: small.instance), transferSyntax: syntax,
        sourceApplicationEntityTitle: nil) + (try DataSetWriter.encode(set, in: syntax))
    return (file, uid)
  }

  @Test(
    "reads its header and its first frame, and not the rest",
    arguments: [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian, .explicitVRBigEndian])
  func header(syntax: TransferSyntax) async throws {
    let disk = FaultyFileSystem(seed: 1)
    let root = try FaultySQLite.mount(disk)
    defer { FaultySQLite.unmount(root) }
    let opened = try await PoweredArchive.start(on: disk, at: root, seed: 1)
    let (file, uid) = try Self.object(in: syntax)
    let source = Source(channel: .association, name: "TEST", site: .main)
    let delivery = try await opened.archive.openDelivery(from: source, by: PoweredArchive.principal)
    _ = try await delivery.stage(Chunks(file, of: 1_000_000), as: .part10)
    #expect(try await delivery.settle().map(\.kind) == [.stored])
    await delivery.close()
    let reference = try #require(
      try await opened.catalog.instances(of: .instances([uid]), within: .all).first)

    let before = disk.bytesRead
    let header = try await opened.archive.header(of: reference)
    #expect(disk.bytesRead - before <= Self.bound, "of \(file.count) bytes")
    guard case .native(let pixels) = header.pixelData else {
      Issue.record("the header has lost its pixel data")
      return
    }
    #expect(header.dataSet.contains(Tag(0xFFFC, 0xFFFC)), "what stands behind the pixel data")
    #expect(header.length == UInt64(file.count))
    var frame: [UInt8] = []
    for try await chunk in try await opened.archive.bytes(of: reference, pixels.offset..<pixels.offset + 512 * 1024) {
      frame += Array(chunk.readableBytesView)
    }
    #expect(frame.count == 512 * 1024 && frame.allSatisfy { $0 == 7 })
    #expect(disk.bytesRead - before <= 2 * Self.bound + 512 * 1024, "header and first frame")
    await opened.end()
  }
}
