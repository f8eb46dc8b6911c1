import Workflow
import Yams

extension ConfigurationReader {
  /// `worklist: {expiryDays: 30}`: after how many days a step that nobody has begun is called off; 0 for never.
  static func worklist(_ value: Yams.Node, _ key: String) throws -> WorklistSettings {
    let fields = try fields(value, key, known: ["expiryDays"])
    var settings = WorklistSettings()
    if let days = fields["expiryDays"] {
      let number = try number(days, "\(key).expiryDays", in: 0...WorklistSettings.longestExpiry)
      settings.expiryDays = number == 0 ? nil : number
    }
    return settings
  }
}
