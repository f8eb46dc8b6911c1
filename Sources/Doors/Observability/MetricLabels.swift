/// The labels of one series: sorted by name, each name once, names and values as Prometheus takes them.
struct MetricLabels: Hashable, Sendable {
  struct Label: Hashable, Sendable {
    var name: String
    var value: String
  }

  let labels: [Label]

  /// Later labels of the same name win; what is above the limits is cut.
  init(_ pairs: [(String, String)]) {
    var values: [String: String] = [:]
    for (name, value) in pairs.prefix(PrometheusRegistry.labelLimit) {
      values[Self.sanitizedLabelName(name)] = String(value.prefix(PrometheusRegistry.labelLength))
    }
    labels = values.sorted { $0.key < $1.key }.map { Label(name: $0.key, value: $0.value) }
  }

  /// `[a-zA-Z_:][a-zA-Z0-9_:]*`; anything else becomes an underscore.
  static func sanitizedMetricName(_ name: String) -> String { sanitized(name, colons: true) }

  /// `[a-zA-Z_][a-zA-Z0-9_]*`, and not `__…`, which Prometheus keeps for itself.
  static func sanitizedLabelName(_ name: String) -> String {
    let plain = sanitized(name, colons: false)
    return plain.hasPrefix("__") || plain == "le" ? "label" + plain : plain
  }

  private static func sanitized(_ name: String, colons: Bool) -> String {
    var bytes: [UInt8] = []
    for byte in name.utf8.prefix(PrometheusRegistry.labelLength) {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
        bytes.append(byte)
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if bytes.isEmpty { bytes.append(UInt8(ascii: "_")) }
        bytes.append(byte)
      case UInt8(ascii: ":") where colons: bytes.append(byte)
      default: bytes.append(UInt8(ascii: "_"))
      }
    }
    return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
  }
}
