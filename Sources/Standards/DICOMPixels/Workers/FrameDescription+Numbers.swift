extension FrameDescription {
  static let numberCount = 7

  var numbers: [Int64] {
    let color = ColorSpace.allCases.firstIndex(of: photometricInterpretation) ?? 0
    return [rows, columns, color, bitsAllocated, bitsStored, highBit, isSigned ? 1 : 0].map(Int64.init)
  }

  init?(numbers: [Int64]) {
    let values = numbers.map { Int(clamping: $0) }
    guard values.count == Self.numberCount, ColorSpace.allCases.indices.contains(values[2]) else { return nil }
    do {
      try self.init(
        rows: values[0], columns: values[1], photometricInterpretation: ColorSpace.allCases[values[2]],
        bitsAllocated: values[3], bitsStored: values[4], highBit: values[5], isSigned: values[6] == 1)
    } catch {
      return nil
    }
  }
}
