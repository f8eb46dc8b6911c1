public import ArchiveCore

/// Studies, series, instances and bytes by site and modality, as a projection of the journal: a pure function of its
/// entries, so that a replay from zero gives what the maintained counters say.
///
/// A site counts all of each study that it may know of: of which it has sent something that is still there. A study counts
/// on every line that has an instance of it.
public struct StudyCounters: Sendable {
  private struct Line: Hashable {
    var site: SiteID
    var modality: String
  }

  /// What is there of a series.
  private struct Part: Sendable {
    /// As it was last told.
    var modality: String
    var instances = 0
    var bytes = 0
  }

  private struct Study: Sendable {
    /// Records that are there, current or duplicate, by who sent them.
    var records: [SiteID: Int] = [:]
    var parts: [SeriesUID: Part] = [:]
  }

  /// Behind the last entry that was applied.
  public private(set) var position = JournalPosition.start
  private var studies: [StudyUID: Study] = [:]

  public init() {}

  /// Applies an entry; one at or before `position` changes nothing, so delivery may repeat.
  public mutating func apply(_ entry: JournalEntry) {
    guard position < entry.position else { return }
    position = entry.position
    switch entry.event {
    case .instanceStored(let facts):
      count(facts, 1)
      record(facts, 1)
    case .instanceDeleted(let facts):
      count(facts, -1)
      record(facts, -1)
    case .instanceResent(let facts): record(facts, 1)
    case .duplicateRemoved(let facts): record(facts, -1)
    case .seriesRestated(let study, let series, let modality): studies[study]?.parts[series]?.modality = modality
    case .instanceQuarantined, .studyCorrected, .studyCompleted, .workItemChanged: break
    }
  }

  /// The lines that count anything, by site and modality.
  public var counters: [StudyCounter] {
    var lines: [Line: StudyCounter] = [:]
    for study in studies.values {
      for site in study.records.keys {
        for (modality, parts) in Dictionary(grouping: study.parts.values, by: \.modality) {
          let line = Line(site: site, modality: modality)
          var counter =
            lines[line] ?? StudyCounter(site: site, modality: modality, studies: 0, series: 0, instances: 0, bytes: 0)
          counter.studies += 1
          counter.series += parts.count
          counter.instances += parts.reduce(0) { $0 + $1.instances }
          counter.bytes += parts.reduce(0) { $0 + $1.bytes }
          lines[line] = counter
        }
      }
    }
    return lines.values.sorted { ($0.site.value, $0.modality) < ($1.site.value, $1.modality) }
  }

  private mutating func record(_ facts: InstanceFacts, _ sign: Int) {
    let records = (studies[facts.study]?.records[facts.site] ?? 0) + sign
    studies[facts.study, default: Study()].records[facts.site] = records == 0 ? nil : records
    if let study = studies[facts.study], study.records.isEmpty, study.parts.isEmpty { studies[facts.study] = nil }
  }

  private mutating func count(_ facts: InstanceFacts, _ sign: Int) {
    var part = studies[facts.study]?.parts[facts.series] ?? Part(modality: facts.modality)
    part.modality = facts.modality
    part.instances += sign
    part.bytes += sign * Int(clamping: facts.bytes)
    studies[facts.study, default: Study()].parts[facts.series] = part.instances == 0 ? nil : part
  }
}
