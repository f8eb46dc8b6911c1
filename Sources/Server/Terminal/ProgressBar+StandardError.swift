import Glibc

extension ProgressBar.Surface {
  /// Standard error: a bar when it is a terminal, else lines.
  ///
  /// Colours are left out when `NO_COLOR` is set and not empty, or the terminal is dumb.
  static func standardError(environment: [String: String], quiet: Bool = false) -> ProgressBar.Surface {
    let clock = ContinuousClock()
    let start = clock.now
    let isDumb = environment["TERM"] == "dumb"
    let isTerminal = isatty(STDERR_FILENO) == 1 && !isDumb
    return ProgressBar.Surface(
      kind: quiet ? .silent : isTerminal ? .terminal : .lines,
      hasColours: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty,
      width: { columnsOfStandardError() ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80 },
      now: { start.duration(to: clock.now) },
      write: { text in
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
          let written = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
          // Progress is worth no error of its own.
          guard written > 0 else { return }
          bytes = bytes.dropFirst(written)
        }
      })
  }

  private static func columnsOfStandardError() -> Int? {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
