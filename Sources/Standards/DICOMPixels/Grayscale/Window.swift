/// A window: the part of the modality values spread over the displayed grey levels (PS3.3 §C.11.2.1.2).
public struct Window: Equatable, Hashable, Sendable {
  /// VOI LUT Function (0028,1056) (PS3.3 §C.11.2.1.3).
  public enum Function: String, Equatable, Hashable, Sendable, CaseIterable {
    case linear = "LINEAR"
    case linearExact = "LINEAR_EXACT"
    case sigmoid = "SIGMOID"
  }

  /// Window Center (0028,1050), in modality values.
  public var center: Double
  /// Window Width (0028,1051), in modality values; above 0.
  public var width: Double
  public var function: Function

  public init(center: Double, width: Double, function: Function = .linear) {
    self.center = center
    self.width = width
    self.function = function
  }

  /// Whether the window means something. A linear one narrower than 1, which the standard forbids but images of
  /// floating point or finely scaled values carry, is taken as LINEAR_EXACT.
  var isUsable: Bool { center.isFinite && width.isFinite && width > 0 }

  /// The ramp of a linear window; nil for a sigmoid.
  var ramp: Ramp? {
    switch function {
    case .sigmoid:
      return nil
    case .linear where width >= 1:
      let half = (width - 1) / 2
      return Ramp(lower: center - 0.5 - half, upper: center - 0.5 + half)
    case .linear, .linearExact:
      return Ramp(lower: center - width / 2, upper: center + width / 2)
    }
  }
}

/// A straight line from black at `lower` to white at `upper`; black up to and including the one, white beyond the other.
struct Ramp: Equatable, Sendable {
  /// Bounds beyond it are taken as it, so that their distance remains a number.
  static let largestMagnitude = 1e300

  let lower: Double
  let upper: Double

  /// Bounds that are no numbers make a ramp of which all is black but what is above 0.
  init(lower: Double, upper: Double) {
    guard lower == lower, upper == upper else {
      self.lower = 0
      self.upper = 0
      return
    }
    self.lower = min(max(lower, -Self.largestMagnitude), Self.largestMagnitude)
    self.upper = min(max(upper, -Self.largestMagnitude), Self.largestMagnitude)
  }

  @inline(__always)
  func fraction(_ value: Double) -> Double {
    if value > upper { return 1 }
    if value > lower { return (value - lower) / (upper - lower) }
    return 0
  }
}
