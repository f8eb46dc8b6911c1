public import DICOM
import Synchronization

/// Which profiles hold, and every version that ever did: what the ledger says of them, in memory.
public final class ProfileRegister: Sendable {
  private struct State {
    var known: [ProfileVersion: SourceProfile] = [:]
    var holding: [String: SourceProfile] = [:]
    /// The most precise first.
    var inOrder: [SourceProfile] = []
  }

  private let state = Mutex(State())

  public init(holding profiles: [SourceProfile] = []) {
    for profile in profiles { take(profile, holds: true) }
  }

  /// A version by which something may have been coerced.
  public func profile(_ version: ProfileVersion) -> SourceProfile? { state.withLock { $0.known[version] } }

  /// Profiles that hold, the most precise first.
  public var holding: [SourceProfile] { state.withLock { $0.inOrder } }

  /// The profile that an object is held to.
  ///
  /// - Parameter sender: who sends, by the name that the journal has: what is tried is what is applied.
  public func profile(for source: Source, by sender: Principal, _ dataSet: DataSet) -> SourceProfile? {
    holding.first {
      $0.source.includes(channel: source.channel, name: sender.name, site: source.site) && $0.source.includes(dataSet)
    }
  }

  /// A profile holds from now on, or does not any more.
  func take(_ profile: SourceProfile, holds: Bool) {
    state.withLock { state in
      state.known[profile.key] = profile
      state.holding[profile.id] = holds ? profile : nil
      state.inOrder = state.holding.values.sorted {
        ($1.source.precision, $0.id) < ($0.source.precision, $1.id)
      }
    }
  }

  /// Learns what the ledger says, in order of time.
  func learn(_ entries: [LedgerEntry]) {
    for entry in entries.enumerated().sorted(by: { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }) {
      if case .profile(let profile, let holds) = entry.element.decision { take(profile, holds: holds) }
    }
  }
}
