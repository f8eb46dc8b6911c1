public import DICOM

/// Reads and writes the code streams of a family of transfer syntaxes, one frame at a time.
///
/// A codec is a value without state: any number of frames may be decoded at once.
public protocol FrameCodec: Sendable {
  /// Decodes one frame.
  ///
  /// What the code stream says of itself is compared with `frame` before memory is taken for it.
  ///
  /// - Parameters:
  ///   - stream: the fragments of the frame, joined.
  ///   - frame: what the header says of the frame.
  /// - Throws: `PixelError` `.malformedCodeStream`, `.codeStreamDisagrees` or `.unsupported`.
  func decode(_ stream: [UInt8], as frame: FrameDescription) throws(PixelError) -> DecodedFrame

  /// Encodes one frame.
  ///
  /// - Parameters:
  ///   - samples: as a decoder gives them (`DecodedFrame.samples`).
  ///   - frame: what they are.
  ///   - options: what to do where a syntax leaves a choice.
  /// - Throws: `PixelError` `.frameTooShort`, `.unsupported` or `.encodingFailed`.
  func encode(
    _ samples: [UInt8], of frame: FrameDescription, options: CompressionOptions
  ) throws(PixelError) -> EncodedFrame
}

/// A frame as native pixel data has it: little endian, colour by pixel.
public struct DecodedFrame: Equatable, Sendable {
  /// Exactly `description.length` bytes.
  public var samples: [UInt8]
  /// What they are: the header's description, in the colour space that the decoder leaves them in.
  public var description: FrameDescription
  /// The deviations that were tolerated.
  public var leniencies: Set<CodecLeniency>

  public init(samples: [UInt8], description: FrameDescription, leniencies: Set<CodecLeniency> = []) {
    self.samples = samples
    self.description = description
    self.leniencies = leniencies
  }
}

/// A frame as a code stream.
public struct EncodedFrame: Equatable, Sendable {
  public var stream: [UInt8]
  /// What the header must say of it.
  public var description: FrameDescription

  public init(stream: [UInt8], description: FrameDescription) {
    self.stream = stream
    self.description = description
  }
}

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

/// Choices of an encoder.
public struct CompressionOptions: Equatable, Hashable, Sendable {
  /// JPEG baseline and extended: 1 (smallest) to 100 (best).
  public var quality: Int = 90
  /// JPEG-LS near-lossless: the largest difference that a sample may get, 1 to 255.
  public var nearLossless: Int = 2
  /// JPEG 2000 and HTJ2K, lossy: by how much the code stream is meant to be smaller than the samples, more than 1.
  public var compressionRatio: Double = 10
  /// JPEG lossless: the selection value (ISO/IEC 10918-1 Table H.1), 1 to 7.
  public var predictor: Int = 1
  /// JPEG baseline: whether colour differences keep their resolution. YBR_FULL then, which PS3.5 Table 8.2.1-1 does not
  /// have, but every reader reads.
  public var keepsColorResolution = false

  public init() {}

  func check() throws(PixelError) {
    guard (1...100).contains(quality) else { throw PixelError(.invalidOption, "the quality must be within 1…100") }
    guard (1...255).contains(nearLossless) else {
      throw PixelError(.invalidOption, "the largest difference must be within 1…255")
    }
    guard compressionRatio.isFinite, compressionRatio > 1, compressionRatio <= 1000 else {
      throw PixelError(.invalidOption, "the compression ratio must be above 1 and not above 1000")
    }
    guard (1...7).contains(predictor) else {
      throw PixelError(.invalidOption, "the selection value must be within 1…7")
    }
  }
}

/// The codec of each transfer syntax.
public enum FrameCodecs {
  /// The codec of a transfer syntax.
  ///
  /// - Throws: `PixelError` `.unsupported` for native syntaxes, videos, and what has no codec here.
  public static func codec(for syntax: TransferSyntax) throws(PixelError) -> any FrameCodec {
    switch syntax {
    case .rleLossless: return RLECodec()
    case .deflatedImageFrame: return DeflateCodec()
    case .encapsulatedUncompressed: return UncompressedCodec()
    case .jpegBaseline: return JPEGCodec(process: .baseline)
    case .jpegExtended: return JPEGCodec(process: .extended)
    case .jpegLossless: return JPEGLosslessCodec(isFirstOrder: false)
    case .jpegLosslessSV1: return JPEGLosslessCodec(isFirstOrder: true)
    case .jpegLSLossless: return JPEGLSCodec(isLossless: true)
    case .jpegLSNearLossless: return JPEGLSCodec(isLossless: false)
    case .jpeg2000Lossless: return JPEG2000Codec(isLossless: true)
    case .jpeg2000: return JPEG2000Codec(isLossless: false)
    case .htj2kLossless, .htj2kLosslessRPCL: return HTJ2KCodec(isLossless: true)
    case .htj2k: return HTJ2KCodec(isLossless: false)
    case .jpegXLLossless: return JPEGXLCodec(isLossless: true)
    case .jpegXL, .jpegXLRecompression: return JPEGXLCodec(isLossless: false)
    default: break
    }
    switch syntax.uid.rawValue {
    case "1.2.840.10008.1.2.4.92": return JPEG2000Codec(isLossless: true, isPart2: true)
    case "1.2.840.10008.1.2.4.93": return JPEG2000Codec(isLossless: false, isPart2: true)
    default: break
    }
    if syntax.isVideo {
      throw PixelError(.unsupported, "\(syntax.name) is a video, which is carried and not decoded")
    }
    if !syntax.isEncapsulated { throw PixelError(.unsupported, "\(syntax.name) has native frames") }
    throw PixelError(.unsupported, "transfer syntax \(syntax.uid) has no codec")
  }

  /// Whether a codec runs code of somebody else on the bytes of a stranger: what belongs into a process of its own.
  public static func isForeign(_ syntax: TransferSyntax) -> Bool {
    switch syntax {
    case .rleLossless, .deflatedImageFrame, .encapsulatedUncompressed: false
    default: true
    }
  }

  /// Whether frames of the syntax can be decoded.
  public static func canDecode(_ syntax: TransferSyntax) -> Bool { (try? codec(for: syntax)) != nil }

  /// Whether encoding in the syntax loses nothing.
  public static func isLossless(_ syntax: TransferSyntax) -> Bool {
    switch syntax {
    case .jpegBaseline, .jpegExtended, .jpegLSNearLossless, .jpeg2000, .htj2k, .jpegXL: false
    default: syntax.uid.rawValue != "1.2.840.10008.1.2.4.93" && !syntax.isVideo
    }
  }
}
