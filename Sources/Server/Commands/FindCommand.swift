import ArgumentParser
import DICOM
import DIMSE

struct FindCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Ask a DICOM node what it has (C-FIND).",
    discussion: """
      Keys are attributes by keyword or tag, with what they must match: PatientName='Doe*', StudyDate=20260101-,
      ModalitiesInStudy=CT. A key without = asks for the attribute only. With --json each match is one line of DICOM JSON.
      """)

  @OptionGroup var output: JSONOption
  @OptionGroup var query: QueryOptions
  @OptionGroup var options: PeerOptions
  @Option(
    name: .long, parsing: .singleValue, help: "Ask for this attribute instead of the usual ones; may be repeated.")
  var returning: [String] = []
  @Option(name: .long, help: "Stop after so many matches.")
  var limit: Int?
  @Flag(name: .long, help: "Ask for matching of names that sound or begin alike (fuzzy semantic matching).")
  var fuzzy = false
  @Flag(
    name: .customLong("relational"), inversion: .prefixedNo,
    help: "Negotiate relational queries: keys of any level without the unique keys above it.")
  var isRelational = true
  @Flag(
    name: .customLong("combined-datetime"), inversion: .prefixedNo,
    help: "Negotiate that a range of dates with a range of times is one span.")
  var combinesDateTime = true
  @Flag(name: .long, help: "Negotiate that \"\" asks for attributes that are absent or empty.")
  var emptyValues = false
  @Option(
    name: .long,
    help: "Ask for dates and times in the zone of this offset from UTC, as +0100 (timezone query adjustment).")
  var timezone: String?
  @Argument(help: "Keys.")
  var keys: [String] = []

  private var negotiation: QueryNegotiation {
    var wanted: QueryNegotiation = []
    if isRelational { wanted.insert(.relationalQueries) }
    if combinesDateTime { wanted.insert(.combinedDateTimeMatching) }
    if fuzzy { wanted.insert(.fuzzyNameMatching) }
    if timezone != nil { wanted.insert(.timezoneAdjustment) }
    if emptyValues { wanted.insert(.emptyValueMatching) }
    return wanted
  }

  func validate() throws {
    guard timezone.map({ $0.wholeMatch(of: /[+-](?:0[0-9]|1[0-4])[0-5][0-9]/) != nil }) ?? true else {
      throw ValidationError("--timezone takes an offset as +0100 or -0530")
    }
    guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit takes 1 or more") }
  }

  func run() async throws {
    var keys = try QueryKeys(keys, level: query.levelName, returning: returning)
    if let timezone { keys.ask(inZone: timezone) }
    let sopClass = query.model.sopClass(.find)
    // Who does not know it answers without.
    let extended = ExtendedNegotiation(
      sopClass: sopClass, applicationInformation: negotiation.applicationInformation())
    try await PeerQuery(options: options, json: output.json, limit: limit).run(
      sopClass, keys.dataSet, showing: keys.shown, extended: [extended])
  }
}
