/// A transfer syntax: how a data set becomes bytes (PS3.5 §10, Annex A).
public struct TransferSyntax: Hashable, Sendable, CustomStringConvertible {
  public let uid: UID
  public let isExplicit: Bool
  public let isLittleEndian: Bool
  /// The data set after the file meta information is a raw deflate stream (PS3.5 §A.5).
  public let isDeflated: Bool
  /// Pixel Data of undefined length is a sequence of fragments (PS3.5 §A.4).
  public let isEncapsulated: Bool
  /// Native Pixel Data has big endian words although the data set is little endian (a private GE syntax).
  public let hasBigEndianPixelData: Bool

  /// Never fails: a syntax that is not known is taken for encapsulated explicit VR little endian, as every syntax
  /// added to the standard since 1993 has been.
  public init(uid: UID) {
    self.uid = uid
    switch uid.rawValue {
    case "1.2.840.10008.1.2":
      (isExplicit, isLittleEndian, isDeflated, isEncapsulated) = (false, true, false, false)
    case "1.2.840.10008.1.2.1":
      (isExplicit, isLittleEndian, isDeflated, isEncapsulated) = (true, true, false, false)
    case "1.2.840.10008.1.2.2":
      (isExplicit, isLittleEndian, isDeflated, isEncapsulated) = (true, false, false, false)
    case "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205":
      // Deflated, and the JPIP syntaxes that deflate the data set.
      (isExplicit, isLittleEndian, isDeflated, isEncapsulated) = (true, true, true, false)
    case "1.2.840.113619.5.2":
      (isExplicit, isLittleEndian, isDeflated, isEncapsulated) = (false, true, false, false)
    default:
      (isExplicit, isLittleEndian, isDeflated, isEncapsulated) = (true, true, false, true)
    }
    hasBigEndianPixelData = uid.rawValue == "1.2.840.113619.5.2"
  }

  public var description: String { uid.rawValue }

  /// The name in PS3.6 Annex A, or the identifier.
  public var name: String { UIDRegistry.entry(uid)?.name ?? TransferSyntax.newer[uid] ?? uid.rawValue }

  /// Whether the standard or this library knows the syntax.
  public var isKnown: Bool { TransferSyntax.all.contains(self) }

  /// Whether the encapsulated stream is a video whose fragments are no frames (PS3.5 §8.2.5 to §8.2.9).
  public var isVideo: Bool {
    let text = rawNumber
    return (100...108).contains(text)
  }

  private var rawNumber: Int {
    let prefix = "1.2.840.10008.1.2.4."
    guard uid.rawValue.hasPrefix(prefix) else { return 0 }
    let arc = uid.rawValue.dropFirst(prefix.count).prefix { $0 != "." }
    return Int(arc) ?? 0
  }

  /// Every transfer syntax of PS3.6 Annex A, and those that it has got since the edition of our tables.
  public static let all: [TransferSyntax] =
    (UIDRegistry.all.filter { $0.kind == .transferSyntax }.map(\.uid)
    + newer.keys.sorted { $0.rawValue < $1.rawValue }.filter { UIDRegistry.entry($0) == nil })
    .map { TransferSyntax(uid: $0) }

  /// By their names in PS3.6.
  private static let newer: [UID: String] = [
    deflatedImageFrame.uid: "Deflated Image Frame Compression", jpegXLLossless.uid: "JPEG XL Lossless",
    jpegXLRecompression.uid: "JPEG XL JPEG Recompression", jpegXL.uid: "JPEG XL",
  ]
}

extension TransferSyntax {
  public static let implicitVRLittleEndian = TransferSyntax(uid: "1.2.840.10008.1.2")
  public static let explicitVRLittleEndian = TransferSyntax(uid: "1.2.840.10008.1.2.1")
  public static let explicitVRBigEndian = TransferSyntax(uid: "1.2.840.10008.1.2.2")
  public static let deflatedExplicitVRLittleEndian = TransferSyntax(uid: "1.2.840.10008.1.2.1.99")
  public static let encapsulatedUncompressed = TransferSyntax(uid: "1.2.840.10008.1.2.1.98")
  public static let deflatedImageFrame = TransferSyntax(uid: "1.2.840.10008.1.2.8.1")
  public static let rleLossless = TransferSyntax(uid: "1.2.840.10008.1.2.5")
  public static let jpegBaseline = TransferSyntax(uid: "1.2.840.10008.1.2.4.50")
  public static let jpegExtended = TransferSyntax(uid: "1.2.840.10008.1.2.4.51")
  public static let jpegLossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.57")
  public static let jpegLosslessSV1 = TransferSyntax(uid: "1.2.840.10008.1.2.4.70")
  public static let jpegLSLossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.80")
  public static let jpegLSNearLossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.81")
  public static let jpeg2000Lossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.90")
  public static let jpeg2000 = TransferSyntax(uid: "1.2.840.10008.1.2.4.91")
  public static let jpegXLLossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.110")
  public static let jpegXLRecompression = TransferSyntax(uid: "1.2.840.10008.1.2.4.111")
  public static let jpegXL = TransferSyntax(uid: "1.2.840.10008.1.2.4.112")
  public static let htj2kLossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.201")
  public static let htj2kLosslessRPCL = TransferSyntax(uid: "1.2.840.10008.1.2.4.202")
  public static let htj2k = TransferSyntax(uid: "1.2.840.10008.1.2.4.203")
  public static let mpeg2MainProfile = TransferSyntax(uid: "1.2.840.10008.1.2.4.100")
  public static let mpeg4HighProfile41 = TransferSyntax(uid: "1.2.840.10008.1.2.4.102")
  public static let hevcMainProfile51 = TransferSyntax(uid: "1.2.840.10008.1.2.4.107")
}
