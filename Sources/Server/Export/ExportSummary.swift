import ArchiveCore
import FoundationEssentials

/// What an export did.
struct ExportSummary: Sendable, Equatable, Encodable {
  enum Ending: Sendable, Equatable {
    case complete
    case interrupted
    /// Nothing more could be written or had.
    case failed(String)
  }

  struct Failure: Sendable, Equatable, Encodable {
    /// SOP Instance UID.
    var instance: String
    var reason: String
  }

  /// Failures listed; all are counted.
  static let listedAtMost = 1000

  var written = 0
  /// Left as they were, being complete.
  var alreadyThere = 0
  var failed = 0
  /// Bytes written.
  var bytes: UInt64 = 0
  var failures: [Failure] = []
  var ending = Ending.complete

  var isClean: Bool { ending == .complete && failed == 0 }
  /// 0 when every file is there, 1 otherwise.
  var exitCode: Int32 { isClean ? 0 : 1 }

  mutating func fail(_ instance: ExportedInstance, _ reason: String) {
    failed += 1
    if failures.count < ExportSummary.listedAtMost {
      failures.append(Failure(instance: instance.instance.value, reason: reason))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case ending, failure, written, alreadyThere, failed, bytes, failures
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch ending {
    case .complete: try container.encode("complete", forKey: .ending)
    case .interrupted: try container.encode("interrupted", forKey: .ending)
    case .failed(let why):
      try container.encode("failed", forKey: .ending)
      try container.encode(why, forKey: .failure)
    }
    try container.encode(written, forKey: .written)
    try container.encode(alreadyThere, forKey: .alreadyThere)
    try container.encode(failed, forKey: .failed)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(failures, forKey: .failures)
  }

  /// As `--json` prints it: one object, keys in alphabetical order.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension ExportSummary {
  /// As a person reads it.
  var text: String {
    var lines = ["\(written) written, \(alreadyThere) already there, \(failed) failed"]
    lines += failures.map { "\($0.instance): \($0.reason)" }
    switch ending {
    case .complete: break
    case .interrupted: lines.append("interrupted; the same command goes on from here")
    case .failed(let why): lines.append("failed: \(why)")
    }
    return lines.joined(separator: "\n")
  }
}
