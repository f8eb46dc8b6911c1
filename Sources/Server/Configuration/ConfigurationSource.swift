import Foundation

/// Where a server's configuration comes from: defaults, then the file, then the environment, then the options.
struct ConfigurationSource: Sendable {
  var file: String?
  /// What the command line says, the last word.
  var options: @Sendable (inout Configuration) -> Void = { _ in }

  /// - Throws: `ConfigurationError` that names key and line.
  func read() throws -> Configuration {
    var configuration = Configuration()
    if let file {
      guard let text = FileManager.default.contents(atPath: file) else {
        throw ConfigurationError(description: "cannot read the configuration \(file)")
      }
      try ConfigurationReader.apply(yaml: String(decoding: text, as: UTF8.self), to: &configuration)
    }
    try ConfigurationReader.apply(environment: ProcessInfo.processInfo.environment, to: &configuration)
    options(&configuration)
    try configuration.refuseUnsafeListeners()
    try configuration.refuseUnknownCredentials()
    return configuration
  }
}
