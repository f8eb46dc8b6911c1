import ArchiveCore
public import DICOM
import DIMSE
public import Workflow

/// The Unified Worklist and Procedure Step service class as SCP (PS3.4 Annex CC).
public struct UnifiedStepProvider: ServiceClassProvider {
  public let sopClasses: Set<UID> = [
    .unifiedProcedureStepPush, .unifiedProcedureStepWatch, .unifiedProcedureStepPull, .unifiedProcedureStepEvent,
    .unifiedProcedureStepQuery,
  ]

  private let steps: UnifiedSteps

  public init(_ steps: UnifiedSteps) { self.steps = steps }

  public func perform(_ request: ServiceRequest) async throws -> ServiceAnswer {
    do {
      return try await answer(request)
    } catch let refusal as UnifiedStepRefusal {
      throw ServiceRefusal(refusal)
    }
  }

  private func answer(_ request: ServiceRequest) async throws -> ServiceAnswer {
    let (command, context) = (request.command, request.abstractSyntax)
    switch command.field {
    case .nCreate where context == .unifiedProcedureStepPush:
      let made = try await steps.create(
        command.sopInstance?.rawValue, request.attributes, at: request.caller.site, as: request.caller.principal)
      return ServiceAnswer(
        made.isModified ? .createdWithModifications : .success, sopInstance: UID(rawValue: made.item.value))
    case .nGet
    where [.unifiedProcedureStepPush, .unifiedProcedureStepPull, .unifiedProcedureStepWatch].contains(context):
      let tags = command.attributes.map { Tag(rawValue: $0) }
      let found = try await steps.attributes(try instance(command), tags, as: request.caller.principal)
      // The key to the lock is shown to nobody (PS3.4 §CC.2.7.3).
      return ServiceAnswer(
        tags.contains(.transactionUID) ? .optionalAttributesNotSupported : .success, attributes: found)
    case .nSet where context == .unifiedProcedureStepPull:
      try await steps.set(
        try instance(command), request.attributes, transaction: request.attributes.string(.transactionUID),
        as: request.caller.principal)
      return ServiceAnswer()
    case .nAction: return try await act(request, try instance(command))
    default: throw ServiceRefusal(.unrecognizedOperation, "not an operation of the negotiated class")
    }
  }

  private func act(_ request: ServiceRequest, _ item: String) async throws -> ServiceAnswer {
    let (information, principal) = (request.attributes, request.caller.principal)
    switch (request.command.typeID, request.abstractSyntax) {
    case (1, .unifiedProcedureStepPull):
      guard let state = information.string(.procedureStepState) else {
        throw UnifiedStepRefusal(.invalidArgument, [.procedureStepState])
      }
      return ServiceAnswer(
        try await steps.changeState(
          item, to: state, transaction: information.string(.transactionUID), by: request.caller.aeTitle, as: principal))
    case (2, .unifiedProcedureStepPush), (2, .unifiedProcedureStepWatch):
      return ServiceAnswer(
        try await steps.requestCancel(item, information, from: request.caller.aeTitle, as: principal))
    case (3, .unifiedProcedureStepWatch):
      let locks: [String: Bool] = ["TRUE": true, "FALSE": false]
      guard let isLocked = information.string(.deletionLock).flatMap({ locks[$0] }) else {
        throw UnifiedStepRefusal(.invalidArgument, [.deletionLock])
      }
      var keys = information
      keys.removeAll { $0.tag == .receivingAE || $0.tag == .deletionLock }
      try await steps.subscribe(
        try receiver(information), to: item, isLocked: isLocked, keys: keys, as: principal)
    case (4, .unifiedProcedureStepWatch):
      try await steps.unsubscribe(try receiver(information), from: item, as: principal)
    case (5, .unifiedProcedureStepWatch):
      try await steps.suspend(try receiver(information), at: item, as: principal)
    default: throw ServiceRefusal(.noSuchActionType, "not an action of the negotiated class")
    }
    return ServiceAnswer()
  }

  public func find(
    _ identifier: DataSet, in sopClass: UID, as caller: ServiceCaller, answer: (DataSet) async throws -> Bool
  ) async throws {
    guard [.unifiedProcedureStepPull, .unifiedProcedureStepWatch, .unifiedProcedureStepQuery].contains(sopClass) else {
      throw ServiceRefusal(.sopClassNotSupported, "not an operation of the negotiated class")
    }
    try await steps.find(identifier, as: caller.principal, answer: answer)
  }

  private func instance(_ command: NormalizedCommand) throws -> String {
    guard let instance = command.sopInstance else { throw UnifiedStepRefusal(.noSuchStep) }
    return instance.rawValue
  }

  private func receiver(_ information: DataSet) throws -> String {
    guard let title = information.string(.receivingAE).flatMap({ ApplicationEntityTitle.normalized($0) }) else {
      throw UnifiedStepRefusal(.invalidArgument, [.receivingAE])
    }
    return title
  }
}

extension ServiceAnswer {
  fileprivate init(_ change: UnifiedSteps.StateChange) {
    switch change {
    case .changed: self.init()
    case .already(.canceled): self.init(.alreadyCanceled)
    case .already: self.init(.alreadyInStateCompleted)
    }
  }
}
