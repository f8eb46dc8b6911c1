public import ArchiveCore

/// Whether a study is still being received, as far as anybody can tell: a pure state machine.
///
/// DICOM never says that a study is whole. Each arrival moves a deadline; when it passes, or when somebody says so, the
/// study is complete with the next revision. A late instance makes it a study that is being received once more.
public struct StudyCompletion: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable {
    case receiving
    case complete
  }

  public let study: StudyUID
  public private(set) var state: State
  /// How often it has been complete; 0 before the first time.
  public private(set) var revision: Int
  /// When it will be complete unless something arrives; `nil` when it is.
  public private(set) var deadline: Instant?
  public private(set) var completedAt: Instant?
  /// How many instances it had when it was complete last.
  public private(set) var instances: Int
  /// Every site that has sent a part of it.
  public private(set) var sites: Set<SiteID>
  /// AE titles, accounts and tokens that have sent a part of it.
  public private(set) var sources: Set<String>
  /// Whether something arrived since the last completion that is neither import nor demonstration.
  public private(set) var isClinical: Bool
  /// Counts its changes in the store; 0 for one that is not there yet.
  public var version: Int

  /// A study of which nothing was noted so far.
  public init(_ study: StudyUID) {
    self.init(
      study: study, state: .receiving, revision: 0, deadline: nil, completedAt: nil, instances: 0, sites: [],
      sources: [], isClinical: false, version: 0)
  }

  /// As a store kept it.
  public init(
    study: StudyUID, state: State, revision: Int, deadline: Instant?, completedAt: Instant?, instances: Int,
    sites: Set<SiteID>, sources: Set<String>, isClinical: Bool, version: Int
  ) {
    self.study = study
    self.state = state
    self.revision = revision
    self.deadline = deadline
    self.completedAt = completedAt
    self.instances = instances
    self.sites = sites
    self.sources = sources
    self.isClinical = isClinical
    self.version = version
  }

  /// Names of sources remembered of one study.
  public static let maximumSources = 64

  /// An instance has arrived.
  ///
  /// - Parameter quiet: how long its source must be silent. The slowest of a study's sources decides.
  public mutating func arrive(
    at moment: Instant, from source: String, of site: SiteID, isClinical: Bool, quiet: Duration
  ) {
    if state == .complete {
      state = .receiving
      deadline = nil
      self.isClinical = false
    }
    let wanted = moment.adding(quiet)
    deadline = max(deadline ?? wanted, wanted)
    sites.insert(site)
    if sources.count < Self.maximumSources { sources.insert(source) }
    self.isClinical = self.isClinical || isClinical
  }

  /// A sender has closed its association in good order. It may have another one open, so this only brings the deadline
  /// nearer and decides nothing.
  public mutating func deliveryEnded(at moment: Instant, remaining: Duration) {
    guard state == .receiving, let present = deadline else { return }
    deadline = min(present, moment.adding(remaining))
  }

  /// The modality has said what there is, and all of it is here: nothing more is waited for.
  public mutating func everythingArrived(at moment: Instant) {
    guard state == .receiving, let present = deadline else { return }
    deadline = min(present, moment)
  }

  /// Whether the deadline has passed.
  public func isDue(at moment: Instant) -> Bool { deadline.map { $0 <= moment } ?? false }

  /// It is complete now, with the next revision.
  ///
  /// - Returns: whether it was not before.
  @discardableResult
  public mutating func complete(at moment: Instant, instances: Int, sites: Set<SiteID> = []) -> Bool {
    guard state == .receiving else { return false }
    state = .complete
    revision += 1
    deadline = nil
    completedAt = moment
    self.instances = instances
    self.sites.formUnion(sites)
    return true
  }
}
