import ArchiveCore

/// Objects to work by and notices.
extension InMemoryWorkflow {
  mutating func save(_ record: WorkRecord, _ principal: Principal, at now: Instant) throws {
    var record = record
    let index = work.firstIndex { $0.record.kind == record.kind && $0.record.item == record.item }
    guard index.map({ work[$0].record.version }) ?? 0 == record.version else {
      throw WorkflowConflict("the record has changed")
    }
    record.version += 1
    if let index {
      work[index].record = record
    } else {
      work.append((nextItem, record))
      nextItem += 1
    }
    announce(record, record.state, principal, at: now)
  }

  mutating func remove(_ record: WorkRecord, _ principal: Principal, at now: Instant) throws {
    guard
      let index = work.firstIndex(where: {
        $0.record.kind == record.kind && $0.record.item == record.item && $0.record.version == record.version
      })
    else { throw WorkflowConflict("the record has changed") }
    work.remove(at: index)
    announce(record, .removed, principal, at: now)
  }

  private mutating func announce(_ record: WorkRecord, _ state: WorkState, _ principal: Principal, at now: Instant) {
    append(
      JournalEntry(
        position: .start, at: now, principal: principal.label, site: record.site, delivery: nil, channel: nil,
        event: .workItemChanged(
          WorkFacts(
            kind: record.kind, item: record.item, state: state, study: record.fields.study.flatMap { StudyUID($0) }))))
  }

  func page(_ question: WorkQuestion, after cursor: WorkCursor?, limit: Int) -> WorkPage {
    let ordered = work.map { (WorkCursor(start: $0.record.fields.start, row: $0.row), $0.record) }
      .sorted { ($0.0.start, $0.0.row) < ($1.0.start, $1.0.row) }
      .filter { place, record in
        let isBehind = cursor.map { ($0.start, $0.row) < (place.start, place.row) } ?? true
        return isBehind && question.isNarrowedTo(record)
      }
    let looked = ordered.prefix(max(1, limit))
    let matcher = Matcher(question.keys)
    return WorkPage(
      records: looked.map(\.1).filter { matcher.matches($0.attributes) },
      next: looked.count < ordered.count ? looked.last?.0 : nil)
  }

  mutating func settle(_ id: Int64, _ outcome: NoticeOutcome) {
    guard let index = notices.firstIndex(where: { $0.id == id }) else { return }
    switch outcome {
    case .delivered: notices.remove(at: index)
    case .again(let moment, let reason):
      notices[index].attempts += 1
      notices[index].due = moment
      notices[index].reason = reason
    case .setAside(let reason):
      notices[index].attempts += 1
      notices[index].state = .setAside
      notices[index].reason = reason
    }
  }
}

extension WorkQuestion {
  /// Whether the narrow properties fit.
  fileprivate func isNarrowedTo(_ record: WorkRecord) -> Bool {
    let fields = record.fields
    func agrees(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }
    return record.kind == kind && sites.includes(record.site) && states?.contains(record.state) ?? true
      && agrees(study, fields.study) && agrees(accessionNumber, fields.accessionNumber)
      && agrees(patientID, fields.patientID) && agrees(station, fields.station)
      && (from.map { $0 <= fields.start } ?? true) && (to.map { fields.start <= $0 + "~" } ?? true)
  }
}
