import ArchiveCore

/// What the performed steps of a study say of its instances.
struct PerformedStudy: Hashable, Sendable {
  /// Every instance that they name.
  private(set) var instances: Set<InstanceUID> = []
  /// Whether none of them goes on.
  private(set) var isOver = true

  init(_ steps: [WorkRecord]) {
    for record in steps {
      let step = PerformedStep(record)
      if step.state == .inProgress { isOver = false }
      instances.formUnion(step.instances)
    }
    // Steps that name nothing say nothing.
    if instances.isEmpty { isOver = false }
  }
}
