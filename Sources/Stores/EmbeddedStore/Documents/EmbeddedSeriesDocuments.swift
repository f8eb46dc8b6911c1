public import ArchiveCore
import NIOCore

/// Series documents in files under `cache/documents`, one for each series, appended to and never synced.
///
/// A torn, damaged or older file is a missing one, from the first entry that is not whole on.
public struct EmbeddedSeriesDocuments: SeriesDocuments {
  /// Series that are worked on at the same time, at most.
  static let shardCount = 8

  private let shards: [DocumentShard]

  /// - Parameters:
  ///   - directory: the data directory.
  ///   - stamp: names the versions of all that makes a document: its layout, the parser, the corrections. Documents with
  ///     another stamp count as missing.
  public init(_ directory: DataDirectory, stamp: UInt32) throws(ArchiveError) {
    var shards: [DocumentShard] = []
    for number in 0..<EmbeddedSeriesDocuments.shardCount {
      shards.append(
        try DocumentShard(number: number, of: EmbeddedSeriesDocuments.shardCount, in: directory, stamp: stamp))
    }
    self.shards = shards
  }

  public func put(_ document: InstanceDocument, series: SeriesUID, of study: StudyUID) async throws {
    let key = SeriesKey(study: study, series: series)
    try await shard(of: key).put(document, of: key)
  }

  public func documents(of series: SeriesUID, in study: StudyUID) async throws -> [RecordID: InstanceDocument] {
    let key = SeriesKey(study: study, series: series)
    return try await shard(of: key).documents(of: key)
  }

  public func remove(_ series: SeriesUID, of study: StudyUID) async throws {
    let key = SeriesKey(study: study, series: series)
    try await shard(of: key).remove(key)
  }

  public func removeAll() async throws {
    for shard in shards { try await shard.removeAll() }
  }

  private func shard(of key: SeriesKey) -> DocumentShard { shards[key.folder % shards.count] }
}

/// A series of a study, and where its documents lie.
struct SeriesKey: Hashable, Sendable {
  static let folderCount = 256

  /// File name: UIDs are digits and dots, so with the underscore it is neither "." nor "..", and names one series.
  let name: String
  /// Which folder: they stay small even in a large archive.
  let folder: Int

  init(study: StudyUID, series: SeriesUID) {
    var name = "\(study)_\(series)"
    folder = Int(name.withUTF8 { RecordFormat.checksum(UnsafeRawBufferPointer($0)) }) % SeriesKey.folderCount
    self.name = name
  }

  static func folderName(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
}
