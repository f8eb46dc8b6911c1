import ArchiveCore
import DICOM

/// The question that the identifier of a worklist query asks (PS3.4 §K.4.1.1.3).
struct WorklistQuestion: Sendable {
  var question: WorkQuestion
  /// Start date and start time, both ranges, mean one span of time (PS3.4 Table K.6-1): what the step's start must be.
  private(set) var span: MatchingKey?

  init(_ identifier: DataSet, within sites: Principal.Sites) {
    var keys = Query(level: .study, identifier: identifier).keys
    span = Self.takeSpan(from: &keys)
    question = WorkQuestion(.scheduledStep, within: sites, keys: keys)
    question.narrow()
    // A step may have several stations, of which the index knows the first.
    question.station = nil
    if case .range(let from, let to)? = span?.condition {
      question.from = from.map { String($0.prefix(8)) }
      question.to = to.map { String($0.prefix(8)) }
    }
    question.states = Self.asksForStatus(keys) ? nil : ScheduledStep.shown
  }

  /// Whether the status is a key: then it says itself which steps are wanted.
  private static func asksForStatus(_ keys: [MatchingKey]) -> Bool {
    keys.contains { key in
      guard key.tag == .scheduledProcedureStepSequence, case .sequence(let inner) = key.condition else { return false }
      return inner.contains { $0.tag == .scheduledProcedureStepStatus && !$0.isUniversal }
    }
  }

  /// Takes the two ranges away and makes one of them.
  private static func takeSpan(from keys: inout [MatchingKey]) -> MatchingKey? {
    guard let place = keys.firstIndex(where: { $0.tag == .scheduledProcedureStepSequence }),
      case .sequence(var inner) = keys[place].condition,
      let date = inner.firstIndex(where: { $0.tag == .scheduledProcedureStepStartDate }),
      let time = inner.firstIndex(where: { $0.tag == .scheduledProcedureStepStartTime }),
      case .range(let firstDay, let lastDay) = inner[date].condition,
      case .range(let firstTime, let lastTime) = inner[time].condition
    else { return nil }
    // A time alone says nothing: without its day an end is open.
    let from = firstDay.map { digits($0) + digits(firstTime ?? "") }
    let to = lastDay.map { digits($0) + digits(lastTime ?? "") }
    inner.removeAll {
      $0.tag == .scheduledProcedureStepStartDate || $0.tag == .scheduledProcedureStepStartTime
    }
    keys[place].condition = inner.allSatisfy(\.isUniversal) ? .universal : .sequence(inner)
    return MatchingKey(.scheduledProcedureStepStartDateTime, .dt, .range(from: from, to: to))
  }

  /// Without the points of old dates and the colons of old times; the point before a fraction stays.
  private static func digits(_ text: String) -> String {
    let isDate = text.utf8.count == 10 && text.utf8.count { $0 == 0x2E } == 2
    return text.filter { $0 != ":" && !(isDate && $0 == ".") }
  }

  /// Whether the start of a step lies in the span.
  func includes(_ record: WorkRecord) -> Bool {
    guard let span else { return true }
    guard let step = record.attributes.items(.scheduledProcedureStepSequence).first,
      let day = step.string(.scheduledProcedureStepStartDate)
    else { return false }
    var moment = DataSet()
    moment.set(
      .scheduledProcedureStepStartDateTime, .dt,
      Self.digits(MatchingText.normalised(day))
        + Self.digits(MatchingText.normalised(step.string(.scheduledProcedureStepStartTime) ?? "")))
    return Matcher([span]).matches(moment)
  }
}
