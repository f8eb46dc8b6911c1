import Workflow
import Yams

/// Of Unified Procedure Steps: how long finished ones are kept, and who hears of a restart without having subscribed.
struct WorkitemSettings: Hashable, Sendable {
  var retention = WorkitemRetention()
  var announceTo: Set<String> = []
}

extension ConfigurationReader {
  /// `workitems: {keepDays: 30, keepLockedDays: 365, announceTo: [RIS]}`.
  static func workitems(_ value: Yams.Node, _ key: String) throws -> WorkitemSettings {
    let fields = try fields(value, key, known: ["keepDays", "keepLockedDays", "announceTo"])
    var settings = WorkitemSettings()
    if let days = fields["keepDays"] {
      settings.retention.finished = .seconds(86_400 * (try number(days, "\(key).keepDays", in: 0...3650)))
    }
    if let days = fields["keepLockedDays"] {
      settings.retention.locked = .seconds(86_400 * (try number(days, "\(key).keepLockedDays", in: 0...3650)))
    }
    if let titles = fields["announceTo"] {
      settings.announceTo = Set(try list(titles, "\(key).announceTo", aeTitle))
    }
    return settings
  }
}
