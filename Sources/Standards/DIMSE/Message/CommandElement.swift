/// An element of group 0000 (PS3.7 Annex E), by its element number.
public struct CommandElement: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public var rawValue: UInt16

  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  public static let groupLength = CommandElement(rawValue: 0x0000)
  public static let affectedSOPClassUID = CommandElement(rawValue: 0x0002)
  public static let requestedSOPClassUID = CommandElement(rawValue: 0x0003)
  public static let commandField = CommandElement(rawValue: 0x0100)
  public static let messageID = CommandElement(rawValue: 0x0110)
  public static let messageIDBeingRespondedTo = CommandElement(rawValue: 0x0120)
  public static let moveDestination = CommandElement(rawValue: 0x0600)
  public static let priority = CommandElement(rawValue: 0x0700)
  public static let commandDataSetType = CommandElement(rawValue: 0x0800)
  public static let status = CommandElement(rawValue: 0x0900)
  public static let offendingElement = CommandElement(rawValue: 0x0901)
  public static let errorComment = CommandElement(rawValue: 0x0902)
  public static let errorID = CommandElement(rawValue: 0x0903)
  public static let affectedSOPInstanceUID = CommandElement(rawValue: 0x1000)
  public static let requestedSOPInstanceUID = CommandElement(rawValue: 0x1001)
  public static let eventTypeID = CommandElement(rawValue: 0x1002)
  public static let attributeIdentifierList = CommandElement(rawValue: 0x1005)
  public static let actionTypeID = CommandElement(rawValue: 0x1008)
  public static let numberOfRemainingSubOperations = CommandElement(rawValue: 0x1020)
  public static let numberOfCompletedSubOperations = CommandElement(rawValue: 0x1021)
  public static let numberOfFailedSubOperations = CommandElement(rawValue: 0x1022)
  public static let numberOfWarningSubOperations = CommandElement(rawValue: 0x1023)
  public static let moveOriginatorApplicationEntityTitle = CommandElement(rawValue: 0x1030)
  public static let moveOriginatorMessageID = CommandElement(rawValue: 0x1031)

  public var description: String {
    let hex = String(rawValue, radix: 16, uppercase: true)
    return "(0000," + String(repeating: "0", count: 4 - hex.count) + hex + ")"
  }
}
