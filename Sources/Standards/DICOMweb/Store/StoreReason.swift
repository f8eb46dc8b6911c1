/// Why an instance was not stored: Failure Reason (0008,1197) as PS3.18 Table I.2-2 gives it.
public enum FailureReason: UInt16, Hashable, Sendable {
  case processingFailure = 0x0110
  case invalidObjectInstance = 0x0117
  case sopClassNotSupported = 0x0122
  case notAuthorized = 0x0124
  case outOfResources = 0xA700
  case dataSetDoesNotMatchSOPClass = 0xA900
  /// The instance belongs to another study than the one the request names.
  case dataSetDoesNotMatchStudy = 0xA901
  case cannotUnderstand = 0xC000
  /// A bound of the archive was exceeded.
  case limitExceeded = 0xC001
}

/// What was not as it should be with a stored instance: Warning Reason (0008,1196), PS3.18 Table I.2-1 and beyond.
public enum WarningReason: UInt16, Hashable, Sendable {
  case coercion = 0xB000
  case elementsDiscarded = 0xB006
  case dataSetDoesNotMatchSOPClass = 0xB007
  /// Another content is known by this SOP Instance UID; the arrived one is kept aside and not given out.
  case conflictingContent = 0xB00E
}
