public import ArchiveCore
public import Workflow

/// What the web door needs of the workflow.
public struct WorkflowServices: Sendable {
  let completion: CompletionSubscriber
  let forwarding: Forwarding
  /// Rings when the journal may have grown.
  let bell: Bell

  public init(completion: CompletionSubscriber, forwarding: Forwarding, bell: Bell) {
    self.completion = completion
    self.forwarding = forwarding
    self.bell = bell
  }
}
