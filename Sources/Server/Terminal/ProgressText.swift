/// The words and bars of progress, as pure text.
enum ProgressText {
  enum Unit: Sendable {
    case bytes
    /// Things, which the title names.
    case count
  }

  struct State: Sendable, Equatable {
    var done: UInt64
    var total: UInt64?
    var elapsed: Duration
    var detail = ""

    /// 0 to 1; `nil` when the total is not known.
    var fraction: Double? {
      guard let total, total > 0 else { return nil }
      return min(1, Double(done) / Double(total))
    }

    /// Per second; `nil` in the first moments.
    var rate: Double? {
      let seconds = elapsed.inSeconds
      return seconds >= 0.5 ? Double(done) / seconds : nil
    }

    /// Seconds still to go, at the rate so far.
    var remaining: Double? {
      guard let total, let rate, rate > 0, done < total else { return nil }
      return Double(total - done) / rate
    }
  }

  /// Fewer columns than this leave no room for a bar.
  static let narrowestBar = 8
  static let widestBar = 40

  /// One line for a terminal, never wider than its columns less one (a full line would wrap).
  static func bar(_ title: String, _ state: State, _ unit: Unit, columns: Int, colours: Bool) -> String {
    let room = max(0, columns - 1)
    let words = parts(state, unit).joined(separator: "  ")
    guard let fraction = state.fraction else { return fit("\(title)  \(words)", to: room) }
    let percent = padded("\(Int(fraction * 100))%", to: 4)
    let taken = title.count + words.count + percent.count + 6
    let width = min(widestBar, room - taken)
    guard width >= narrowestBar else { return fit("\(title) \(percent)  \(words)", to: room) }
    let filled = Int(fraction * Double(width))
    let done = String(repeating: "━", count: filled)
    let open = String(repeating: "─", count: width - filled)
    let drawn = colours ? "\u{1B}[36m\(done)\u{1B}[90m\(open)\u{1B}[0m" : done + open
    return "\(title)  \(drawn)  \(percent)  \(words)"
  }

  /// One line for a log.
  static func line(_ title: String, _ state: State, _ unit: Unit) -> String {
    var all = parts(state, unit)
    if let fraction = state.fraction { all.insert("\(Int(fraction * 100))%", at: 0) }
    return "\(title): \(all.joined(separator: ", "))"
  }

  private static func parts(_ state: State, _ unit: Unit) -> [String] {
    var parts: [String] = []
    switch unit {
    case .bytes:
      parts.append(state.total.map { "\(bytes(state.done))/\(bytes($0))" } ?? bytes(state.done))
      if let rate = state.rate { parts.append("\(bytes(UInt64(min(rate, 1e18))))/s") }
    case .count:
      parts.append(state.total.map { "\(state.done)/\($0)" } ?? "\(state.done)")
      if let rate = state.rate { parts.append("\(tenths(rate))/s") }
    }
    if !state.detail.isEmpty { parts.append(state.detail) }
    if let remaining = state.remaining { parts.append("\(time(remaining)) left") }
    return parts
  }

  /// With decimal prefixes, as disks and networks are sold: "1.5 GB".
  static func bytes(_ count: UInt64) -> String {
    var value = Double(count)
    for prefix in ["B", "kB", "MB", "GB", "TB"] {
      if value < 999.95 { return prefix == "B" ? "\(count) B" : "\(tenths(value)) \(prefix)" }
      value /= 1000
    }
    return "\(tenths(value)) PB"
  }

  /// "42 s", "3:07", "1:02:03".
  static func time(_ seconds: Double) -> String {
    guard seconds < 360_000 else { return "days" }
    let whole = Int(seconds.rounded(.up))
    if whole < 60 { return "\(whole) s" }
    let minutes = whole / 60 % 60
    if whole < 3600 { return "\(minutes):\(twoDigits(whole % 60))" }
    return "\(whole / 3600):\(twoDigits(minutes)):\(twoDigits(whole % 60))"
  }

  private static func tenths(_ value: Double) -> String {
    let scaled = Int((min(value, 1e17) * 10).rounded())
    return "\(scaled / 10).\(scaled % 10)"
  }

  private static func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private static func fit(_ text: String, to room: Int) -> String {
    guard text.count > room else { return text }
    return room > 1 ? text.prefix(room - 1) + "…" : ""
  }
}

extension Duration {
  /// As a decimal number of seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
