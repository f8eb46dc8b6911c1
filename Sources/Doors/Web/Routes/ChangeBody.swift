import ArchiveCore

/// One journal entry as the API writes it. `type` is the event's name; what does not belong to it is absent.
struct ChangeBody: Encodable, Sendable {
  var position: String
  var at: String
  var type: String
  var principal: String
  var site: String
  var delivery: String?
  var channel: String?
  var study: String?
  var series: String?
  var instance: String?
  var record: String?
  var modality: String?
  var bytes: UInt64?
  /// Whether the series, the study, came or went with this instance.
  var seriesEdge: Bool?
  var studyEdge: Bool?
  var revision: Int?
  var instances: Int?
  /// Of something people work by: what it is, its UID, and how far it is.
  var kind: String?
  var item: String?
  var state: String?

  init(_ entry: JournalEntry) {
    position = entry.position.description
    at = entry.at.rfc3339
    principal = entry.principal
    site = entry.site.value
    delivery = entry.delivery?.description
    channel = entry.channel?.rawValue
    switch entry.event {
    case .instanceStored(let facts):
      type = "instanceStored"
      take(facts)
    case .instanceDeleted(let facts):
      type = "instanceDeleted"
      take(facts)
    case .instanceResent(let facts):
      type = "instanceResent"
      take(facts)
    case .duplicateRemoved(let facts):
      type = "duplicateRemoved"
      take(facts)
    case .instanceQuarantined(let uid, let id):
      type = "instanceQuarantined"
      instance = uid.value
      record = id.description
    case .studyCorrected(let uid, let number):
      type = "studyCorrected"
      study = uid.value
      revision = number
    case .seriesRestated(let uid, let part, let kind):
      type = "seriesRestated"
      study = uid.value
      series = part.value
      modality = kind
    case .studyCompleted(let uid, let number, let count):
      type = "studyCompleted"
      study = uid.value
      revision = number
      instances = count
    case .workItemChanged(let facts):
      type = "workItemChanged"
      study = facts.study?.value
      kind = facts.kind.name
      item = facts.item.value
      state = facts.state.description
    }
  }

  private mutating func take(_ facts: InstanceFacts) {
    study = facts.study.value
    series = facts.series.value
    instance = facts.instance.value
    record = facts.record.description
    modality = facts.modality
    bytes = facts.bytes
    seriesEdge = facts.seriesEdge
    studyEdge = facts.studyEdge
  }
}
