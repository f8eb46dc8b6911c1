import ArchiveCore
import NIOCore

/// An instance to be exported.
struct ExportedInstance: Sendable, Hashable {
  var study: StudyUID
  var series: SeriesUID
  var instance: InstanceUID
  /// Bytes of the Part 10 file, if they are known.
  var length: UInt64?
  /// SHA-256 of the Part 10 file, if it is known: what lets a second run see that a file holds what it should.
  var digest: [UInt8]?
}

/// Where exported objects come from: the archive of this process, a server's WADO-RS.
protocol ObjectProvider: Sendable {
  associatedtype Bytes: AsyncSequence & Sendable where Bytes.Element == ByteBuffer

  /// The instances of the selection that the provider was made for.
  func instances() async throws -> [ExportedInstance]
  /// An instance as a whole Part 10 file (PS3.10 §7).
  func bytes(of instance: ExportedInstance) async throws -> Bytes
}
