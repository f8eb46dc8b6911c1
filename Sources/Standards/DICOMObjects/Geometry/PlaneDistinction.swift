/// An attribute that tells planes at the same position apart: phases, echoes, diffusion weights, kinds of image.
public enum PlaneDistinction: String, Hashable, Sendable, CaseIterable {
  // In the order in which they are tried.
  /// Referenced Segment Number (0062,000B).
  case segment
  /// Stack ID (0020,9056).
  case stack
  /// Temporal Position Identifier (0020,0100), Temporal Position Index (0020,9128).
  case temporalPosition
  /// Echo Numbers (0018,0086).
  case echoNumber
  /// Echo Time (0018,0081), Effective Echo Time (0018,9082).
  case echoTime
  /// Diffusion b-value (0018,9087).
  case diffusionBValue
  /// Trigger Time (0018,1060), Nominal Cardiac Trigger Delay Time (0020,9153).
  case triggerTime
  /// Nominal Percentage of Cardiac Phase (0020,9241).
  case cardiacPhase
  /// Image Type (0008,0008), Frame Type (0008,9007).
  case imageType
  /// Acquisition Number (0020,0012), Frame Acquisition Number (0020,9156).
  case acquisitionNumber
  /// Acquisition Time (0008,0032), Frame Acquisition DateTime (0018,9074).
  case acquisitionTime

  /// A value, in an order of its own.
  public enum Value: Hashable, Sendable, Comparable {
    case number(Double)
    case text(String)
  }
}
