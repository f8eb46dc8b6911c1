import Crypto

/// A file of the browser app.
public struct WebAppFile: Sendable {
  public let bytes: [UInt8]
  public let mediaType: String
  /// SHA-256 of the bytes in hexadecimal: what tells one version of the file from another.
  public let digest: String

  init(_ path: String, _ bytes: [UInt8]) {
    self.bytes = bytes
    mediaType = Self.mediaType(of: path)
    digest = SHA256.hash(data: bytes).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0\(text)" : text
    }.joined()
  }

  private static func mediaType(of path: String) -> String {
    switch path.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "json": "application/json"
    case "webmanifest": "application/manifest+json"
    case "svg": "image/svg+xml"
    default: "text/plain; charset=utf-8"
    }
  }
}
