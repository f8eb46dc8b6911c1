import DICOM
import DIMSE

/// What is proposed to other application entities.
enum PeerSyntaxes {
  /// What every peer should take (PS3.5 §10.1).
  static let native: [TransferSyntax] = [.explicitVRLittleEndian, .implicitVRLittleEndian]

  /// What instances may arrive in, best first.
  private static let compressed: [TransferSyntax] = [
    .jpegLSLossless, .jpeg2000Lossless, .jpegLosslessSV1, .jpegLossless, .rleLossless, .htj2kLosslessRPCL,
    .htj2kLossless, .jpegXLLossless, .jpegBaseline, .jpegExtended, .jpegLSNearLossless, .jpeg2000, .htj2k, .jpegXL,
    .deflatedImageFrame,
  ]

  /// Families of storage classes that few nodes hold, by the component behind `1.2.840.10008.5.1.4.1.1.`: luggage and
  /// material testing, refraction and visual fields, CT and tomography protocols, implants.
  private static let rare: Set<Substring> = ["501", "601", "68", "78", "79", "80", "81", "82", "200", "201"]

  /// A context for each storage class, as many as fit beside others; there are more classes than an association can have
  /// contexts, so those that few nodes hold come last.
  static func storage(
    uncompressed: Bool, beside others: Int, and further: [UID] = []
  ) -> [(abstractSyntax: UID, transferSyntaxes: [UID])] {
    let syntaxes = (uncompressed ? native : compressed + native).map(\.uid)
    let classes = StorageSOPClasses.all.filter { !further.contains($0) }
    let ordered = further + classes.filter { !isRare($0) } + classes.filter(isRare)
    return ordered.prefix(DIMSEClient.maximumContexts - others).map { ($0, syntaxes) }
  }

  private static func isRare(_ sopClass: UID) -> Bool {
    let parts = sopClass.rawValue.split(separator: ".")
    // Second-generation radiotherapy has numbers of two digits.
    if parts.count > 10, parts[9] == "481", parts[10].count > 1 { return true }
    return parts.count > 9 && rare.contains(parts[9])
  }
}
