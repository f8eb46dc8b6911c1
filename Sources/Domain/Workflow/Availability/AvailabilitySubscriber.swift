public import ArchiveCore

/// Tells nodes that want to know when the images of a study are there (PS3.4 Annex R): once for each revision of its
/// completion, whoever may see the study.
public struct AvailabilitySubscriber: Sendable {
  public static let name = "availability"
  /// Performed steps that a notice refers to.
  static let maximumSteps = 100

  private let store: any WorkflowStore
  private let archive: Archive
  private let nodes: NodeDirectory
  private let environment: Environment
  private let title: String

  /// - Parameter title: where the instances can be had.
  public init(
    store: any WorkflowStore, archive: Archive, nodes: NodeDirectory, environment: Environment, title: String
  ) {
    self.store = store
    self.archive = archive
    self.nodes = nodes
    self.environment = environment
    self.title = title
  }

  /// Works until the task is cancelled.
  public func run(onError: @Sendable (any Error) -> Void = { _ in }) async {
    await Subscription(name: Self.name, store: store).follow(in: environment, onError: onError) {
      while try await step() {}
    }
  }

  /// Works through the next page of the journal.
  ///
  /// - Returns: whether there was one.
  public func step() async throws -> Bool {
    try await Subscription(name: Self.name, store: store).next { entries in
      var seen: Set<StudyUID> = []
      var notices: [Notice] = []
      for entry in entries where entry.isClinical {
        // One entry a site: the study is told of once, as it is now.
        guard case .studyCompleted(let study, _, _) = entry.event, seen.insert(study).inserted else { continue }
        notices += try await self.notices(of: study)
      }
      return notices.isEmpty ? [] : [.notify(notices)]
    }
  }

  private func notices(of study: StudyUID) async throws -> [Notice] {
    let interested = try await nodes.nodes().filter { $0.exchange?.announcesAvailability == true }
    guard !interested.isEmpty else { return [] }
    var notices: [Notice] = []
    for node in interested {
      let principal = Principal(
        kind: .system, name: "availability for \(node.aeTitle)", roles: [.radiologist], sites: .only([node.site]))
      do {
        let instances = try await archive.instances(.study(study), as: principal)
        notices.append(
          Notice(
            to: node.aeTitle, .create, sopClass: AvailabilityNotice.sopClass, sopInstance: environment.makeUID(),
            about: study.value,
            attributes: AvailabilityNotice.attributes(
              of: study, instances, steps: try await steps(of: study, at: node.site), retrieveFrom: title),
            queuedAt: environment.now()))
      } catch let error as ArchiveError where error.code == .notFound {
        continue
      }
    }
    return notices
  }

  private func steps(of study: StudyUID, at site: SiteID) async throws -> [String] {
    var question = WorkQuestion(.performedStep, within: .only([site]))
    question.study = study.value
    return try await store.work(question, after: nil, limit: Self.maximumSteps).records.map(\.item.value)
  }
}
