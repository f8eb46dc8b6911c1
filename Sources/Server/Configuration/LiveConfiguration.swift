import Synchronization

/// The configuration of a running server, which can be read again without closing a connection.
///
/// Nodes, sites, certificates, log level and the compactor's times change at once, for what begins from then on. Listeners, data
/// directory, our AE title, the number of associations and who is let in hold until the next start. A file with a mistake changes nothing.
final class LiveConfiguration: Sendable {
  /// What came of reading it again, by key.
  struct Change: Hashable, Sendable, Codable {
    var changed: [String] = []
    /// Differs, and holds from the next start on.
    var needsRestart: [String] = []
  }

  private let source: ConfigurationSource
  private let state: Mutex<Configuration>

  init(_ configuration: Configuration, from source: ConfigurationSource) {
    self.source = source
    state = Mutex(configuration)
  }

  var current: Configuration { state.withLock { $0 } }

  /// Reads everything again.
  ///
  /// - Parameter certificates: reads the certificates that the new configuration names, and answers whether they differ.
  /// - Throws: `ConfigurationError`; nothing has changed then.
  func reload(certificates: (Configuration) throws -> Bool = { _ in false }) throws -> Change {
    let next = try source.read()
    let hasNewCertificates = try certificates(next)
    return state.withLock { current in
      var change = Change()
      func take<Value: Equatable>(_ key: String, _ path: WritableKeyPath<Configuration, Value>) {
        guard current[keyPath: path] != next[keyPath: path] else { return }
        current[keyPath: path] = next[keyPath: path]
        change.changed.append(key)
      }
      func keep<Value: Equatable>(_ key: String, _ path: KeyPath<Configuration, Value>) {
        if current[keyPath: path] != next[keyPath: path] { change.needsRestart.append(key) }
      }
      take("nodes", \.nodes)
      take("sites", \.sites)
      take("tls", \.security)
      if hasNewCertificates, !change.changed.contains("tls") { change.changed.append("certificates") }
      take("logLevel", \.logLevel)
      take("dicomTrace", \.dicomTrace)
      take("quietSeconds", \.quietSeconds)
      take("graceSeconds", \.graceSeconds)
      keep("data", \.data)
      keep("http", \.http)
      keep("dicom", \.dicom)
      keep("dicomTLS", \.dicomTLS)
      keep("aeTitle", \.aeTitle)
      keep("aeTitles", \.views)
      keep("queries", \.queriesAreStrict)
      keep("open", \.open)
      keep("trustedProxy", \.trustedProxy)
      keep("maximumAssociations", \.maximumAssociations)
      return change
    }
  }
}
