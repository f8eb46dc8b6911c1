extension StoredSamples {
  /// The smallest and largest stored value of the frame; nil when every pixel is padding or not a number.
  ///
  /// - Parameter padding: values that stand for "no image here" (PS3.3 §C.7.5.1.1.2).
  func extent(excluding padding: ClosedRange<Double>?) -> ClosedRange<Double>? {
    if padding == nil, description.bitsAllocated == 16 {
      return wordExtent()
    }
    var lowest = Double.infinity
    var highest = -Double.infinity
    for index in 0..<count {
      let value = value(index)
      guard value.isFinite, padding?.contains(value) != true else { continue }
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    return lowest <= highest ? lowest...highest : nil
  }

  /// The same for 16-bit words, in whole numbers throughout.
  private func wordExtent() -> ClosedRange<Double>? {
    let unused = UInt16(16 - description.bitsStored)
    let shift = UInt16(description.highBit + 1 - description.bitsStored)
    // Signed values keep their order when their sign bit, brought to the top, is inverted.
    let sign: UInt16 = isSigned ? 0x8000 : 0
    var lowest = UInt16.max
    var highest = UInt16.min
    for index in 0..<count {
      let word = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self))
      let key = ((word &>> shift) &<< unused) ^ sign
      lowest = min(lowest, key)
      highest = max(highest, key)
    }
    guard lowest <= highest else { return nil }
    let values = [lowest, highest].map { key in
      isSigned ? Double(Int16(bitPattern: key ^ sign) >> Int16(unused)) : Double(key >> unused)
    }
    return values[0]...values[1]
  }
}
