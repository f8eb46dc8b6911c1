/// The status of a response (PS3.7 Annex C; PS3.4 for those of a service class).
public struct DIMSEStatus: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public enum Category: Hashable, Sendable { case success, warning, failure, cancel, pending }

  public var rawValue: UInt16

  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// PS3.7 Table C-1 and what PS3.4 builds on it.
  public var category: Category {
    switch rawValue {
    case 0x0000: .success
    case 0xFF00, 0xFF01: .pending
    case 0xFE00: .cancel
    case 0x0001, 0x0107, 0x0116, 0xB000...0xBFFF: .warning
    default: .failure
    }
  }

  public var isPending: Bool { category == .pending }
  public var description: String { "\(category) \(hexadecimal)" }

  /// Four digits, as the standard writes it.
  public var hexadecimal: String {
    let hex = String(rawValue, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - hex.count) + hex
  }
}

// Of every service (PS3.7 Annex C).
extension DIMSEStatus {
  public static let success = DIMSEStatus(rawValue: 0x0000)
  public static let noSuchAttribute = DIMSEStatus(rawValue: 0x0105)
  public static let invalidAttributeValue = DIMSEStatus(rawValue: 0x0106)
  public static let attributeListError = DIMSEStatus(rawValue: 0x0107)
  public static let processingFailure = DIMSEStatus(rawValue: 0x0110)
  public static let duplicateSOPInstance = DIMSEStatus(rawValue: 0x0111)
  public static let noSuchObjectInstance = DIMSEStatus(rawValue: 0x0112)
  public static let noSuchEventType = DIMSEStatus(rawValue: 0x0113)
  public static let noSuchArgument = DIMSEStatus(rawValue: 0x0114)
  public static let invalidArgumentValue = DIMSEStatus(rawValue: 0x0115)
  public static let attributeValueOutOfRange = DIMSEStatus(rawValue: 0x0116)
  public static let invalidObjectInstance = DIMSEStatus(rawValue: 0x0117)
  public static let noSuchSOPClass = DIMSEStatus(rawValue: 0x0118)
  public static let classInstanceConflict = DIMSEStatus(rawValue: 0x0119)
  public static let missingAttribute = DIMSEStatus(rawValue: 0x0120)
  public static let missingAttributeValue = DIMSEStatus(rawValue: 0x0121)
  public static let sopClassNotSupported = DIMSEStatus(rawValue: 0x0122)
  public static let noSuchActionType = DIMSEStatus(rawValue: 0x0123)
  public static let notAuthorized = DIMSEStatus(rawValue: 0x0124)
  public static let duplicateInvocation = DIMSEStatus(rawValue: 0x0210)
  public static let unrecognizedOperation = DIMSEStatus(rawValue: 0x0211)
  public static let mistypedArgument = DIMSEStatus(rawValue: 0x0212)
  public static let resourceLimitation = DIMSEStatus(rawValue: 0x0213)
}

// Of storage, query and retrieval (PS3.4 Tables B.2-1, C.4-1, C.4-2, C.4-3).
extension DIMSEStatus {
  public static let outOfResources = DIMSEStatus(rawValue: 0xA700)
  public static let unableToCalculateNumberOfMatches = DIMSEStatus(rawValue: 0xA701)
  public static let unableToPerformSubOperations = DIMSEStatus(rawValue: 0xA702)
  public static let moveDestinationUnknown = DIMSEStatus(rawValue: 0xA801)
  /// C-STORE: the data set; C-FIND, C-MOVE, C-GET: the identifier.
  public static let dataSetDoesNotMatchSOPClass = DIMSEStatus(rawValue: 0xA900)
  /// C-STORE: cannot understand; C-FIND, C-MOVE, C-GET: unable to process.
  public static let cannotUnderstand = DIMSEStatus(rawValue: 0xC000)
  public static let coercionOfDataElements = DIMSEStatus(rawValue: 0xB000)
  /// C-MOVE and C-GET: sub-operations complete, one or more failed or with warnings.
  public static let subOperationsCompleteWithFailures = DIMSEStatus(rawValue: 0xB000)
  public static let elementsDiscarded = DIMSEStatus(rawValue: 0xB006)
  public static let dataSetDoesNotMatchSOPClassWarning = DIMSEStatus(rawValue: 0xB007)
  public static let cancelled = DIMSEStatus(rawValue: 0xFE00)
  public static let pending = DIMSEStatus(rawValue: 0xFF00)
  /// Some optional keys were not supported for existence or matching.
  public static let pendingWithUnsupportedKeys = DIMSEStatus(rawValue: 0xFF01)
}
