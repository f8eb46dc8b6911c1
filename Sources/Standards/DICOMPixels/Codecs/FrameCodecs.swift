public import DICOM

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

  /// Whether frames can be encoded in the syntax: JPEG 2000 Part 2 and the recompression of JPEG are only read.
  public static func canEncode(_ syntax: TransferSyntax) -> Bool {
    switch syntax.uid.rawValue {
    case "1.2.840.10008.1.2.4.92", "1.2.840.10008.1.2.4.93": false
    default: syntax != .jpegXLRecompression && syntax != .jpegXL && canDecode(syntax)
    }
  }

  /// Whether encoding in the syntax loses nothing.
  public static func isLossless(_ syntax: TransferSyntax) -> Bool {
    switch syntax {
    case .jpegBaseline, .jpegExtended, .jpegLSNearLossless, .jpeg2000, .htj2k, .jpegXL: false
    default: syntax.uid.rawValue != "1.2.840.10008.1.2.4.93" && !syntax.isVideo
    }
  }
}
