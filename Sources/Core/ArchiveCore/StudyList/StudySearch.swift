/// What somebody looks for in the list of studies, as people type and choose it; programs use `Query`.
public struct StudySearch: Hashable, Sendable {
  /// Characters of a text.
  public static let maximumText = 256
  /// Words of a text that count; more are not looked at.
  public static let maximumWords = 8
  /// Modalities, and sites, to choose at a time.
  public static let maximumChoices = 32
  /// Studies on a page.
  public static let maximumPage = 200

  /// Words that must all be found. A word is found where a word of the patient's name begins with it, in any of the
  /// name's groups, without regard to case and diacritics; where the Patient ID or the Accession Number begins with it;
  /// or where it is the Study Instance UID.
  public var text: String
  /// Studies with a series of one of these; all when empty.
  public var modalities: Set<String>
  /// Studies that one of these sites has sent a part of; all when `nil`.
  public var sites: Set<SiteID>?
  /// First and last Study Date, inclusive. A study without a date is within no range.
  public var from: StudyDate?
  public var to: StudyDate?
  /// Only what comes after this in the list.
  public var after: StudyListPlace?
  public var limit: Int

  public init(
    text: String = "", modalities: Set<String> = [], sites: Set<SiteID>? = nil, from: StudyDate? = nil,
    to: StudyDate? = nil, after: StudyListPlace? = nil, limit: Int = 50
  ) {
    self.text = text
    self.modalities = modalities
    self.sites = sites
    self.from = from
    self.to = to
    self.after = after
    self.limit = limit
  }
}

/// A calendar day as the number `yyyymmdd`.
public struct StudyDate: Hashable, Comparable, Sendable {
  public let number: Int64

  /// - Returns: `nil` for what is no day of any month.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    number = Int64(year * 10_000 + month * 100 + day)
  }

  public static func < (left: StudyDate, right: StudyDate) -> Bool { left.number < right.number }
}

/// A place in the list of studies, which is in order of Study Date and Time, newest first. Opaque to those outside.
public struct StudyListPlace: Hashable, Sendable, CustomStringConvertible {
  public let date: Int64
  public let time: Int64
  /// What tells two studies of one moment apart.
  public let number: Int64

  public init(date: Int64, time: Int64, number: Int64) {
    self.date = date
    self.time = time
    self.number = number
  }

  public var description: String { "\(date).\(time).\(number)" }

  /// Reads what `description` writes.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let date = Int64(parts[0]), let time = Int64(parts[1]), let number = Int64(parts[2])
    else { return nil }
    self.init(date: date, time: time, number: number)
  }
}
