public import DICOM

/// From stored values to values of the real world, apart from the way to a picture (PS3.3 §C.7.6.16.2.11).
public struct RealWorldValueMap: Hashable, Sendable {
  /// The most maps of a frame that are read.
  public static let maximumMaps = 64

  public enum Rule: Hashable, Sendable {
    case linear(slope: Double, intercept: Double)
    /// One value for each stored value from the first mapped on.
    case table([Double])
  }

  /// LUT Label (0040,9210).
  public var label: String
  /// The stored values it holds for.
  public var mapped: ClosedRange<Double>
  public var rule: Rule

  public init(label: String = "", mapped: ClosedRange<Double>, rule: Rule) {
    self.label = label
    self.mapped = mapped
    self.rule = rule
  }

  /// The value of the real world; nil outside what is mapped.
  public func value(of stored: Double) -> Double? {
    guard mapped.contains(stored) else { return nil }
    switch rule {
    case .linear(let slope, let intercept): return stored * slope + intercept
    case .table(let values):
      let index = (stored - mapped.lowerBound).rounded()
      return index < Double(values.count) ? values[Int(index)] : nil
    }
  }

  /// The maps of one frame, in order: of its functional group, the shared one, the data set; those without a rule or
  /// range are left out.
  public static func maps(_ header: DataSet, frameNumber: Int) -> [RealWorldValueMap] {
    maps(FunctionalGroups(header: header, frameNumber: frameNumber))
  }

  static func maps(_ groups: FunctionalGroups) -> [RealWorldValueMap] {
    groups.all(.realWorldValueMappingSequence).prefix(maximumMaps).compactMap(RealWorldValueMap.init)
  }

  private init?(item: DataSet) {
    // The floating point attributes came for floating point pixel data, which whole numbers cannot bound.
    let first = item.double(.doubleFloatRealWorldValueFirstValueMapped) ?? item.double(.realWorldValueFirstValueMapped)
    let last = item.double(.doubleFloatRealWorldValueLastValueMapped) ?? item.double(.realWorldValueLastValueMapped)
    guard let first, let last, first <= last else { return nil }
    label = item.string(.lutLabel) ?? ""
    mapped = first...last
    if item.contains(.realWorldValueLUTData) {
      let values = item.doubles(.realWorldValueLUTData)
      guard !values.isEmpty else { return nil }
      rule = .table(values)
    } else {
      guard let slope = item.double(.realWorldValueSlope), let intercept = item.double(.realWorldValueIntercept) else {
        return nil
      }
      rule = .linear(slope: slope, intercept: intercept)
    }
  }
}

extension FrameRenderer {
  /// The values of a native frame in the real world, row by row; not a number where the map has none and for padding.
  ///
  /// - Parameters:
  ///   - header: as for `render`.
  ///   - frame: as for `render`, in little endian.
  ///   - frameNumber: from 1.
  ///   - map: what stored values mean.
  /// - Throws: `PixelError`, `.unsupported` for colour.
  public static func realWorldValues(
    header: DataSet, frame: [UInt8], frameNumber: Int, by map: RealWorldValueMap
  ) throws(PixelError) -> [Double] {
    let description = try ImageDescription(header: header)
    guard description.photometricInterpretation.isMonochrome else {
      throw PixelError(.unsupported, tag: .photometricInterpretation, "real world values are of grey images")
    }
    return try frame.withUnsafeBufferPointer { bytes throws(PixelError) in
      let samples = try StoredSamples(UnsafeRawBufferPointer(bytes), description, frameNumber: frameNumber)
      let padding = samples.padding(header)
      return (0..<samples.count).map { index in
        let stored = samples.value(index)
        return padding?.contains(stored) == true ? .nan : map.value(of: stored) ?? .nan
      }
    }
  }
}
