import ArchiveCore

/// Imports into the archive that this process has open.
actor DeliveryReceiver: ObjectReceiver {
  private let delivery: Delivery

  init(_ delivery: Delivery) { self.delivery = delivery }

  func receive(_ object: ImportObject) async throws -> Reception {
    do {
      _ = try await delivery.stage(object.bytes, as: .part10)
      return .pending
    } catch let error as ArchiveError {
      switch error.code {
      case .outOfSpace, .unavailable, .forbidden: throw error
      default: return .settled(.refused(error.message))
      }
    }
  }

  func settle() async throws -> [ObjectOutcome] {
    try await delivery.settle().map { outcome in
      switch outcome.kind {
      case .stored: .stored
      case .alreadyStored: .alreadyThere
      case .quarantined: .quarantined
      }
    }
  }

  func finish() async { await delivery.close() }
}
