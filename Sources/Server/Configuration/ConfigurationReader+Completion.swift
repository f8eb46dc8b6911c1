import Workflow
import Yams

extension ConfigurationReader {
  /// `completion: {quietSeconds: 60, sources: {CT1: 20}}`: how long a source must be silent before its study counts as
  /// complete.
  static func completion(_ value: Yams.Node, _ key: String) throws -> CompletionSettings {
    let fields = try fields(value, key, known: ["quietSeconds", "sources"])
    var settings = CompletionSettings()
    if let quiet = fields["quietSeconds"] {
      settings.quiet = .seconds(try number(quiet, "\(key).quietSeconds", in: 1...86_400))
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
