/// Why bytes that were being imported could not be had.
struct ImportError: Error, Equatable, CustomStringConvertible {
  var reason: ImportNote.Reason

  init(_ reason: ImportNote.Reason) {
    self.reason = reason
  }

  var description: String { reason.description }
}
