import ArgumentParser
import DICOM
import DIMSE

/// How a C-MOVE or C-GET ended.
struct RetrievalOutcome: Encodable, Equatable {
  var status: String
  var completed: Int
  var failed: Int
  var warning: Int
  var isSuccess: Bool

  private enum CodingKeys: String, CodingKey {
    case status, completed, failed, warning
  }

  /// Shows the sub-operations as they go on, until the final response.
  static func following(
    _ responses: ResponseStream, _ title: String, quiet: Bool
  ) async throws -> RetrievalOutcome {
    let bar = SharedProgress(title, unit: .count, quiet: quiet)
    var outcome = RetrievalOutcome(status: "", completed: 0, failed: 0, warning: 0, isSuccess: false)
    for try await response in responses {
      let counts = response.subOperations
      let done = UInt64(counts.completed) + UInt64(counts.failed) + UInt64(counts.warning)
      bar.update(done, total: done + UInt64(counts.remaining))
      outcome = RetrievalOutcome(
        status: response.status.description, completed: Int(counts.completed), failed: Int(counts.failed),
        warning: Int(counts.warning), isSuccess: response.status == .success && counts.failed == 0)
    }
    bar.finish()
    return outcome
  }

  /// - Throws: `ExitCode` 1 unless everything arrived.
  func tell(_ peer: PeerAddress, json: Bool) throws {
    if json {
      try Output.json(self)
    } else {
      Output.line("\(completed) completed, \(failed) failed, \(warning) with warnings: \(status)\(remedy)")
    }
    if !isSuccess { throw ExitCode(1) }
  }

  private var remedy: String {
    switch status {
    case DIMSEStatus.moveDestinationUnknown.description: " (the node does not know the AE title of --to)"
    case DIMSEStatus.notAuthorized.description: " (this AE title may not ask for that)"
    default: ""
    }
  }
}
