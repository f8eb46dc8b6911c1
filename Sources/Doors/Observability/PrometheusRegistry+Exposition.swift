extension PrometheusRegistry {
  /// Media type of the exposition.
  public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// Every figure in Prometheus' text format, version 0.0.4: families by name, series by labels.
  public func exposition() -> String {
    let (families, readings) = snapshot()
    var chapters: [String: String] = [:]
    for (name, family) in families { chapters[name] = Self.chapter(name, family) }
    for (name, group) in Dictionary(grouping: readings, by: { MetricLabels.sanitizedMetricName($0.name) }) {
      // A name that is also recorded is not written twice.
      guard chapters[name] == nil, let first = group.first else { continue }
      var text = Self.head(name, first.isCounter ? .counter : .gauge)
      var seen: Set<MetricLabels> = []
      for reading in group {
        let labels = MetricLabels(reading.labels)
        guard seen.insert(labels).inserted else { continue }
        text += Self.line(name, labels, reading.value)
      }
      chapters[name] = text
    }
    return chapters.sorted { $0.key < $1.key }.map(\.value).joined()
  }

  private static func chapter(_ name: String, _ family: Family) -> String {
    var text = head(name, family.kind)
    for (labels, series) in family.series.sorted(by: { $0.key.text() < $1.key.text() }) {
      switch series {
      case .number(let series): text += line(name, labels, series.value)
      case .histogram(let series):
        let reading = series.reading
        var running: UInt64 = 0
        for (count, bound) in zip(reading.counts, series.bounds + [.infinity]) {
          running &+= count
          text += "\(name)_bucket\(labels.text(bound: number(bound))) \(running)\n"
        }
        text += line(name + "_sum", labels, reading.sum)
        text += "\(name)_count\(labels.text()) \(running)\n"
      }
    }
    return text
  }

  private static func head(_ name: String, _ kind: Kind) -> String {
    let help = MetricNames.descriptions[name].map { "# HELP \(name) \(escapedHelp($0.help))\n" } ?? ""
    return help + "# TYPE \(name) \(kind.rawValue)\n"
  }

  private static func line(_ name: String, _ labels: MetricLabels, _ value: Double) -> String {
    "\(name)\(labels.text()) \(number(value))\n"
  }

  private static func escapedHelp(_ text: String) -> String {
    text.escaped { $0 == "\\" ? "\\\\" : $0 == "\n" ? "\\n" : nil }
  }

  /// A sample value or bucket bound: shortest decimal that reads back the same, without a needless ".0".
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), abs(value) < 1e15 { return String(whole) }
    return value.description
  }
}

extension MetricLabels {
  /// `{a="1",b="2"}`, or nothing when there are none.
  func text(bound: String? = nil) -> String {
    var parts = labels.map { label in
      let value = label.value.escaped {
        switch $0 {
        case "\\": "\\\\"
        case "\"": "\\\""
        case "\n": "\\n"
        default: nil
        }
      }
      return "\(label.name)=\"\(value)\""
    }
    if let bound { parts.append("le=\"\(bound)\"") }
    return parts.isEmpty ? "" : "{\(parts.joined(separator: ","))}"
  }
}

extension String {
  /// By scalar, not by character: a carriage return hides a line feed in one character.
  fileprivate func escaped(_ replacement: (Unicode.Scalar) -> String?) -> String {
    var text = ""
    for scalar in unicodeScalars {
      if let replaced = replacement(scalar) { text += replaced } else { text.unicodeScalars.append(scalar) }
    }
    return text
  }
}
