import ArgumentParser
import DICOM

/// A transfer syntax as somebody types it: a short name, or its UID.
struct TransferSyntaxName: ExpressibleByArgument {
  static let names: [(name: String, syntax: TransferSyntax)] = [
    ("implicit", .implicitVRLittleEndian), ("explicit", .explicitVRLittleEndian),
    ("deflated", .deflatedExplicitVRLittleEndian), ("big-endian", .explicitVRBigEndian), ("rle", .rleLossless),
    ("deflated-frames", .deflatedImageFrame), ("jpeg", .jpegBaseline), ("jpeg-12", .jpegExtended),
    ("jpeg-lossless", .jpegLosslessSV1), ("jpeg-ls", .jpegLSLossless), ("jpeg-ls-near", .jpegLSNearLossless),
    ("jpeg2000", .jpeg2000Lossless), ("jpeg2000-lossy", .jpeg2000), ("htj2k", .htj2kLosslessRPCL),
    ("htj2k-lossy", .htj2k), ("jpeg-xl", .jpegXLLossless),
  ]

  static var allNames: String { names.map(\.name).joined(separator: ", ") }

  /// The short name of a syntax that has one, its UID otherwise.
  static func short(_ syntax: TransferSyntax) -> String {
    names.first { $0.syntax == syntax }?.name ?? syntax.uid.rawValue
  }

  let syntax: TransferSyntax

  init?(argument: String) {
    if let known = Self.names.first(where: { $0.name == argument }) {
      syntax = known.syntax
      return
    }
    let syntax = TransferSyntax(uid: UID(rawValue: argument))
    guard syntax.isKnown else { return nil }
    self.syntax = syntax
  }
}
