/// A value multiplicity of PS3.6 such as `1`, `1-3`, `2-n` or `3-3n` (PS3.5 §6.4).
struct ValueMultiplicity: Equatable {
  var least: Int
  /// Nil when there is no end.
  var most: Int?
  /// `3-3n` allows multiples of three.
  var step: Int

  init?(_ text: String) {
    // `1-n or 1` and the like: the wider one comes first.
    let first = text.split(separator: " ").first.map(String.init) ?? text
    let ends = first.split(separator: "-", omittingEmptySubsequences: false)
    guard let least = ends.first.flatMap({ Int($0) }), ends.count <= 2 else { return nil }
    self.least = least
    guard let last = ends.count == 2 ? ends.last : nil else {
      (most, step) = (least, 1)
      return
    }
    if let number = Int(last) {
      (most, step) = (number, 1)
    } else {
      guard last.hasSuffix("n") else { return nil }
      (most, step) = (nil, Int(last.dropLast()) ?? 1)
    }
  }

  func allows(_ count: Int) -> Bool {
    count >= least && count <= most ?? .max && (most != nil || (count - least) % step == 0)
  }
}
