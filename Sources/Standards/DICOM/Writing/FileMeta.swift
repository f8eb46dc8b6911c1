/// The file meta information (PS3.10 §7.1).
public enum FileMeta {
  /// Implementation Class UID (0002,0012) of this library.
  public static let implementationClassUID: UID = "2.25.240834829735082376443278562031189460273"
  /// Implementation Version Name (0002,0013).
  public static let implementationVersionName = "ISOCENTER_1"

  /// Preamble, `DICM` and group 0002; the same arguments give the same bytes.
  public static func encode(
    sopClass: UID, sopInstance: UID, transferSyntax: TransferSyntax, sourceApplicationEntityTitle: String? = nil,
    sendingApplicationEntityTitle: String? = nil, receivingApplicationEntityTitle: String? = nil
  ) -> [UInt8] {
    []
  }
}
