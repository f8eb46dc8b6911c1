import ArchiveCore
import Workflow

/// Where a listener listens.
struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  var host: String
  var port: Int

  /// Reads "HOST:PORT"; an IPv6 host stands in brackets.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65535).contains(port)
    else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard !host.isEmpty else { return nil }
    self.host = host
    self.port = port
  }

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether only this machine can reach it.
  var isLoopback: Bool {
    host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
  }
}

/// A site and what is assumed of objects that come from it.
struct SiteConfiguration: Hashable, Sendable {
  var id: SiteID
  /// IANA time zone, for times that carry no offset.
  var timeZone: String
  /// Issuer of Patient ID when an object names none.
  var issuer: String
}

/// Everything a server can be told.
struct Configuration: Hashable, Sendable {
  var data = "data"
  var http = Endpoint(host: "127.0.0.1", port: 8080)
  var dicom = Endpoint(host: "127.0.0.1", port: 11112)
  /// A second DICOM listener, which speaks TLS only.
  var dicomTLS: Endpoint?
  var security = SecuritySettings()
  /// A folder that every DICOM connection is recorded into while it is set, without data sets.
  var dicomTrace: String?
  var aeTitle = "ISOCENTER"
  /// More AE titles of ours, each with less to see.
  var views: [ArchiveView] = []
  /// Whether queries and retrievals must be hierarchical unless relational ones are negotiated (PS3.4 §C.4.1.2).
  var queriesAreStrict = false
  /// No sign-in and any AE title; only on loopback.
  var open = false
  /// A reverse proxy in front does TLS; its Forwarded headers are believed.
  var trustedProxy = false
  var sites: [SiteConfiguration] = []
  var nodes: [Node] = []
  /// How long a series must be quiet before the compactor packs it.
  var quietSeconds = 60
  /// How long a container stays after nothing refers to it any more.
  var graceSeconds = 300
  /// How long a source must be silent before its study counts as complete.
  var completion = CompletionSettings()
  /// How long workitems are kept, and who hears of a restart.
  var workitems = WorkitemSettings()
  /// How long steps stay on the worklist.
  var worklist = WorklistSettings()
  /// AE titles of nodes that are told of performed steps.
  var forwardPerformedStepsTo: [String] = []
  var maximumAssociations = 128
  /// How long a DICOM peer may owe bytes, or leave ours unread, until its association is aborted.
  var dicomIdleSeconds = 60
  /// HTTP connections at a time on one listener; more wait to be accepted.
  var maximumConnections = 512
  /// How long an HTTP connection may take to send the header of a request, or may be silent.
  var httpIdleSeconds = 60
  /// How long work under way may go on after SIGTERM.
  var stopSeconds = 20
  /// Origins whose pages may use DICOMweb (CORS), as browsers write them; `*` for any.
  var allowedOrigins: Set<String> = []
  var logLevel = "info"

  /// The issuer of Patient ID that a site stands for: its own name unless the configuration says otherwise.
  var issuer: @Sendable (SiteID) -> String {
    let issuers = Dictionary(sites.map { ($0.id, $0.issuer) }) { first, _ in first }
    return { issuers[$0] ?? $0.value }
  }
}
