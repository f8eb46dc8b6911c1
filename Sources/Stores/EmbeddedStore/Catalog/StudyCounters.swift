public import ArchiveCore

/// Studies, series, instances and bytes by site and modality, as a projection of the journal: a pure function of its
/// entries, so that a replay from zero gives what the maintained counters say.
///
/// A study or series counts on every line that has an instance of it.
public struct StudyCounters: Sendable {
  private struct Line: Hashable, Sendable {
    var site: SiteID
    var modality: String
  }

  private enum Member: Hashable, Sendable {
    case study(StudyUID, Line)
    case series(SeriesUID, StudyUID, Line)
  }

  /// Behind the last entry that was applied.
  public private(set) var position = JournalPosition.start
  private var lines: [Line: StudyCounter] = [:]
  private var instancesOf: [Member: Int] = [:]

  public init() {}

  /// Applies an entry; one at or before `position` changes nothing, so delivery may repeat.
  public mutating func apply(_ entry: JournalEntry) {
    guard position < entry.position else { return }
    position = entry.position
    switch entry.event {
    case .instanceStored(let facts): count(facts, 1)
    case .instanceDeleted(let facts): count(facts, -1)
    case .instanceResent, .instanceQuarantined, .studyCorrected, .studyCompleted: break
    }
  }

  /// The lines that count anything, by site and modality.
  public var counters: [StudyCounter] {
    lines.values.filter { $0.instances > 0 }
      .sorted { ($0.site.value, $0.modality) < ($1.site.value, $1.modality) }
  }

  private mutating func count(_ facts: InstanceFacts, _ sign: Int) {
    let line = Line(site: facts.site, modality: facts.modality)
    let study = edge(.study(facts.study, line), sign)
    let series = edge(.series(facts.series, facts.study, line), sign)
    let empty = StudyCounter(
      site: line.site, modality: line.modality, studies: 0, series: 0, instances: 0, bytes: 0)
    var counter = lines[line] ?? empty
    counter.studies += study
    counter.series += series
    counter.instances += sign
    counter.bytes += sign * Int(clamping: facts.bytes)
    lines[line] = counter.instances > 0 ? counter : nil
  }

  /// 1 when the member gained its first instance, -1 when it lost its last.
  private mutating func edge(_ member: Member, _ sign: Int) -> Int {
    let before = instancesOf[member] ?? 0
    let now = before + sign
    instancesOf[member] = now == 0 ? nil : now
    return (now > 0 ? 1 : 0) - (before > 0 ? 1 : 0)
  }
}
