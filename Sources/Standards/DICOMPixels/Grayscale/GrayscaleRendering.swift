import DICOM

extension StoredSamples {
  /// Renders a monochrome frame to eight-bit grey.
  func renderGray(header: DataSet, frameNumber: Int, window: Window?) throws(PixelError) -> [UInt8] {
    let groups = FunctionalGroups(header: header, frameNumber: frameNumber)
    let modality = try ModalityLUT(groups, signed: isSigned)
    let transform = GrayscaleTransform(
      modality: modality,
      voi: try voi(window, groups, modality, header),
      isInverted: GrayscaleTransform.isInverted(header, description.photometricInterpretation))
    return [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      if isTabulated {
        map(transform.levels(bits: description.bitsStored, signed: isSigned), to: output)
      } else {
        for index in 0..<count {
          output[index] = transform.level(of: value(index))
        }
      }
      initialized = count
    }
  }

  /// The window asked for, the view the frame comes with, or all of its values: those its bits can express for up to
  /// 8 bits, those it has for more.
  private func voi(
    _ window: Window?, _ groups: FunctionalGroups, _ modality: ModalityLUT, _ header: DataSet
  ) throws(PixelError) -> VOILUT {
    if let window {
      return VOILUT(window)
    }
    let isInteger = description.sampleType == .unsigned || isSigned
    let signedInput = isInteger && modality.range(of: expressible).lowerBound < 0
    if let own = try VOILUT(groups, signed: signedInput) {
      return own
    }
    if isInteger, description.bitsStored <= 8 {
      let range = modality.range(of: expressible)
      return .ramp(Ramp(lower: range.lowerBound, upper: range.upperBound))
    }
    let padding = isInteger ? padding(header) : nil
    let range: ClosedRange<Double>
    if case .table(let table) = modality {
      range = tabulatedExtent(table, excluding: padding)
    } else {
      range = modality.range(of: extent(excluding: padding) ?? 0...0)
    }
    return .ramp(Ramp(lower: range.lowerBound, upper: range.upperBound))
  }

  /// The modality values of the frame when a table, which need not be monotonic, yields them.
  private func tabulatedExtent(_ table: LookupTable, excluding padding: ClosedRange<Double>?) -> ClosedRange<Double> {
    var lowest = UInt16.max
    var highest = UInt16.min
    for index in 0..<count {
      let stored = value(index)
      guard padding?.contains(stored) != true else { continue }
      let value = table.value(at: Int(nearest: stored))
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    return lowest <= highest ? Double(lowest)...Double(highest) : 0...0
  }

  /// Pixel Padding Value (0028,0120) to Pixel Padding Range Limit (0028,0121), sign as the samples'.
  private func padding(_ header: DataSet) -> ClosedRange<Double>? {
    guard let first = header.int(.pixelPaddingValue) else { return nil }
    let values = [first, header.int(.pixelPaddingRangeLimit) ?? first].map { value -> Double in
      let pattern = UInt16(truncatingIfNeeded: value)
      return isSigned ? Double(Int16(bitPattern: pattern)) : Double(pattern)
    }
    return min(values[0], values[1])...max(values[0], values[1])
  }
}
