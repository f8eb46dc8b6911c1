import ArgumentParser
import DIMSE

/// Where an application entity is found: `TITLE@HOST:PORT`, or `HOST:PORT` for one that takes any title.
struct PeerAddress: ExpressibleByArgument, Equatable, CustomStringConvertible {
  /// The title that is called when none is named.
  static let anyTitle: AETitle = "ANY-SCP"

  var title: AETitle
  var host: String
  var port: Int

  init?(argument: String) {
    let parts = argument.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let address = parts.count == 2 ? parts[1] : parts[0]
    if parts.count == 2 {
      guard let title = AETitle(String(parts[0])) else { return nil }
      self.title = title
    } else {
      title = PeerAddress.anyTitle
    }
    guard let colon = address.lastIndex(of: ":"), let port = Int(address[address.index(after: colon)...]),
      (1...65535).contains(port)
    else { return nil }
    var host = address[..<colon]
    // The colons of an IPv6 address are told from the port's by brackets (RFC 3986 §3.2.2).
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self.host = String(host)
    self.port = port
  }

  var description: String { "\(title)@\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
