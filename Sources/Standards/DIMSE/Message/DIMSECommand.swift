public import DICOM

/// A request, typed for the composite services, raw for the normalised ones (PS3.7 §9 and §10).
public enum DIMSECommand: Hashable, Sendable {
  case cEcho(sopClass: UID)
  case cStore(CStoreCommand)
  case cFind(QueryCommand)
  case cMove(QueryCommand, destination: AETitle)
  case cGet(QueryCommand)
  /// N-EVENT-REPORT, N-GET, N-SET, N-ACTION, N-CREATE, N-DELETE.
  case normalized(NormalizedCommand)
}

/// C-STORE-RQ (PS3.7 §9.3.1.1).
public struct CStoreCommand: Hashable, Sendable {
  public var sopClass: UID
  public var sopInstance: UID
  public var priority: Priority
  /// The AE that asked for the C-MOVE this is a sub-operation of, and its message.
  public var moveOriginator: MoveOriginator?

  public init(sopClass: UID, sopInstance: UID, priority: Priority = .medium, moveOriginator: MoveOriginator? = nil) {
    self.sopClass = sopClass
    self.sopInstance = sopInstance
    self.priority = priority
    self.moveOriginator = moveOriginator
  }
}

/// Whose C-MOVE a C-STORE belongs to (PS3.7 §9.1.1.1.6).
public struct MoveOriginator: Hashable, Sendable {
  public var aeTitle: AETitle
  public var messageID: UInt16

  public init(aeTitle: AETitle, messageID: UInt16) {
    self.aeTitle = aeTitle
    self.messageID = messageID
  }
}

/// What C-FIND, C-MOVE and C-GET have in common; the identifier is the data set (PS3.7 §9.3.2 to §9.3.4).
public struct QueryCommand: Hashable, Sendable {
  public var sopClass: UID
  public var priority: Priority

  public init(sopClass: UID, priority: Priority = .medium) {
    self.sopClass = sopClass
    self.priority = priority
  }
}

/// A request of a normalised service (PS3.7 §10.3).
public struct NormalizedCommand: Hashable, Sendable {
  public var field: CommandField
  public var sopClass: UID
  /// Missing in an N-CREATE that leaves the UID to the performer.
  public var sopInstance: UID?
  /// Action Type ID or Event Type ID.
  public var typeID: UInt16?
  /// Attribute Identifier List of an N-GET, as `group << 16 | element`; empty asks for all.
  public var attributes: [UInt32]

  public init(
    field: CommandField, sopClass: UID, sopInstance: UID? = nil, typeID: UInt16? = nil, attributes: [UInt32] = []
  ) {
    self.field = field
    self.sopClass = sopClass
    self.sopInstance = sopInstance
    self.typeID = typeID
    self.attributes = attributes
  }
}

/// Priority (0000,0700).
public enum Priority: UInt16, Hashable, Sendable { case medium = 0, high = 1, low = 2 }

extension DIMSECommand {
  public var field: CommandField {
    switch self {
    case .cEcho: .cEcho
    case .cStore: .cStore
    case .cFind: .cFind
    case .cMove: .cMove
    case .cGet: .cGet
    case .normalized(let command): command.field
    }
  }

  /// `nil` for a field that is no request of the standard.
  init?(_ set: CommandSet) throws(CommandSetError) {
    guard let field = set.field else { throw .missing(.commandField) }
    let query = { () throws(CommandSetError) in
      QueryCommand(sopClass: try set.requiredUID(.affectedSOPClassUID), priority: set.priority)
    }
    switch field {
    case .cEcho: self = .cEcho(sopClass: try set.requiredUID(.affectedSOPClassUID))
    case .cStore:
      var originator: MoveOriginator?
      if let title = set.text(.moveOriginatorApplicationEntityTitle), !title.isEmpty {
        originator = MoveOriginator(
          aeTitle: AETitle(unchecked: title), messageID: set.integer(.moveOriginatorMessageID) ?? 0)
      }
      self = .cStore(
        CStoreCommand(
          sopClass: try set.requiredUID(.affectedSOPClassUID),
          sopInstance: try set.requiredUID(.affectedSOPInstanceUID), priority: set.priority,
          moveOriginator: originator))
    case .cFind: self = .cFind(try query())
    case .cGet: self = .cGet(try query())
    case .cMove:
      guard let destination = set.text(.moveDestination) else { throw .missing(.moveDestination) }
      self = .cMove(try query(), destination: AETitle(unchecked: destination))
    case .nEventReport, .nCreate:
      self = .normalized(
        NormalizedCommand(
          field: field, sopClass: try set.requiredUID(.affectedSOPClassUID),
          sopInstance: set.uid(.affectedSOPInstanceUID), typeID: set.integer(.eventTypeID)))
    case .nGet, .nSet, .nAction, .nDelete:
      self = .normalized(
        NormalizedCommand(
          field: field, sopClass: try set.requiredUID(.requestedSOPClassUID),
          sopInstance: set.uid(.requestedSOPInstanceUID), typeID: set.integer(.actionTypeID),
          attributes: set.tags(.attributeIdentifierList)))
    default: return nil
    }
  }

  /// The command set of the request.
  func commandSet(messageID: UInt16, hasDataSet: Bool) -> CommandSet {
    var set = CommandSet()
    set.set(.commandField, field.rawValue)
    set.set(.messageID, messageID)
    set.set(.commandDataSetType, hasDataSet ? CommandSet.withDataSet : CommandSet.noDataSet)
    switch self {
    case .cEcho(let sopClass): set.set(.affectedSOPClassUID, sopClass)
    case .cStore(let command):
      set.set(.affectedSOPClassUID, command.sopClass)
      set.set(.affectedSOPInstanceUID, command.sopInstance)
      set.set(.priority, command.priority.rawValue)
      if let originator = command.moveOriginator {
        set.set(.moveOriginatorApplicationEntityTitle, text: originator.aeTitle.rawValue)
        set.set(.moveOriginatorMessageID, originator.messageID)
      }
    case .cFind(let command), .cGet(let command):
      set.set(.affectedSOPClassUID, command.sopClass)
      set.set(.priority, command.priority.rawValue)
    case .cMove(let command, let destination):
      set.set(.affectedSOPClassUID, command.sopClass)
      set.set(.priority, command.priority.rawValue)
      set.set(.moveDestination, text: destination.rawValue)
    case .normalized(let command):
      let isAffected = command.field == .nEventReport || command.field == .nCreate
      set.set(isAffected ? .affectedSOPClassUID : .requestedSOPClassUID, command.sopClass)
      if let instance = command.sopInstance {
        set.set(isAffected ? .affectedSOPInstanceUID : .requestedSOPInstanceUID, instance)
      }
      if let type = command.typeID { set.set(command.field == .nEventReport ? .eventTypeID : .actionTypeID, type) }
      if !command.attributes.isEmpty { set.set(.attributeIdentifierList, tags: command.attributes) }
    }
    return set
  }
}

extension CommandSet {
  fileprivate var priority: Priority { integer(.priority).flatMap(Priority.init(rawValue:)) ?? .medium }

  fileprivate func requiredUID(_ element: CommandElement) throws(CommandSetError) -> UID {
    guard let uid = uid(element) else { throw .missing(element) }
    return uid
  }
}
