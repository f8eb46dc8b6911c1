/// Shows how far long work has come: a bar on a terminal, one line every ten seconds anywhere else, or nothing.
///
/// It is a value: the caller tells it how far the work is, as often as it likes; it writes only when there is something
/// new to see.
struct ProgressBar {
  /// Where progress is shown, and when.
  struct Surface: Sendable {
    enum Kind: Sendable {
      /// The line is drawn again and again in place.
      case terminal
      /// A line now and then, for logs.
      case lines
      case silent
    }

    var kind: Kind
    var hasColours: Bool
    /// Columns of the terminal, asked for at each drawing.
    var width: @Sendable () -> Int
    /// Time since some fixed moment.
    var now: @Sendable () -> Duration
    var write: @Sendable (String) -> Void
  }

  /// Between two drawings on a terminal.
  static let redrawInterval = Duration.milliseconds(100)
  /// Between two lines elsewhere.
  static let lineInterval = Duration.seconds(10)

  private let title: String
  private let unit: ProgressText.Unit
  private let surface: Surface
  private let start: Duration
  private var state: ProgressText.State
  private var lastShown: Duration?

  init(_ title: String, total: UInt64? = nil, unit: ProgressText.Unit, on surface: Surface) {
    self.title = title
    self.unit = unit
    self.surface = surface
    start = surface.now()
    state = ProgressText.State(done: 0, total: total, elapsed: .zero)
    // Work that is over within ten seconds needs no line.
    if surface.kind == .lines { lastShown = start }
  }

  /// Says how far the work has come.
  ///
  /// - Parameter detail: a few words behind the numbers, such as a count of files.
  mutating func update(_ done: UInt64, total: UInt64? = nil, detail: String = "") {
    state.done = done
    if let total { state.total = total }
    state.detail = detail
    guard surface.kind != .silent else { return }
    let now = surface.now()
    let interval = surface.kind == .terminal ? ProgressBar.redrawInterval : ProgressBar.lineInterval
    if let lastShown, now - lastShown < interval { return }
    show(at: now)
  }

  /// Clears the line, so that something else can be written; the next update draws it again.
  mutating func clear() {
    guard surface.kind == .terminal, lastShown != nil else { return }
    surface.write("\r\u{1B}[K")
    lastShown = nil
  }

  /// Ends the bar; the last state stays on the screen.
  mutating func finish() {
    guard surface.kind == .terminal else { return }
    show(at: surface.now())
    surface.write("\n")
  }

  private mutating func show(at now: Duration) {
    lastShown = now
    state.elapsed = now - start
    switch surface.kind {
    case .terminal:
      let line = ProgressText.bar(
        title, state, unit, columns: surface.width(), colours: surface.hasColours)
      surface.write("\r\(line)\u{1B}[K")
    case .lines:
      surface.write(ProgressText.line(title, state, unit) + "\n")
    case .silent:
      break
    }
  }
}
