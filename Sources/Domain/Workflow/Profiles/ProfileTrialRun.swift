public import ArchiveCore
public import DICOM

/// What a profile would find in what its source has sent, and would have coerced: the same function, and no effect.
public struct ProfileTrialRun: Sendable {
  public struct Deviating: Hashable, Sendable {
    /// `Deviation.name`.
    public var name: String
    public var count: Int
    public var example: InstanceUID
  }

  /// A value that would be another: shown to whoever may see the images it stands in.
  public struct Change: Hashable, Sendable {
    public var attribute: Tag
    public var stated: String
    public var believed: String
    public var count: Int
    public var example: InstanceUID
  }

  public struct Outcome: Hashable, Sendable {
    public var examined = 0
    public var deviating = 0
    public var coerced = 0
    /// The most frequent first.
    public var deviations: [Deviating] = []
    public var changes: [Change] = []
    /// Whether there was more than may be looked at.
    public var isPartial = false
  }

  /// Journal entries looked at.
  public static let maximumEntries = 200_000
  /// Instances whose headers are read.
  public static let maximumInstances = 500
  /// Different changes of values that are told apart.
  public static let maximumChanges = 200
  private static let pageSize = 5000

  let store: any WorkflowStore
  let archive: Archive

  /// - Parameter limit: of instances, the newest first.
  public func run(_ profile: SourceProfile, limit: Int, as principal: Principal) async throws -> Outcome {
    let (sent, isPartial) = try await arrivals(for: profile.source, limit: min(limit, Self.maximumInstances))
    var outcome = Outcome(isPartial: isPartial)
    guard !sent.isEmpty else { return outcome }
    var deviations: [String: Deviating] = [:]
    var changes: [CoercedValue: Change] = [:]
    for reference in try await visible(sent, as: principal) {
      let header: Header
      do {
        header = try await archive.header(of: reference)
      } catch is DICOMError {
        continue
      }
      guard profile.source.includes(header.dataSet) else { continue }
      let examination = profile.examine(header)
      outcome.examined += 1
      outcome.deviating += examination.deviations.isEmpty ? 0 : 1
      outcome.coerced += examination.coerced.isEmpty ? 0 : 1
      for name in examination.deviations.map(\.name) {
        deviations[name, default: Deviating(name: name, count: 0, example: reference.instance)].count += 1
      }
      for value in examination.coerced where changes[value] != nil || changes.count < Self.maximumChanges {
        changes[
          value,
          default: Change(
            attribute: value.attribute, stated: value.stated, believed: value.believed, count: 0,
            example: reference.instance)
        ].count += 1
      }
    }
    outcome.deviations = deviations.values.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    outcome.changes = changes.values.sorted {
      ($0.attribute, $1.count, $0.stated, $0.believed) < ($1.attribute, $0.count, $1.stated, $1.believed)
    }
    return outcome
  }

  private func visible(_ sent: [InstanceUID], as principal: Principal) async throws -> [InstanceReference] {
    do {
      return try await archive.instances(.instances(sent), as: principal)
    } catch let error as ArchiveError where error.code == .notFound {
      return []
    }
  }

  /// What came from the source last, the newest first.
  private func arrivals(
    for source: ProfiledSource, limit: Int
  ) async throws -> (sent: [InstanceUID], isPartial: Bool) {
    var sent: [InstanceUID] = []
    var position: JournalPosition?
    var read = 0
    while read < Self.maximumEntries {
      let entries = try await store.history(before: position, limit: Self.pageSize)
      guard let last = entries.last else { return (sent, false) }
      position = last.position
      read += entries.count
      for entry in entries {
        guard case .instanceStored(let facts) = entry.event, entry.channel != nil,
          source.includes(channel: entry.channel, name: entry.sourceName, site: entry.site)
        else { continue }
        guard sent.count < limit else { return (sent, true) }
        sent.append(facts.instance)
      }
    }
    return (sent, true)
  }
}
