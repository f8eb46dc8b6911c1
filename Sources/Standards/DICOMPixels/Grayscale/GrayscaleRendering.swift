import DICOM

extension StoredSamples {
  /// Renders a monochrome frame to eight-bit grey.
  func renderGray(header: DataSet, frameNumber: Int, options: RenderOptions) throws(PixelError) -> [UInt8] {
    let transform = try transform(header: header, frameNumber: frameNumber, options: options)
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

  /// The pipeline that the frame asks for, or the presentation it is shown in: what a presentation state lacks is not
  /// applied, even if the image has it (PS3.3 §A.33.1.3: a module is there if it is to be applied).
  func transform(
    header: DataSet, frameNumber: Int, options: RenderOptions
  ) throws(PixelError) -> GrayscaleTransform {
    let groups = FunctionalGroups(header: header, frameNumber: frameNumber)
    let padding = padding(header)
    if let presentation = options.presentation {
      let modality = presentation.modality.flatMap { $0.isUsable ? $0 : nil } ?? .identity
      let voi = options.window.map { VOILUT($0) } ?? presentation.voi.map { VOILUT($0) }
      return GrayscaleTransform(
        modality: modality, voi: voi ?? whole(groups, modality, padding), presentation: presentation.lut,
        padding: padding)
    }
    let modality = try ModalityLUT(groups, signed: isSigned)
    return GrayscaleTransform(
      modality: modality, voi: try voi(options.window, groups, modality, padding),
      presentation: try PresentationLUT(header, description.photometricInterpretation), padding: padding)
  }

  private var isInteger: Bool { description.sampleType == .unsigned || isSigned }

  /// The window asked for, the view the frame comes with, or all of its values.
  private func voi(
    _ window: Window?, _ groups: FunctionalGroups, _ modality: ModalityLUT, _ padding: ClosedRange<Double>?
  ) throws(PixelError) -> VOILUT {
    if let window { return VOILUT(window) }
    let signedInput = isInteger && modality.range(of: expressible).lowerBound < 0
    return try VOILUT(groups, signed: signedInput) ?? whole(groups, modality, padding)
  }

  /// All values: those the bits can express for up to 8 bits, those the frame has for more; of floating point those that
  /// mean something, if it says what they mean: the others are often none (PS3.3 §C.7.6.16.2.11).
  private func whole(
    _ groups: FunctionalGroups, _ modality: ModalityLUT, _ padding: ClosedRange<Double>?
  ) -> VOILUT {
    if isInteger, description.bitsStored <= 8 {
      let range = modality.range(of: expressible)
      return .ramp(Ramp(lower: range.lowerBound, upper: range.upperBound))
    }
    let range: ClosedRange<Double>
    if case .table(let table) = modality {
      range = tabulatedExtent(table, excluding: padding)
    } else {
      let own = extent(excluding: padding) ?? 0...0
      let mapped = isInteger ? nil : RealWorldValueMap.maps(groups).first?.mapped
      range = modality.range(of: mapped.flatMap { $0.overlaps(own) ? own.clamped(to: $0) : nil } ?? own)
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

  /// Pixel Padding Value (0028,0120) to Pixel Padding Range Limit (0028,0121), sign as the samples', or their
  /// counterparts of floating point.
  func padding(_ header: DataSet) -> ClosedRange<Double>? {
    let ends: [Double?]
    switch description.sampleType {
    case .float32: ends = [Tag.floatPixelPaddingValue, .floatPixelPaddingRangeLimit].map(header.double)
    case .float64: ends = [Tag.doubleFloatPixelPaddingValue, .doubleFloatPixelPaddingRangeLimit].map(header.double)
    case .unsigned, .signed:
      ends = [Tag.pixelPaddingValue, .pixelPaddingRangeLimit].map { tag in
        header.int(tag).map { value in
          let pattern = UInt16(truncatingIfNeeded: value)
          return isSigned ? Double(Int16(bitPattern: pattern)) : Double(pattern)
        }
      }
    }
    guard let first = ends[0], first == first else { return nil }
    guard let last = ends[1], last == last else { return first...first }
    return min(first, last)...max(first, last)
  }
}
