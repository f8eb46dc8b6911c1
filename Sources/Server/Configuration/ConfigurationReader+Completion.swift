import Workflow
import Yams

extension ConfigurationReader {
  /// `completion: {quietSeconds: 60, sources: {CT1: 20}, afterDeliverySeconds: 10}`: how long a source must be silent
  /// before its study counts as complete, and how long at most once it has closed its association.
  static func completion(_ value: Yams.Node, _ key: String) throws -> CompletionSettings {
    let fields = try fields(value, key, known: ["quietSeconds", "sources", "afterDeliverySeconds"])
    var settings = CompletionSettings()
    if let quiet = fields["quietSeconds"] {
      settings.quiet = .seconds(try number(quiet, "\(key).quietSeconds", in: 1...86_400))
    }
    if let remaining = fields["afterDeliverySeconds"] {
      settings.afterDelivery = .seconds(try number(remaining, "\(key).afterDeliverySeconds", in: 1...86_400))
    }
    guard let sources = fields["sources"] else { return settings }
    guard let mapping = sources.mapping else {
      throw ConfigurationError(description: "\(key).sources must be a mapping of names to seconds")
    }
    for (name, seconds) in mapping {
      let source = try text(name, "\(key).sources")
      settings.sources[source] = .seconds(try number(seconds, "\(key).sources.\(source)", in: 1...86_400))
    }
    return settings
  }
}
