import Foundation

/// What decides about random damage: one seed for every run, so that a failure is somebody's change and not chance;
/// `ISOCENTER_SEED` gives another, and `make soak` a new one each time.
enum FuzzSeed {
  static let chosen = ProcessInfo.processInfo.environment["ISOCENTER_SEED"].flatMap { UInt64($0) } ?? 20_261_121
}
