import DICOM

/// From stored values to values of the modality, such as Hounsfield units (PS3.3 §C.11.1).
public enum ModalityLUT: Hashable, Sendable {
  /// `slope × stored value + intercept`.
  case rescale(slope: Double, intercept: Double)
  case table(LookupTable)

  public static let identity = ModalityLUT.rescale(slope: 1, intercept: 0)

  /// Whether a rescale has numbers; a table always has.
  var isUsable: Bool {
    switch self {
    case .rescale(let slope, let intercept): slope.isFinite && intercept.isFinite
    case .table: true
    }
  }

  /// The table or rescale of one frame: its Pixel Value Transformation (PS3.3 §C.7.6.16.2.9) or the data set's own
  /// Modality LUT module.
  init(_ groups: FunctionalGroups, signed: Bool) throws(PixelError) {
    for place in groups.candidates(for: .pixelValueTransformationSequence) {
      if let item = place.items(.modalityLUTSequence).first {
        self = .table(try LookupTable(item: item, signed: signed))
        return
      }
      // A slope of 0 would make every image black; it occurs where the attribute was left blank.
      if let slope = place.double(.rescaleSlope), let intercept = place.double(.rescaleIntercept),
        slope.isFinite, intercept.isFinite, slope != 0
      {
        self = .rescale(slope: slope, intercept: intercept)
        return
      }
    }
    self = .identity
  }

  @inline(__always)
  func value(of stored: Double) -> Double {
    switch self {
    case .rescale(let slope, let intercept): stored * slope + intercept
    case .table(let table): Double(table.value(at: Int(nearest: stored)))
    }
  }

  /// The values that stored values within `stored` can take.
  func range(of stored: ClosedRange<Double>) -> ClosedRange<Double> {
    switch self {
    case .rescale:
      let (first, last) = (value(of: stored.lowerBound), value(of: stored.upperBound))
      guard first <= last || last <= first else { return 0...0 }
      return min(first, last)...max(first, last)
    case .table(let table):
      return 0...Double(table.fullScale)
    }
  }
}

extension Int {
  /// The nearest whole number, within `Int32`; 0 for a value that is not a number.
  @inline(__always)
  init(nearest value: Double) {
    guard value == value else {
      self = 0
      return
    }
    self = Int(Swift.min(Swift.max(value.rounded(.toNearestOrAwayFromZero), -2_147_483_648), 2_147_483_647))
  }
}
