import ArchiveCore
import EmbeddedStore
import NIOCore
import Synchronization
import TestKit

/// An environment whose time goes by a millisecond a look and whose chance comes from a seed.
func testEnvironment(seed: UInt64 = 1) -> ArchiveCore.Environment {
  let state = Mutex((generator: SeededGenerator(seed: seed), nanoseconds: Int64(1_700_000_000_000_000_000)))
  return Environment(
    now: {
      state.withLock { state in
        state.nanoseconds += 1_000_000
        return Instant(nanoseconds: state.nanoseconds)
      }
    },
    random: { state.withLock { UInt128.random(in: 1 ... .max, using: &$0.generator) } },
    sleep: { _ in }
  )
}

/// A megabyte of noise that payloads are cut from, so that a debug build makes them quickly.
let noise: ByteBuffer = {
  var generator = SeededGenerator(seed: 42)
  var bytes = ByteBuffer()
  for _ in 0..<131_072 { bytes.writeInteger(generator.next()) }
  return bytes
}()

func payload(_ length: Int, from offset: Int = 0) -> ByteBuffer {
  noise.getSlice(at: offset % max(1, noise.readableBytes - length), length: length) ?? ByteBuffer()
}

/// Every other record was coerced, by a profile whose name has a length of its own.
func attributes(of id: RecordID, delivery: DeliveryID = DeliveryID(bits: 7)) -> RecordAttributes {
  let profile = ProfileVersion(id: String(repeating: "p", count: 1 + Int(id.bits % 11)), version: Int(id.bits % 100))
  return RecordAttributes(
    id: id, delivery: delivery, receivedAt: Instant(nanoseconds: 1_700_000_000_123_456_789),
    source: Source(channel: .association, name: "STORESCU", site: .main), principalKind: .node,
    principalName: "STORESCU", transferSyntax: "1.2.840.10008.1.2.1",
    profile: id.bits % 2 == 0 ? profile : nil)
}

extension DeliveryWriter {
  /// Writes one record in chunks.
  @discardableResult
  func store(
    _ bytes: ByteBuffer, as id: RecordID, chunk: Int = 16_384, sync: Bool = false
  ) async throws -> StoredRecord {
    try await begin(id)
    var rest = bytes
    while let piece = rest.readSlice(length: min(chunk, rest.readableBytes)), piece.readableBytes > 0 {
      try await append(piece)
    }
    return try await finish(attributes(of: id), sync: sync)
  }
}

extension BlobStore {
  /// The whole payload, or a part of it, in one piece.
  func payload(of record: StoredRecord, _ range: Range<UInt64>? = nil) async throws -> ByteBuffer {
    var whole = ByteBuffer()
    for try await chunk in try await read(record.location, range ?? 0..<record.location.length) {
      whole.writeImmutableBuffer(chunk)
    }
    return whole
  }
}

func recordID(_ number: Int) -> RecordID { RecordID(bits: UInt128(number)) }

/// A store as a new process opens it.
func makeStore(_ files: FaultyFileSystem, seed: UInt64 = 1) throws -> EmbeddedBlobStore {
  files.endProcess()
  return EmbeddedBlobStore(try DataDirectory("/archive", files: files), environment: testEnvironment(seed: seed))
}

/// The code of the error that the body throws.
func codeThrown(by body: () async throws -> Void) async -> ArchiveError.Code? {
  do {
    try await body()
    return nil
  } catch {
    return (error as? ArchiveError)?.code
  }
}
