import ArchiveCore

/// A site of the demo hospital and what stands in it.
struct DemoSite: Hashable, Sendable {
  var id: SiteID
  var institution: String
  /// IANA name of its time zone; both follow the summer time of the European Union.
  var timeZone: String
  /// Hours before UTC in winter.
  private var winterHours: Int
  var manufacturer: String
  /// Prefix of station names, AE titles and patient ids, and issuer of the latter.
  var code: String
  /// First word of the names of its machines.
  private var family: String

  static let all = [
    DemoSite(
      id: SiteID("harbour"), institution: "Harbour General Hospital", timeZone: "Europe/Stockholm", winterHours: 1,
      manufacturer: "Northlight Imaging", code: "HGH", family: "Aurora"),
    DemoSite(
      id: SiteID("hill"), institution: "Hill Street Clinic", timeZone: "Europe/Athens", winterHours: 2,
      manufacturer: "Meridian Medical", code: "HSC", family: "Zenith"),
  ]

  /// Manufacturer's Model Name (0008,1090).
  func model(_ modality: String) -> String { "\(family) \(modality)" }

  /// The AE title of a machine: site and modality.
  func applicationEntityTitle(_ modality: String) -> String { "\(code)_\(modality)" }

  /// Timezone Offset From UTC (0008,0201) on a day.
  func offset(on date: DemoDate) -> String { "+0\(winterHours + (date.isSummerTime ? 1 : 0))00" }
}
