import Glibc

/// Standard output in large pieces; what is left is written at the end. A reader that has gone, as `head` does, is no error.
final class StandardOutput {
  private static let pieceLength = 64 * 1024
  private var pending: [UInt8] = []
  private(set) var isClosed = false

  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether lines may be coloured: on a terminal, unless `NO_COLOR` says otherwise.
  static var hasColours: Bool { isTerminal && getenv("NO_COLOR") == nil }

  func line(_ text: String) {
    write(Array(text.utf8) + [0x0A])
  }

  func write(_ bytes: [UInt8]) {
    pending += bytes
    if pending.count >= Self.pieceLength { flush() }
  }

  func flush() {
    var rest = pending[...]
    while !rest.isEmpty, !isClosed {
      let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written < 0, errno != EINTR { isClosed = true }
      rest = rest.dropFirst(max(0, written))
    }
    pending.removeAll(keepingCapacity: true)
  }
}
