import ArchiveCore
import Foundation

extension DestinationRecord {
  /// Characters of an address.
  static let maximumLength = 2048

  /// - Throws: `ArchiveError` `.badRequest` that says what cannot be.
  func check() throws(ArchiveError) {
    guard AccessName.isAcceptable(name) else {
      throw ArchiveError(.badRequest, "a name has 1 to \(AccessName.lengthLimit) letters, digits or . _ - @")
    }
    switch address {
    case .dimse(let aeTitle, let host, let port):
      try Self.check(title: aeTitle)
      guard (1...253).contains(host.utf8.count), host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F }) else {
        throw ArchiveError(.badRequest, "this is not a host name or address")
      }
      guard (1...65535).contains(port) else {
        throw ArchiveError(.badRequest, "a port is a number from 1 to 65535")
      }
    case .node(let aeTitle):
      try Self.check(title: aeTitle)
    case .dicomweb(let text):
      guard text.utf8.count <= Self.maximumLength, let url = URL(string: text), let scheme = url.scheme?.lowercased(),
        scheme == "http" || scheme == "https", url.host()?.isEmpty == false
      else { throw ArchiveError(.badRequest, "a DICOMweb service has an address of http or https") }
      // What is in an address is shown and logged.
      guard url.user == nil, url.password == nil, url.query == nil, url.fragment == nil else {
        throw ArchiveError(.badRequest, "the address of a DICOMweb service has no user, query or fragment")
      }
    }
  }

  private static func check(title: String) throws(ArchiveError) {
    guard ApplicationEntityTitle.normalized(title) == title else {
      throw ArchiveError(.badRequest, "an AE title has 1 to 16 printable characters and no backslash (PS3.5 §6.2)")
    }
  }
}
