import ArchiveCore
import DICOM
import Logging
import Yams

/// Why a configuration was refused: which key, where, and what is wanted.
struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  var description: String
}

/// Reads configuration from YAML text and from environment variables, with one table of keys for both.
///
/// Every key `someKey` can also be given as `ISOCENTER_SOME_KEY`, whose value is read as YAML. Unknown keys are errors.
struct ConfigurationReader {
  private typealias Setter = @Sendable (inout Configuration, Yams.Node, String) throws -> Void

  private static let keys: [String: Setter] = [
    "data": { $0.data = try text($1, $2) },
    "http": { $0.http = try endpoint($1, $2) },
    "dicom": { $0.dicom = try endpoint($1, $2) },
    "dicomTLS": { $0.dicomTLS = try endpoint($1, $2) },
    "dicomTrace": { $0.dicomTrace = try text($1, $2) },
    "tls": { $0.security = try security($1, $2) },
    "aeTitle": { $0.aeTitle = try aeTitle($1, $2) },
    "aeTitles": { $0.views = try list($1, $2, view) },
    "queries": { $0.queriesAreStrict = try queries($1, $2) },
    "open": { $0.open = try boolean($1, $2) },
    "trustedProxy": { $0.trustedProxy = try boolean($1, $2) },
    "sites": { $0.sites = try list($1, $2, site) },
    "nodes": { $0.nodes = try list($1, $2, node) },
    "quietSeconds": { $0.quietSeconds = try number($1, $2, in: 1...86_400) },
    "graceSeconds": { $0.graceSeconds = try number($1, $2, in: 0...86_400) },
    "completion": { $0.completion = try completion($1, $2) },
    "workitems": { $0.workitems = try workitems($1, $2) },
    "worklist": { $0.worklist = try worklist($1, $2) },
    "forwardPerformedStepsTo": { $0.forwardPerformedStepsTo = try list($1, $2, aeTitle) },
    "maximumAssociations": { $0.maximumAssociations = try number($1, $2, in: 1...10_000) },
    "dicomIdleSeconds": { $0.dicomIdleSeconds = try number($1, $2, in: 1...3600) },
    "maximumConnections": { $0.maximumConnections = try number($1, $2, in: 1...100_000) },
    "httpIdleSeconds": { $0.httpIdleSeconds = try number($1, $2, in: 1...3600) },
    // The server must have ended 30 s after SIGTERM.
    "stopSeconds": { $0.stopSeconds = try number($1, $2, in: 1...25) },
    "allowedOrigins": { $0.allowedOrigins = Set(try list($1, $2, origin)) },
    "logLevel": { $0.logLevel = try logLevel($1, $2) },
  ]

  /// - Throws: `ConfigurationError` that names key and line.
  static func apply(yaml: String, to configuration: inout Configuration) throws {
    let root: Yams.Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      throw ConfigurationError(description: "the configuration is not YAML: \(error)")
    }
    guard let root else { return }
    guard let mapping = root.mapping else {
      throw ConfigurationError(description: "the configuration must be a mapping of keys\(place(root))")
    }
    for (key, value) in mapping {
      let name = key.string ?? "?"
      guard let set = keys[name] else { throw unknown(name, key, known: Array(keys.keys)) }
      try set(&configuration, value, name)
    }
  }

  /// - Parameter environment: the process' variables; those that begin with `ISOCENTER_` and name a key count.
  static func apply(environment: [String: String], to configuration: inout Configuration) throws {
    for (name, set) in keys.sorted(by: { $0.key < $1.key }) {
      let variable = variableName(of: name)
      guard let value = environment[variable] else { continue }
      guard let node = try? Yams.compose(yaml: value) else {
        throw ConfigurationError(description: "\(variable) cannot be read")
      }
      try set(&configuration, node, variable)
    }
  }

  /// "maximumAssociations" as "ISOCENTER_MAXIMUM_ASSOCIATIONS", "dicomTLS" as "ISOCENTER_DICOM_TLS".
  static func variableName(of key: String) -> String {
    var name = "ISOCENTER_"
    var isInsideWord = false
    for character in key {
      if character.isUppercase, isInsideWord { name.append("_") }
      isInsideWord = !character.isUppercase
      name.append(contentsOf: character.uppercased())
    }
    return name
  }

  private static func node(_ value: Yams.Node, _ key: String) throws -> ArchiveCore.Node {
    let fields = try fields(
      value, key,
      known: ["aeTitle", "host", "port", "site", "roles", "transferSyntaxes", "tls", "certificate"] + exchangeKeys)
    var node = ArchiveCore.Node(
      aeTitle: try aeTitle(try require(fields, "aeTitle", value, key), "\(key).aeTitle"),
      host: try text(try require(fields, "host", value, key), "\(key).host"),
      port: try number(try require(fields, "port", value, key), "\(key).port", in: 1...65535),
      site: try fields["site"].map { SiteID(try text($0, "\(key).site")) } ?? .main,
      roles: try fields["roles"].map { Set(try list($0, "\(key).roles", role)) } ?? [.technologist],
      transferSyntaxes: try fields["transferSyntaxes"].map { try list($0, "\(key).transferSyntaxes", transferSyntax) },
      tls: try fields["tls"].flatMap { try credentialName($0, "\(key).tls") },
      certificate: try fields["certificate"].map { try fingerprint($0, "\(key).certificate") })
    node.exchange = try exchange(fields, key)
    return node
  }

  /// `true` for the listener's own certificate, or the name of a credential.
  private static func credentialName(_ value: Yams.Node, _ key: String) throws -> String? {
    if let isWanted = value.bool { return isWanted ? ArchiveCore.Node.defaultCredential : nil }
    return try text(value, key)
  }

  /// SHA-256 as tools print it: with colons or without, in large digits or small.
  private static func fingerprint(_ value: Yams.Node, _ key: String) throws -> String {
    let digits = try text(value, key).lowercased().filter { $0 != ":" }
    guard Administration.isFingerprint(digits) else {
      throw ConfigurationError(
        description: "\(key) must be the SHA-256 of a certificate in 64 hexadecimal digits\(place(value))")
    }
    return digits
  }

  static func transferSyntax(_ value: Yams.Node, _ key: String) throws -> String {
    let name = try text(value, key)
    guard let syntax = TransferSyntaxName(argument: name)?.syntax else {
      throw ConfigurationError(
        description: "\(key): there is no transfer syntax “\(name)”; known are \(TransferSyntaxName.allNames), and UIDs"
          + place(value))
    }
    return syntax.uid.rawValue
  }

  private static func site(_ value: Yams.Node, _ key: String) throws -> SiteConfiguration {
    let fields = try fields(value, key, known: ["id", "timeZone", "issuer"])
    let id = try text(try require(fields, "id", value, key), "\(key).id")
    return SiteConfiguration(
      id: SiteID(id), timeZone: try fields["timeZone"].map { try text($0, "\(key).timeZone") } ?? "UTC",
      issuer: try fields["issuer"].map { try text($0, "\(key).issuer") } ?? id)
  }

  static func role(_ value: Yams.Node, _ key: String) throws -> Role {
    let name = try text(value, key)
    guard let role = Role(rawValue: name) else {
      let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
      throw ConfigurationError(description: "\(key): there is no role “\(name)”; known are \(known)\(place(value))")
    }
    return role
  }

  static func fields(_ value: Yams.Node, _ key: String, known: [String]) throws -> [String: Yams.Node] {
    guard let mapping = value.mapping else {
      throw ConfigurationError(
        description: "\(key) must be a mapping of \(known.joined(separator: ", "))\(place(value))")
    }
    var fields: [String: Yams.Node] = [:]
    for (name, field) in mapping {
      guard let text = name.string, known.contains(text) else { throw unknown(name.string ?? "?", name, known: known) }
      fields[text] = field
    }
    return fields
  }

  static func require(
    _ fields: [String: Yams.Node], _ name: String, _ value: Yams.Node, _ key: String
  ) throws -> Yams.Node {
    guard let field = fields[name] else {
      throw ConfigurationError(description: "\(key) needs the key \(name)\(place(value))")
    }
    return field
  }

  static func list<Element>(
    _ value: Yams.Node, _ key: String, _ read: (Yams.Node, String) throws -> Element
  ) throws -> [Element] {
    guard let sequence = value.sequence else {
      throw ConfigurationError(description: "\(key) must be a list\(place(value))")
    }
    return try sequence.enumerated().map { try read($1, "\(key)[\($0)]") }
  }

  static func text(_ value: Yams.Node, _ key: String) throws -> String {
    guard let text = value.string, !text.isEmpty else {
      throw ConfigurationError(description: "\(key) must be a text\(place(value))")
    }
    return text
  }

  private static func logLevel(_ value: Yams.Node, _ key: String) throws -> String {
    let level = try text(value, key)
    guard Logger.Level(rawValue: level) != nil else {
      let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw ConfigurationError(description: "\(key) must be one of \(known)\(place(value))")
    }
    return level
  }

  static func aeTitle(_ value: Yams.Node, _ key: String) throws -> String {
    let title = try text(value, key)
    guard title.utf8.count <= 16, title.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x5C }) else {
      throw ConfigurationError(
        description: "\(key) must be an AE title: at most 16 printable ASCII characters, no backslash\(place(value))")
    }
    return title
  }

  static func boolean(_ value: Yams.Node, _ key: String) throws -> Bool {
    guard let bool = value.bool else {
      throw ConfigurationError(description: "\(key) must be true or false\(place(value))")
    }
    return bool
  }

  static func number(_ value: Yams.Node, _ key: String, in range: ClosedRange<Int>) throws -> Int {
    guard let number = value.int, range.contains(number) else {
      throw ConfigurationError(
        description: "\(key) must be a number from \(range.lowerBound) to \(range.upperBound)\(place(value))")
    }
    return number
  }

  /// `scheme://host[:port]` as the Origin field has it (RFC 6454 §6.2), without a path; or `*`.
  private static func origin(_ value: Yams.Node, _ key: String) throws -> String {
    let text = try text(value, key)
    if text == "*" { return text }
    let authority = ["https://", "http://"].lazy.filter(text.hasPrefix).map { text.dropFirst($0.count) }.first
    guard let authority, !authority.isEmpty, authority == authority.lowercased(),
      authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/?#@*".utf8.contains($0) })
    else {
      throw ConfigurationError(
        description: "\(key) must be an origin such as https://viewer.example, in small letters and without a path, "
          + "or *\(place(value))")
    }
    return text
  }

  private static func endpoint(_ value: Yams.Node, _ key: String) throws -> Endpoint {
    guard let endpoint = Endpoint(try text(value, key)) else {
      throw ConfigurationError(description: "\(key) must be HOST:PORT\(place(value))")
    }
    return endpoint
  }

  private static func unknown(_ name: String, _ node: Yams.Node, known: [String]) -> ConfigurationError {
    ConfigurationError(
      description: "there is no key “\(name)”\(place(node)); known are \(known.sorted().joined(separator: ", "))")
  }

  static func place(_ node: Yams.Node) -> String {
    node.mark.map { " (line \($0.line))" } ?? ""
  }
}
