public import ArchiveCore
public import Workflow

/// What the web door needs of the workflow.
public struct WorkflowServices: Sendable {
  let completion: CompletionSubscriber
  let forwarding: Forwarding
  /// Rings when the journal may have grown.
  let bell: Bell
  let traffic: TrafficProjection
  let probe: NodeProbe
  let worklist: Worklist
  let performedSteps: PerformedSteps

  public init(
    completion: CompletionSubscriber, forwarding: Forwarding, traffic: TrafficProjection, probe: NodeProbe,
    worklist: Worklist, performedSteps: PerformedSteps, bell: Bell
  ) {
    self.completion = completion
    self.forwarding = forwarding
    self.traffic = traffic
    self.probe = probe
    self.bell = bell
    self.worklist = worklist
    self.performedSteps = performedSteps
  }
}
