/// The operation or notification of a message (PS3.7 §E.1-1, element (0000,0100)).
public struct CommandField: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public var rawValue: UInt16

  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  public static let cStore = CommandField(rawValue: 0x0001)
  public static let cGet = CommandField(rawValue: 0x0010)
  public static let cFind = CommandField(rawValue: 0x0020)
  public static let cMove = CommandField(rawValue: 0x0021)
  public static let cEcho = CommandField(rawValue: 0x0030)
  public static let nEventReport = CommandField(rawValue: 0x0100)
  public static let nGet = CommandField(rawValue: 0x0110)
  public static let nSet = CommandField(rawValue: 0x0120)
  public static let nAction = CommandField(rawValue: 0x0130)
  public static let nCreate = CommandField(rawValue: 0x0140)
  public static let nDelete = CommandField(rawValue: 0x0150)
  public static let cCancel = CommandField(rawValue: 0x0FFF)

  static let responseBit: UInt16 = 0x8000

  public var isResponse: Bool { rawValue & CommandField.responseBit != 0 }
  /// The field of the response to this request.
  public var response: CommandField { CommandField(rawValue: rawValue | CommandField.responseBit) }
  /// The field of the request this responds to.
  public var request: CommandField { CommandField(rawValue: rawValue & ~CommandField.responseBit) }

  public var description: String {
    let name =
      switch request {
      case .cStore: "C-STORE"
      case .cGet: "C-GET"
      case .cFind: "C-FIND"
      case .cMove: "C-MOVE"
      case .cEcho: "C-ECHO"
      case .nEventReport: "N-EVENT-REPORT"
      case .nGet: "N-GET"
      case .nSet: "N-SET"
      case .nAction: "N-ACTION"
      case .nCreate: "N-CREATE"
      case .nDelete: "N-DELETE"
      case .cCancel: "C-CANCEL"
      default: "command \(request.rawValue)"
      }
    return name + (isResponse ? "-RSP" : "-RQ")
  }
}
