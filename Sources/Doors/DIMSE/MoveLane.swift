import ArchiveCore
import DICOM
import DIMSE
import Logging

/// One of the associations that instances of a C-MOVE travel on, and those that are still to go, in order.
///
/// While one instance is sent the next is made: transcoding takes its time. When the association cannot be had, every
/// instance of the lane fails.
struct MoveLane: Sendable {
  /// Instances that a lane must at least have, so that another association is worth it.
  static let leastInstances = 8

  struct Outcome: Sendable {
    var category: DIMSEStatus.Category
    var instance: InstanceUID
  }

  /// What can be sent, or why not.
  private enum Prepared: Sendable {
    case ready(PresentationContext, RecordBytes)
    case noContext
    case failed(any Error)
  }

  private let door: DIMSEDoor
  private let node: Node
  private let originator: MoveOriginator
  /// What goes on one association each, the first now.
  private var groups: [(instances: [OutgoingInstance], contexts: OutgoingContexts)]
  private var place = 0
  private var association: ClientAssociation?
  private var prepared: Prepared?

  /// As many lanes as the node is agreed to be sent on, each with whole series, as evenly as that can be.
  static func lanes(
    for outgoing: [OutgoingInstance], to node: Node, through door: DIMSEDoor, originator: MoveOriginator
  ) -> [MoveLane] {
    let wanted = min(max(1, node.exchange?.associations ?? 1), NodeExchange.maximumAssociations)
    let count = max(1, min(wanted, outgoing.count / leastInstances))
    var parts: [[OutgoingInstance]] = Array(repeating: [], count: count)
    var series: [(uid: SeriesUID, instances: [OutgoingInstance])] = []
    var places: [SeriesUID: Int] = [:]
    for instance in outgoing {
      let uid = instance.reference.series
      if let place = places[uid] {
        series[place].instances.append(instance)
      } else {
        places[uid] = series.count
        series.append((uid, [instance]))
      }
    }
    for one in series {
      let shortest = parts.indices.min { parts[$0].count < parts[$1].count } ?? 0
      parts[shortest] += one.instances
    }
    return parts.filter { !$0.isEmpty }.map {
      MoveLane(door: door, node: node, originator: originator, groups: $0.groupedByContexts)
    }
  }

  private init(
    door: DIMSEDoor, node: Node, originator: MoveOriginator,
    groups: [(instances: [OutgoingInstance], contexts: OutgoingContexts)]
  ) {
    self.door = door
    self.node = node
    self.originator = originator
    self.groups = groups
  }

  /// Sends one instance.
  ///
  /// - Returns: the lane as it is then, and how it went; `nil` when there was none left, and the association is released.
  func step() async -> (lane: MoveLane, outcome: Outcome?) {
    var lane = self
    guard let outgoing = await lane.next() else { return (lane, nil) }
    var current = lane.prepared
    if current == nil { current = await lane.prepare(outgoing) }
    let present = lane
    async let ahead = present.prepareAhead(present.following)
    let category = await present.send(outgoing, current ?? .noContext)
    lane.prepared = await ahead
    return (lane, Outcome(category: category, instance: outgoing.reference.instance))
  }

  func release() async {
    do {
      try await association?.release()
    } catch {
      association?.abort()
    }
  }

  func abort() { association?.abort() }

  /// The next instance, with an association for it.
  private mutating func next() async -> OutgoingInstance? {
    if let group = groups.first, place == group.instances.count {
      await release()
      association = nil
      groups.removeFirst()
      place = 0
    }
    guard let group = groups.first else { return nil }
    if place == 0 { association = await connect(group.contexts) }
    place += 1
    return group.instances[place - 1]
  }

  /// What comes behind it on the same association.
  private var following: OutgoingInstance? {
    guard let group = groups.first, place < group.instances.count else { return nil }
    return group.instances[place]
  }

  private func connect(_ contexts: OutgoingContexts) async -> ClientAssociation? {
    guard let called = AETitle(node.aeTitle) else { return nil }
    do {
      var configuration = DIMSEClient.Configuration(
        host: node.host, port: node.port, callingAETitle: door.aeTitle, calledAETitle: called,
        presentationContexts: DIMSEClient.proposals(contexts.contexts))
      configuration.security = try door.security.security(for: node)
      return try await DIMSEClient.connect(configuration)
    } catch {
      door.logger.notice(
        "the move destination cannot be reached", metadata: ["destination": "\(node.aeTitle)", "error": "\(error)"])
      return nil
    }
  }

  private func prepareAhead(_ outgoing: OutgoingInstance?) async -> Prepared? {
    guard let outgoing else { return nil }
    return await prepare(outgoing)
  }

  private func prepare(_ outgoing: OutgoingInstance) async -> Prepared {
    guard let association else { return .noContext }
    for syntax in outgoing.syntaxes {
      guard let context = association.presentationContext(for: outgoing.sopClass, in: [syntax]) else { continue }
      do {
        return .ready(context, try await outgoing.dataSet(in: syntax))
      } catch {
        return .failed(error)
      }
    }
    return .noContext
  }

  private func send(_ outgoing: OutgoingInstance, _ prepared: Prepared) async -> DIMSEStatus.Category {
    guard let association else { return .failure }
    switch prepared {
    case .noContext: door.noteNoContext(outgoing)
    case .failed(let error): door.noteFailure(error, of: outgoing)
    case .ready(let context, let dataSet):
      do {
        return try await association.cStore(
          CStoreCommand(
            sopClass: outgoing.sopClass, sopInstance: UID(rawValue: outgoing.reference.instance.value),
            moveOriginator: originator),
          in: context, dataSet: dataSet
        ).status.category
      } catch {
        door.noteFailure(error, of: outgoing)
      }
    }
    return .failure
  }
}
