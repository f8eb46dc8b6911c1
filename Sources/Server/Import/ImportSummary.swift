import FoundationEssentials

/// What an import did.
struct ImportSummary: Sendable, Equatable {
  enum Ending: Sendable, Equatable {
    case complete
    case interrupted
    /// Nothing more could be received.
    case failed(String)
  }

  /// A name and what there is to say about it.
  struct Line: Sendable, Equatable, Codable {
    var name: String
    var reason: String
  }

  /// Names listed of each kind; all are counted, and reported as they are met.
  static let listedAtMost = 1000

  var stored = 0
  var alreadyThere = 0
  var quarantined = 0
  var refused = 0
  /// Passed over rightly.
  var skipped = 0
  /// What should have been imported and could not be read.
  var problems = 0
  /// Objects that were no proper Part 10 files before.
  var repaired = 0
  /// Taken, but never made durable: to be imported again.
  var unsettled = 0
  /// Bytes taken.
  var bytes: UInt64 = 0
  var refusals: [Line] = []
  var skips: [Line] = []
  var findings: [Line] = []
  var ending = Ending.complete

  /// Whether everything that was met is in the archive now.
  var isClean: Bool {
    ending == .complete && refused == 0 && problems == 0 && quarantined == 0 && unsettled == 0
  }

  /// 0 when everything is there, 1 when there are findings.
  var exitCode: Int32 { isClean ? 0 : 1 }

  mutating func add(_ name: String, _ outcome: ObjectOutcome) {
    switch outcome {
    case .stored: stored += 1
    case .alreadyThere: alreadyThere += 1
    case .quarantined: quarantined += 1
    case .refused(let reason):
      refused += 1
      ImportSummary.list(Line(name: name, reason: reason), in: &refusals)
    }
  }

  mutating func add(_ note: ImportNote) {
    let line = Line(name: note.name, reason: note.reason.description)
    if note.reason.isProblem {
      problems += 1
      ImportSummary.list(line, in: &findings)
    } else {
      skipped += 1
      ImportSummary.list(line, in: &skips)
    }
  }

  private static func list(_ line: Line, in lines: inout [Line]) {
    if lines.count < listedAtMost { lines.append(line) }
  }
}

extension ImportSummary: Encodable {
  private enum CodingKeys: String, CodingKey {
    case ending, failure, stored, alreadyThere, quarantined, refused, skipped, problems, repaired, unsettled, bytes
    case refusals, skips, findings
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
    try container.encode(stored, forKey: .stored)
    try container.encode(alreadyThere, forKey: .alreadyThere)
    try container.encode(quarantined, forKey: .quarantined)
    try container.encode(refused, forKey: .refused)
    try container.encode(skipped, forKey: .skipped)
    try container.encode(problems, forKey: .problems)
    try container.encode(repaired, forKey: .repaired)
    try container.encode(unsettled, forKey: .unsettled)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(refusals, forKey: .refusals)
    try container.encode(skips, forKey: .skips)
    try container.encode(findings, forKey: .findings)
  }

  /// As `--json` prints it: one object, keys in alphabetical order.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension ImportSummary {
  /// As a person reads it: one line of counts, then what went wrong.
  var text: String {
    let counts: [(Int, String)] = [
      (stored, "stored"), (alreadyThere, "already there"), (quarantined, "quarantined"), (refused, "refused"),
      (skipped, "skipped"), (problems, "not readable"), (unsettled, "to be imported again"),
    ]
    let said = counts.filter { $0.0 > 0 || $0.1 == "stored" }.map { "\($0.0) \($0.1)" }
    var lines = [said.joined(separator: ", ")]
    lines += refusals.map { "refused: \($0.name): \($0.reason)" }
    lines += findings.map { "\($0.name): \($0.reason)" }
    switch ending {
    case .complete: break
    case .interrupted: lines.append("interrupted")
    case .failed(let why): lines.append("failed: \(why)")
    }
    return lines.joined(separator: "\n")
  }
}
