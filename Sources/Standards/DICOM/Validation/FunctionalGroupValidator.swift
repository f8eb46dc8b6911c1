/// Holds the functional groups of a multi-frame image against its IOD (PS3.3 §C.7.6.16).
struct FunctionalGroupValidator {
  private(set) var findings: [ValidationFinding] = []

  mutating func check(_ dataSet: DataSet, _ iod: IODDefinition) {
    guard let rules = FunctionalGroupRule.rules(of: iod.name), dataSet.contains(.sharedFunctionalGroupsSequence) else {
      return
    }
    let shared = dataSet.items(.sharedFunctionalGroupsSequence).first ?? DataSet()
    let frames = dataSet.items(.perFrameFunctionalGroupsSequence)
    checkCount(dataSet, frames.count)
    for rule in rules { check(rule, shared, frames, rule.condition.holds(in: dataSet)) }
  }

  /// As many items as frames; a full matrix of tiles may have none (§C.7.6.16.1.2).
  private mutating func checkCount(_ dataSet: DataSet, _ count: Int) {
    guard dataSet.contains(.perFrameFunctionalGroupsSequence), let frames = dataSet.numberOfFrames, frames != count
    else { return }
    tell(.functionalGroup, .perFrameFunctionalGroupsSequence, [], "\(count) items for \(frames) frames")
  }

  private mutating func check(
    _ rule: FunctionalGroupRule, _ shared: DataSet, _ frames: [DataSet], _ isNeeded: Bool
  ) {
    let isShared = shared.contains(rule.sequence)
    let own = frames.indices.filter { frames[$0].contains(rule.sequence) }
    if isShared, rule.sequence == .frameContentSequence {
      tell(
        .functionalGroup, rule.sequence, [.init(sequence: .sharedFunctionalGroupsSequence, item: 0)],
        "a group that each frame has for itself (§C.7.6.16.2.2)")
    }
    if isShared, let first = own.first {
      tell(
        .functionalGroup, rule.sequence, [.init(sequence: .perFrameFunctionalGroupsSequence, item: first)],
        "in the shared groups too")
    }
    guard isNeeded, !isShared, own.count < frames.count || frames.isEmpty else { return }
    let lacking = frames.indices.first { !frames[$0].contains(rule.sequence) }
    let steps = lacking.map { [TagPath.Step(sequence: .perFrameFunctionalGroupsSequence, item: $0)] }
    let count = frames.isEmpty ? "no frame" : "\(own.count) of \(frames.count) frames"
    tell(
      .missing, rule.sequence, steps ?? [.init(sequence: .sharedFunctionalGroupsSequence, item: 0)],
      "a functional group of the IOD that \(count) and not the shared groups have")
  }

  private mutating func tell(
    _ rule: ValidationFinding.Rule, _ tag: Tag, _ steps: [TagPath.Step], _ detail: String
  ) {
    findings.append(ValidationFinding(rule, at: TagPath(tag, in: steps), .error, detail))
  }
}
