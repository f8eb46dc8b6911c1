/// A deviation from the standard that a codec tolerates, by name.
public enum CodecLeniency: String, Hashable, Sendable, CaseIterable {
  /// The samples of the code stream have other bits than Bits Stored (0028,0101) says (PS3.5 §8.2); those of the code
  /// stream are what is decoded. Fixtures: `693_J2KI.dcm`, `GH133.dcm`.
  case precisionIsNotBitsStored
  /// The code stream is signed where Pixel Representation (0028,0103) says unsigned, or the reverse; the header decides
  /// what the bits mean. Fixture: `J2K_pixelrep_mismatch.dcm`.
  case signIsNotPixelRepresentation
  /// The scan header of a sequential JPEG code stream names other coefficients than 0 to 63 (ISO/IEC 10918-1 §B.2.3).
  /// Fixture: `JPEG-lossy.dcm`.
  case sequentialScanWithSpectralSelection
  /// A JPEG code stream whose markers say RGB while Photometric Interpretation says YBR, or the reverse; the markers are
  /// believed, as every reader of JPEG does. No file of the samples needs it; the tests build one.
  case colorSpaceByMarkers
  /// A JPEG code stream by another process than the transfer syntax names (PS3.5 §A.4.1), down to a lossy one in a
  /// lossless syntax; it says itself how to decode it. Fixture: `sample-op.dcm`.
  case otherJPEGProcess
  /// A JPEG-LS scan that ends with a byte too many. Fixture: `MR1_JLSL`.
  case zeroBeforeEndOfImage
  /// A JP2 file where a bare code stream belongs (PS3.5 §A.4.4). Fixture: `GDCMJ2K_TextGBR.dcm`.
  case jp2File
  /// The component transform of JPEG 2000 is used and not named, or named and not used; the code stream is believed.
  /// Fixture: `HTJ2KLossless_08_RGB.dcm`.
  case componentTransformNotNamed
}
