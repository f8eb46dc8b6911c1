import Foundation

/// Where fuzzing begins, and how long it goes on: the same every day, unless the environment says otherwise.
enum FuzzSeed {
  static let chosen = ProcessInfo.processInfo.environment["ISOCENTER_SEED"].flatMap { UInt64($0) } ?? 20_261_121
  /// Conversations of one run; a soak has many.
  static let conversations = ProcessInfo.processInfo.environment["ISOCENTER_CONVERSATIONS"].flatMap { Int($0) } ?? 200
  /// What a run of that length may take on a busy machine.
  static let minutes = 10 + (conversations + abandoned) / 200
  /// Connections that are opened and left.
  static let abandoned = ProcessInfo.processInfo.environment["ISOCENTER_ABANDONED"].flatMap { Int($0) } ?? 400
}
