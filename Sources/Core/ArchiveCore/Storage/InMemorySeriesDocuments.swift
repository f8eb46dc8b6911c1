/// Series documents in memory: the contract in its shortest form, and enough for a test.
public actor InMemorySeriesDocuments: SeriesDocuments {
  private struct Key: Hashable {
    var study: StudyUID
    var series: SeriesUID
  }

  private var kept: [Key: [RecordID: InstanceDocument]] = [:]

  public init() {}

  public func put(_ document: InstanceDocument, series: SeriesUID, of study: StudyUID) {
    kept[Key(study: study, series: series), default: [:]][document.record] = document
  }

  public func documents(of series: SeriesUID, in study: StudyUID) -> [RecordID: InstanceDocument] {
    kept[Key(study: study, series: series)] ?? [:]
  }

  public func remove(_ series: SeriesUID, of study: StudyUID) {
    kept[Key(study: study, series: series)] = nil
  }

  public func removeAll() { kept = [:] }
}
