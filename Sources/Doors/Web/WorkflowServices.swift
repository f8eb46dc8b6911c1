public import ArchiveCore
public import Workflow

/// What the web door needs of the workflow.
public struct WorkflowServices: Sendable {
  let completion: CompletionSubscriber
  let forwarding: Forwarding
  let profiles: SourceProfiles
  /// Rings when the journal may have grown.
  let bell: Bell
  let traffic: TrafficProjection
  let probe: NodeProbe
  let commitment: StorageCommitment
  let notices: Notices
  let worklist: Worklist
  let performedSteps: PerformedSteps

  public init(
    completion: CompletionSubscriber, forwarding: Forwarding, profiles: SourceProfiles, traffic: TrafficProjection,
    probe: NodeProbe, commitment: StorageCommitment, notices: Notices, worklist: Worklist,
    performedSteps: PerformedSteps, bell: Bell
  ) {
    self.completion = completion
    self.forwarding = forwarding
    self.profiles = profiles
    self.traffic = traffic
    self.probe = probe
    self.commitment = commitment
    self.notices = notices
    self.bell = bell
    self.worklist = worklist
    self.performedSteps = performedSteps
  }
}
