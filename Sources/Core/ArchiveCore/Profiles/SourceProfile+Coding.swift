import Foundation

extension SourceProfile {
  /// As the ledger keeps it: JSON, the same bytes for the same profile.
  ///
  /// - Throws: `ArchiveError` `.limitExceeded` when it is too long to be kept.
  public func encoded() throws(ArchiveError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self), data.count <= RecordFormat.maximumProfileLength else {
      throw ArchiveError(.limitExceeded, "a profile has at most \(RecordFormat.maximumProfileLength) bytes")
    }
    return Array(data)
  }

  /// Reads what `encoded` writes; `nil` when it is no profile.
  public init?(encoded: [UInt8]) {
    guard let profile = try? JSONDecoder().decode(SourceProfile.self, from: Data(encoded)) else { return nil }
    self = profile
  }
}
