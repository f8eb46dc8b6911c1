/// A strict reader of Prometheus' text format 0.0.4, written from its description: what it does not know it refuses.
struct PrometheusText {
  struct Problem: Error, CustomStringConvertible {
    var line: String
    var description: String { "not understood: \(line)" }
  }

  struct Sample: Hashable {
    var name: String
    var labels: [String: String]
    var value: Double
  }

  struct Family {
    var name: String
    var kind: String
    var help: String?
    var samples: [Sample] = []
  }

  var families: [Family] = []

  init(_ text: String) throws {
    guard text.isEmpty || text.unicodeScalars.last == "\n" else { throw Problem(line: "no line feed at the end") }
    var help: (name: String, text: String)?
    var seen: Set<String> = []
    for line in text.unicodeScalars.split(separator: "\n").map({ String($0) }) {
      if line.hasPrefix("# HELP ") {
        let parts = line.dropFirst(7).split(separator: " ", maxSplits: 1)
        guard parts.count == 2, help == nil else { throw Problem(line: line) }
        help = (String(parts[0]), String(parts[1]))
      } else if line.hasPrefix("# TYPE ") {
        let parts = line.dropFirst(7).split(separator: " ")
        guard parts.count == 2, ["counter", "gauge", "histogram"].contains(parts[1]),
          seen.insert(String(parts[0])).inserted, help == nil || help?.name == String(parts[0])
        else { throw Problem(line: line) }
        families.append(Family(name: String(parts[0]), kind: String(parts[1]), help: help?.text))
        help = nil
      } else {
        let sample = try Self.sample(line)
        guard var family = families.popLast() else { throw Problem(line: line) }
        let suffixes = family.kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { family.name + $0 == sample.name }),
          !family.samples.contains(where: { $0.name == sample.name && $0.labels == sample.labels })
        else { throw Problem(line: line) }
        family.samples.append(sample)
        families.append(family)
      }
    }
    for family in families where family.kind == "histogram" { try Self.check(family) }
  }

  /// Buckets ascend, counts never fall, and the last bucket holds all.
  private static func check(_ family: Family) throws {
    let groups = Dictionary(grouping: family.samples) { sample in
      sample.labels.filter { $0.key != "le" }
    }
    for (labels, samples) in groups {
      let buckets = samples.filter { $0.name == family.name + "_bucket" }
      let bounds = try buckets.map { try number($0.labels["le"] ?? "") }
      guard bounds == bounds.sorted(), bounds.last == .infinity,
        buckets.map(\.value) == buckets.map(\.value).sorted(),
        samples.first(where: { $0.name == family.name + "_count" })?.value == buckets.last?.value,
        samples.contains(where: { $0.name == family.name + "_sum" })
      else { throw Problem(line: "\(family.name) \(labels)") }
    }
  }

  private static func number(_ text: String) throws -> Double {
    switch text {
    case "+Inf": return .infinity
    case "-Inf": return -.infinity
    case "NaN": return .nan
    default:
      guard let value = Double(text), value.isFinite else { throw Problem(line: text) }
      return value
    }
  }

  private static func sample(_ line: String) throws -> Sample {
    var rest = Substring(line).unicodeScalars
    func name(colons: Bool) throws -> String {
      let taken = rest.prefix { scalar in
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
          || scalar == "_" || (colons && scalar == ":")
      }
      guard let first = taken.first, !("0"..."9").contains(first) else { throw Problem(line: line) }
      rest = rest.dropFirst(taken.count)
      return String(taken)
    }
    let metric = try name(colons: true)
    var labels: [String: String] = [:]
    if rest.first == "{" {
      repeat {
        rest = rest.dropFirst()
        let label = try name(colons: false)
        guard rest.starts(with: "=\"".unicodeScalars) else { throw Problem(line: line) }
        rest = rest.dropFirst(2)
        var value = ""
        while let scalar = rest.first, scalar != "\"" {
          rest = rest.dropFirst()
          if scalar == "\\" {
            switch rest.first {
            case "\\": value += "\\"
            case "\"": value += "\""
            case "n": value += "\n"
            default: throw Problem(line: line)
            }
            rest = rest.dropFirst()
          } else {
            value.unicodeScalars.append(scalar)
          }
        }
        guard rest.first == "\"", labels.updateValue(value, forKey: label) == nil else { throw Problem(line: line) }
        rest = rest.dropFirst()
      } while rest.first == ","
      guard rest.first == "}" else { throw Problem(line: line) }
      rest = rest.dropFirst()
    }
    guard rest.first == " " else { throw Problem(line: line) }
    return Sample(name: metric, labels: labels, value: try number(String(rest.dropFirst())))
  }
}
