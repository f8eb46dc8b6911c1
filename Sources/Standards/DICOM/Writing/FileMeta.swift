/// The file meta information (PS3.10 §7.1).
public enum FileMeta {
  /// Implementation Class UID (0002,0012) of this library.
  public static let implementationClassUID: UID = "2.25.240834829735082376443278562031189460273"
  /// Implementation Version Name (0002,0013).
  public static let implementationVersionName = "ISOCENTER_1"

  static let preambleLength = 128

  /// Preamble, `DICM` and group 0002; the same arguments give the same bytes.
  public static func encode(
    sopClass: UID, sopInstance: UID, transferSyntax: TransferSyntax, sourceApplicationEntityTitle: String? = nil,
    sendingApplicationEntityTitle: String? = nil, receivingApplicationEntityTitle: String? = nil
  ) -> [UInt8] {
    var fields: [(Tag, VR, [UInt8])] = [
      (.fileMetaInformationVersion, .ob, [0x00, 0x01]),
      (.mediaStorageSOPClassUID, .ui, Array(sopClass.rawValue.utf8)),
      (.mediaStorageSOPInstanceUID, .ui, Array(sopInstance.rawValue.utf8)),
      (.transferSyntaxUID, .ui, Array(transferSyntax.uid.rawValue.utf8)),
      (.implementationClassUID, .ui, Array(implementationClassUID.rawValue.utf8)),
      (.implementationVersionName, .sh, Array(implementationVersionName.utf8)),
    ]
    let titles: [(Tag, String?)] = [
      (.sourceApplicationEntityTitle, sourceApplicationEntityTitle),
      (.sendingApplicationEntityTitle, sendingApplicationEntityTitle),
      (.receivingApplicationEntityTitle, receivingApplicationEntityTitle),
    ]
    for case (let tag, let title?) in titles {
      fields.append((tag, .ae, Array(title.utf8.prefix(longestTitle))))
    }
    var group: [UInt8] = []
    for (tag, vr, value) in fields { append(tag, vr, value, to: &group) }
    var output = [UInt8](repeating: 0, count: preambleLength)
    output.reserveCapacity(preambleLength + 16 + group.count)
    output.append(contentsOf: "DICM".utf8)
    var length: [UInt8] = []
    length.append(littleEndian: UInt32(truncatingIfNeeded: group.count))
    append(.fileMetaInformationGroupLength, .ul, length, to: &output)
    output.append(contentsOf: group)
    return output
  }

  /// Longest application entity title in characters (PS3.5 §6.2).
  private static let longestTitle = 16

  /// Appends one element in explicit VR little endian; values are cut at the limit of a 16-bit length.
  private static func append(_ tag: Tag, _ vr: VR, _ value: [UInt8], to output: inout [UInt8]) {
    let value = value.prefix(0xFFFE)
    output.append(contentsOf: tag.attributeTagBytes)
    output.append(vr.code.0)
    output.append(vr.code.1)
    let length = value.count + value.count % 2
    if vr.usesLongLength {
      output.append(littleEndian: UInt16(0))
      output.append(littleEndian: UInt32(truncatingIfNeeded: length))
    } else {
      output.append(littleEndian: UInt16(truncatingIfNeeded: length))
    }
    output.append(contentsOf: value)
    if length > value.count { output.append(vr.padding) }
  }
}
