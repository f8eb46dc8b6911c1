/// The metadata of whole series, ready to serve: DICOM JSON (PS3.18 §F) of every instance's header without bulk data.
///
/// Derived and never synced: stamped with a format version, checked when read, rebuilt from the records when missing,
/// torn or older. An instance's document is in place before the instance is acknowledged.
public protocol SeriesDocuments: Sendable {
  /// Adds or replaces the document of one record.
  func put(_ document: InstanceDocument, series: SeriesUID, of study: StudyUID) async throws

  /// The documents of these records that are there and whole, by record; one read for a series whose documents lie together.
  func documents(of series: SeriesUID, in study: StudyUID) async throws -> [RecordID: InstanceDocument]

  /// Forgets a series.
  func remove(_ series: SeriesUID, of study: StudyUID) async throws

  /// Forgets everything.
  func removeAll() async throws
}

/// One instance's metadata as JSON text, with the places where the base of its bulk data URIs goes.
public struct InstanceDocument: Hashable, Sendable {
  public var record: RecordID
  /// UTF-8 JSON object. Each `BulkDataURI` value lacks its base, which belongs at the positions in `bases`.
  public var json: [UInt8]
  /// Ascending byte positions in `json`.
  public var bases: [UInt32]

  public init(record: RecordID, json: [UInt8], bases: [UInt32]) {
    self.record = record
    self.json = json
    self.bases = bases
  }

  /// The JSON with the base in place, appended to `output`.
  public func append(base: some StringProtocol, to output: inout [UInt8]) {
    var start = 0
    for position in bases {
      let end = Int(position)
      guard end >= start, end <= json.count else { break }
      output.append(contentsOf: json[start..<end])
      output.append(contentsOf: base.utf8)
      start = end
    }
    output.append(contentsOf: json[start...])
  }
}
