import ArchiveCore

/// Makes events of a stretch of the journal: a pure function. A thousand instances of a study are one event.
enum FeedFold {
  private enum Key: Hashable {
    case stored(StudyUID, SiteID)
    case completed(StudyUID, Int)
    case deleted(StudyUID)
    case corrected(StudyUID, Int)
    case work(WorkUID)
  }

  private struct Group {
    var event: FeedEvent
    var first: Int
    var last: Int
  }

  /// - Parameter after: the position that the entries follow.
  /// - Returns: events in the order of their last entries. Whoever has seen an event and asks again behind its position
  ///   misses nothing, and may see a little twice.
  static func events(of entries: [JournalEntry], after: JournalPosition) -> [FeedEvent] {
    var groups: [Key: Group] = [:]
    for (index, entry) in entries.enumerated() {
      guard let key = key(entry) else { continue }
      var group = groups[key] ?? Group(event: event(entry), first: index, last: index)
      group.last = index
      add(entry, to: &group.event.body)
      groups[key] = group
    }
    var events: [FeedEvent] = []
    let ordered = groups.values.sorted { $0.last < $1.last }
    // The earliest entry that belongs to a later event: an event may not claim anything from there on.
    var earliest = entries.count
    for group in ordered.reversed() {
      let end = min(group.last, earliest - 1)
      var event = group.event
      event.position = end < 0 ? after : entries[end].position
      events.append(event)
      earliest = min(earliest, group.first)
    }
    return events.reversed()
  }

  private static func key(_ entry: JournalEntry) -> Key? {
    switch entry.event {
    case .instanceStored(let facts): .stored(facts.study, entry.site)
    case .studyCompleted(let study, let revision, _): .completed(study, revision)
    case .instanceDeleted(let facts): facts.studyEdge ? .deleted(facts.study) : nil
    case .studyCorrected(let study, let revision): .corrected(study, revision)
    case .workItemChanged(let facts): .work(facts.item)
    case .instanceResent, .duplicateRemoved, .instanceQuarantined, .seriesRestated: nil
    }
  }

  private static func event(_ entry: JournalEntry) -> FeedEvent {
    switch entry.event {
    case .instanceStored(let facts):
      FeedEvent(
        .instanceStored,
        FeedEvent.Body(
          study: facts.study.value, site: entry.site.value, instances: 0, modalities: [], isNew: false))
    case .studyCompleted(let study, let revision, let instances):
      FeedEvent(
        .studyCompleted, FeedEvent.Body(study: study.value, sites: [], instances: instances, revision: revision))
    case .instanceDeleted(let facts): FeedEvent(.studyDeleted, FeedEvent.Body(study: facts.study.value))
    case .studyCorrected(let study, let revision):
      FeedEvent(.studyCorrected, FeedEvent.Body(study: study.value, revision: revision))
    case .workItemChanged(let facts):
      FeedEvent(
        .workChanged,
        FeedEvent.Body(study: facts.study?.value, kind: facts.kind.name, item: facts.item.value))
    case .instanceResent(let facts), .duplicateRemoved(let facts):
      FeedEvent(.instanceStored, FeedEvent.Body(study: facts.study.value))
    case .seriesRestated(let study, _, _):
      FeedEvent(.instanceStored, FeedEvent.Body(study: study.value))
    case .instanceQuarantined(let instance, _):
      FeedEvent(.instanceStored, FeedEvent.Body(study: instance.value))
    }
  }

  private static func add(_ entry: JournalEntry, to body: inout FeedEvent.Body) {
    body.at = entry.at.rfc3339
    switch entry.event {
    case .instanceStored(let facts):
      body.instances = (body.instances ?? 0) + 1
      body.isNew = body.isNew == true || facts.studyEdge
      if !facts.modality.isEmpty, body.modalities?.contains(facts.modality) != true {
        body.modalities = ((body.modalities ?? []) + [facts.modality]).sorted()
      }
    case .studyCompleted:
      if body.sites?.contains(entry.site.value) != true {
        body.sites = ((body.sites ?? []) + [entry.site.value]).sorted()
      }
    case .workItemChanged(let facts): body.state = facts.state.description
    default: break
    }
  }
}
