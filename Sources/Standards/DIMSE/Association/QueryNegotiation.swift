public import DICOM

/// What is negotiated of a query: the application information of C-FIND SOP classes (PS3.4 §C.5.1.1.1, Table C.5-1), one byte
/// each in this order, 1 for yes. Bytes at the end may be left out.
public struct QueryNegotiation: OptionSet, Hashable, Sendable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Keys of any level, without the unique keys of the levels above (§C.4.1.2.2).
  public static let relationalQueries = QueryNegotiation(rawValue: 1 << 0)
  /// A range of dates with a range of times is one span (§C.2.2.2.5.1).
  public static let combinedDateTimeMatching = QueryNegotiation(rawValue: 1 << 1)
  /// Person names match by what they mean to people (§C.2.2.2.1.1).
  public static let fuzzyNameMatching = QueryNegotiation(rawValue: 1 << 2)
  /// Dates and times are in the zone of whoever asks.
  public static let timezoneAdjustment = QueryNegotiation(rawValue: 1 << 3)
  /// Views of enhanced multi-frame images as classic ones, and the other way round (§C.3.5).
  public static let enhancedMultiFrameConversion = QueryNegotiation(rawValue: 1 << 4)
  /// `""` asks for absent and empty values (§C.2.2.2.7).
  public static let emptyValueMatching = QueryNegotiation(rawValue: 1 << 5)
  /// Several values of any text, parted by a backslash (§C.2.2.2.8).
  public static let multipleValueMatching = QueryNegotiation(rawValue: 1 << 6)

  /// Bytes that the standard gives a meaning.
  private static let count = 7

  /// Reads application information; what is not 1 is no.
  public init(applicationInformation bytes: [UInt8]) {
    self.init(rawValue: bytes.prefix(Self.count).enumerated().reduce(0) { $1.element == 1 ? $0 | 1 << $1.offset : $0 })
  }

  /// As application information.
  ///
  /// - Parameter length: an acceptor answers with as many bytes as it was asked with; a requestor needs none behind the last 1.
  public func applicationInformation(length: Int? = nil) -> [UInt8] {
    let all: [UInt8] = (0..<Self.count).map { rawValue >> $0 & 1 }
    let needed = (all.lastIndex(of: 1) ?? 0) + 1
    return Array(all.prefix(max(1, length ?? needed)))
  }
}

/// What is negotiated of a retrieval: the application information of C-MOVE and C-GET SOP classes (PS3.4 §C.5.2.1, §C.5.3.1).
public struct RetrieveNegotiation: OptionSet, Hashable, Sendable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Unique keys of the levels above may be left out (§C.4.2.2.2).
  public static let relationalRetrieval = RetrieveNegotiation(rawValue: 1 << 0)
  public static let enhancedMultiFrameConversion = RetrieveNegotiation(rawValue: 1 << 1)

  public init(applicationInformation bytes: [UInt8]) {
    self.init(rawValue: bytes.prefix(2).enumerated().reduce(0) { $1.element == 1 ? $0 | 1 << $1.offset : $0 })
  }

  /// - Parameter length: bytes that an acceptor was asked with.
  public func applicationInformation(length: Int = 1) -> [UInt8] {
    Array([rawValue & 1, rawValue >> 1 & 1].prefix(max(1, length)))
  }
}

extension [ExtendedNegotiation] {
  /// The application information given for a SOP class; none is as good as zeros.
  public func information(of sopClass: UID) -> [UInt8] {
    first { $0.sopClass == sopClass }?.applicationInformation ?? []
  }
}
