import ArchiveCore
import Doors
import Foundation

extension Configuration {
  /// What the DICOM door is told of queries and retrievals.
  ///
  /// - Throws: `CommandFailure` for a site's time zone that is none, and for a title that is given twice.
  var queryRetrieve: QueryRetrieveSettings {
    get throws {
      var zones: [SiteID: TimeZone] = [:]
      for site in sites {
        guard let zone = TimeZone(identifier: site.timeZone) else {
          throw CommandFailure("\(site.timeZone) of site \(site.id) is no time zone; Europe/Berlin is one")
        }
        zones[site.id] = zone
      }
      let titles = [aeTitle] + views.map(\.aeTitle)
      guard Set(titles).count == titles.count else { throw CommandFailure("an AE title of ours is given twice") }
      let known = zones
      return QueryRetrieveSettings(views: views, isStrict: queriesAreStrict, zone: { known[$0] ?? .gmt })
    }
  }
}
