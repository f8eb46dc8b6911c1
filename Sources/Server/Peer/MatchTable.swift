import DICOM

/// Matches as columns for a person.
struct MatchTable {
  /// Matches that are held to find the widths of columns; those behind them are shown with the same.
  private static let heldRows = 200
  /// Columns of the terminal that one of ours takes at most; identifiers are never cut.
  private static let widest = 32

  private let columns: [TagPath]
  private var rows: [[String]] = []
  private var widths: [Int] = []
  private let values = ValueText()
  var count = 0

  init(_ columns: [TagPath]) {
    self.columns = columns
  }

  mutating func add(_ match: DataSet) {
    count += 1
    let row = columns.map { path -> String in
      guard let element = match.element(at: path), let item = match.item(at: path.steps) else { return "" }
      let vr = element.interpretedVR
      let text = vr == .ui ? item.string(path.tag) ?? "" : values.text(of: element, vr: vr, in: item)
      return vr == .ui ? text : DisplayWidth.shortened(text, to: Self.widest)
    }
    if widths.isEmpty {
      rows.append(row)
      if rows.count == Self.heldRows { flush() }
    } else {
      Output.line(line(row))
    }
  }

  /// Shows what is held, and how many there were.
  mutating func show() {
    if widths.isEmpty { flush() }
    Terminal.say(count == 1 ? "1 match" : "\(count) matches")
  }

  private mutating func flush() {
    let titles = columns.map { $0.tag.keyword ?? $0.tag.hex }
    widths = columns.indices.map { column in
      ([titles] + rows).reduce(0) { max($0, DisplayWidth.columns(of: $1[column])) }
    }
    if !rows.isEmpty { Output.line(line(titles)) }
    for row in rows { Output.line(line(row)) }
    rows = []
  }

  private func line(_ row: [String]) -> String {
    var text = ""
    for (value, width) in zip(row, widths) {
      text += value + String(repeating: " ", count: max(width - DisplayWidth.columns(of: value), 0) + 2)
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}
