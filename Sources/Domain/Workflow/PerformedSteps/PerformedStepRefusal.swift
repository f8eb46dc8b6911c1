public import DICOM

/// Why a performed step was not made or not changed (PS3.4 §F.7.2, PS3.7 Annex C).
public enum PerformedStepRefusal: Error, Hashable, Sendable {
  /// There is one with that UID (0111).
  case duplicate
  /// There is none with that UID (0112).
  case unknown
  /// Attributes of type 1 or 2 are absent (0120).
  case missing([Tag])
  /// Attributes of type 1 have no value (0121).
  case missingValue([Tag])
  /// Values that cannot be, or cannot be changed (0106).
  case invalidValue([Tag])
  /// The step is over and may not be changed any more (0110, A710).
  case noLongerInProgress
}
