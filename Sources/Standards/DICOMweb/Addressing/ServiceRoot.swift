public import DICOM

/// The address under which clients reach the service, and the addresses of its resources below it (PS3.18 §10.1).
public struct ServiceRoot: Hashable, Sendable, CustomStringConvertible {
  /// Without a slash at the end: `https://pacs.example/dicom-web`, or a path alone.
  public let text: String

  public init(_ text: String) {
    var text = text[...]
    while text.last == "/" { text = text.dropLast() }
    self.text = String(text)
  }

  /// The root of the origin that a client used, at a path; the path alone when the origin is not known, which every
  /// client resolves against the address it asked.
  public init(origin: RequestOrigin?, path: String) {
    guard let origin else {
      self.init(path)
      return
    }
    self.init("\(origin.scheme)://\(origin.authority)\(origin.prefix)\(path)")
  }

  public var description: String { text }

  public func study(_ study: String) -> String { "\(text)/studies/\(study)" }

  public func series(_ series: String, of study: String) -> String {
    "\(self.study(study))/series/\(series)"
  }

  public func instance(_ instance: String, of series: String, in study: String) -> String {
    "\(self.series(series, of: study))/instances/\(instance)"
  }

  /// The address of a value within an instance's metadata.
  public func bulkData(_ path: TagPath, of instance: String) -> String { "\(instance)/bulkdata/\(path)" }
}
