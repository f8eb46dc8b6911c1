import ArchiveCore
import DICOM
import Yams

extension ConfigurationReader {
  /// Keys of a node that say how is exchanged with it, beyond where it is and what it may do.
  static let exchangeKeys = [
    "sites", "moveDestinations", "queries", "acceptedTransferSyntaxes", "associations", "askToo",
    "commitmentReports", "announceAvailability",
  ]

  /// `nil` when none of them is there.
  static func exchange(_ fields: [String: Yams.Node], _ key: String) throws -> NodeExchange? {
    guard exchangeKeys.contains(where: { fields[$0] != nil }) else { return nil }
    var exchange = NodeExchange()
    exchange.sites = try fields["sites"].map { try list($0, "\(key).sites", text).map { SiteID($0) } }
    exchange.moveDestinations = try fields["moveDestinations"].map { try list($0, "\(key).moveDestinations", aeTitle) }
    exchange.isStrict = try fields["queries"].map { try queries($0, "\(key).queries") } ?? false
    exchange.acceptedTransferSyntaxes =
      try fields["acceptedTransferSyntaxes"].map { try list($0, "\(key).acceptedTransferSyntaxes", transferSyntax) }
      ?? []
    exchange.associations =
      try fields["associations"].map {
        try number($0, "\(key).associations", in: 1...NodeExchange.maximumAssociations)
      } ?? 1
    exchange.isAskedToo = try fields["askToo"].map { try boolean($0, "\(key).askToo") } ?? false
    exchange.commitmentReports = try fields["commitmentReports"].map { try reports($0, "\(key).commitmentReports") }
    exchange.announcesAvailability =
      try fields["announceAvailability"].map { try boolean($0, "\(key).announceAvailability") } ?? false
    return exchange
  }

  private static func reports(_ value: Yams.Node, _ key: String) throws -> NodeExchange.CommitmentReports {
    guard let way = NodeExchange.CommitmentReports(rawValue: try text(value, key)) else {
      throw ConfigurationError(description: "\(key) must be same or separate\(place(value))")
    }
    return way
  }

  /// `relational` or `strict`: whether queries must be hierarchical unless relational ones are negotiated.
  static func queries(_ value: Yams.Node, _ key: String) throws -> Bool {
    switch try text(value, key) {
    case "relational": return false
    case "strict": return true
    default: throw ConfigurationError(description: "\(key) must be relational or strict\(place(value))")
    }
  }

  /// `aeTitles: [{aeTitle: NORTH, sites: [north], roles: [radiologist]}]`: more titles of ours, each with less to see.
  static func view(_ value: Yams.Node, _ key: String) throws -> ArchiveView {
    let fields = try fields(value, key, known: ["aeTitle", "sites", "roles"])
    let written = try aeTitle(try require(fields, "aeTitle", value, key), "\(key).aeTitle")
    guard let title = ApplicationEntityTitle.normalized(written) else {
      throw ConfigurationError(description: "\(key).aeTitle has no letters\(place(value))")
    }
    return ArchiveView(
      aeTitle: title,
      sites: try fields["sites"].map { Set(try list($0, "\(key).sites", text).map { SiteID($0) }) },
      roles: try fields["roles"].map { Set(try list($0, "\(key).roles", role)) })
  }
}
