/// Expands Segmented Palette Color Lookup Table Data (0028,1221)… (PS3.3 §C.7.9.2).
///
/// The data are units of 8 or 16 bits: segments of an operation, a length and what the operation needs. A discrete
/// segment (0) lists values, a linear one (1) leads from the last value to its own, an indirect one (2) repeats
/// segments from a byte offset on.
struct SegmentedLookupTable {
  private let units: [UInt16]
  private let unitsAreBytes: Bool
  private let limit: Int
  private var values: [UInt16] = []

  /// - Parameter limit: entries the descriptor calls for; expansion stops as soon as they are exceeded.
  static func expand(_ data: [UInt8], bits: Int, limit: Int) -> [UInt16]? {
    var table = SegmentedLookupTable(data, bits: bits, limit: limit)
    guard table.expand(from: 0, segments: nil) else { return nil }
    return table.values.count >= limit ? Array(table.values.prefix(limit)) : nil
  }

  private init(_ data: [UInt8], bits: Int, limit: Int) {
    unitsAreBytes = bits <= 8
    units = unitsAreBytes ? data.map(UInt16.init) : LookupTable.words(data, count: data.count / 2)
    self.limit = limit
  }

  /// Expands all segments, or as many as an indirect one repeats. Segments repeated may not be indirect themselves,
  /// which also bounds the depth.
  private mutating func expand(from start: Int, segments: Int?) -> Bool {
    var position = start
    var expanded = 0
    // A lone unit at the end pads the value to an even length.
    while position + 1 < units.count, expanded != segments, values.count < limit {
      let (operation, length) = (units[position], Int(units[position + 1]))
      position += 2
      switch operation {
      case 0:
        guard position + length <= units.count else { return false }
        values += units[position..<position + length]
        position += length
      case 1:
        guard let last = values.last, position < units.count, length > 0 else { return false }
        appendLine(from: Int(last), to: Int(units[position]), steps: length)
        position += 1
      case 2:
        guard segments == nil, let target = indirectTarget(at: position), target < units.count else { return false }
        guard expand(from: target, segments: length) else { return false }
        position += unitsAreBytes ? 4 : 2
      default:
        return false
      }
      expanded += 1
    }
    return segments == nil || expanded == segments || values.count >= limit
  }

  private mutating func appendLine(from first: Int, to last: Int, steps: Int) {
    for step in 1...steps {
      // Halves round to even, so that a falling line mirrors a rising one.
      let value = Double(first) + Double((last - first) * step) / Double(steps)
      values.append(UInt16(value.rounded(.toNearestOrEven)))
    }
  }

  /// The unit an indirect segment points to; its offset counts bytes, least significant part first.
  private func indirectTarget(at position: Int) -> Int? {
    let parts = unitsAreBytes ? 4 : 2
    guard position + parts <= units.count else { return nil }
    let width = unitsAreBytes ? 8 : 16
    let offset = units[position..<position + parts].reversed().reduce(0) { $0 << width | Int($1) }
    return unitsAreBytes ? offset : offset / 2
  }
}
