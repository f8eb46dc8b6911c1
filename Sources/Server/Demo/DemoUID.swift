import Crypto
import DICOM

/// Identifiers that are the same for the same seed.
enum DemoUID {
  /// The name space of demo objects: a random UUID, 7e0c2b1e-5d7a-4c60-9a43-1d1f0f6f2f8b.
  private static let nameSpace: [UInt8] = [
    0x7E, 0x0C, 0x2B, 0x1E, 0x5D, 0x7A, 0x4C, 0x60, 0x9A, 0x43, 0x1D, 0x1F, 0x0F, 0x6F, 0x2F, 0x8B,
  ]

  /// "2.25." and the name-based UUID of seed and path (PS3.5 §B.2; RFC 9562 §5.5).
  static func make(seed: UInt64, _ path: String) -> UID {
    var hash = Insecure.SHA1()
    hash.update(data: nameSpace)
    hash.update(data: Array("\(seed)/\(path)".utf8))
    var bits: UInt128 = 0
    for byte in hash.finalize().prefix(16) { bits = bits << 8 | UInt128(byte) }
    bits = (bits & ~(UInt128(0xF000) << 64)) | (UInt128(0x5000) << 64)
    bits = (bits & ~UInt128(0xC000_0000_0000_0000)) | UInt128(0x8000_0000_0000_0000)
    return UID(rawValue: "2.25.\(bits)")
  }
}
