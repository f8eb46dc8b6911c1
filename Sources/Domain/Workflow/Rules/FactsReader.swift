import ArchiveCore
import DICOM

/// Adds to facts what their rules ask for, from the catalog as it is now.
struct FactsReader: Sendable {
  let archive: Archive

  private static let principal = Principal.system("routing")

  /// Attributes of a whole study at a level.
  func dataSets(of study: StudyUID, at level: Query.Level) async throws -> [DataSet] {
    try await find(Self.study(study), level, limit: StudyFacts.maximumDataSets).map(\.attributes)
  }

  /// Attributes of one instance, with those of its series, study and patient.
  func dataSets(of instance: InstanceUID, in study: StudyUID) async throws -> [DataSet] {
    let keys = Self.study(study) + [MatchingKey(.sopInstanceUID, .ui, .single(instance.value))]
    return try await find(keys, .instance, limit: 1).map(\.attributes)
  }

  /// Modalities in Study (0008,0061); `nil` when there is no such study any more.
  func modalities(of study: StudyUID) async throws -> Set<String>? {
    try await find(Self.study(study), .study, limit: 1).first.map {
      Set($0.attributes.strings(.modalitiesInStudy).filter { !$0.isEmpty })
    }
  }

  /// The facts with what is needed to decide.
  func complete(_ facts: StudyFacts, for rules: RoutingRules) async throws -> StudyFacts {
    guard let level = rules.neededLevel(for: facts) else { return facts }
    var facts = facts
    facts.dataSets = try await dataSets(of: facts.study, at: level)
    return facts
  }

  private func find(_ keys: [MatchingKey], _ level: Query.Level, limit: Int) async throws -> [Match] {
    try await archive.find(Query(level: level, keys: keys, limit: limit), as: Self.principal).matches
  }

  private static func study(_ study: StudyUID) -> [MatchingKey] {
    [MatchingKey(.studyInstanceUID, .ui, .single(study.value))]
  }
}
