import CChecksum
import TestKit
import Testing

@Suite("CRC-32C")
struct ChecksumTests {
  struct Check: Sendable {
    var bytes: [UInt8]
    var expected: UInt32
  }

  static let checks = [
    Check(bytes: [UInt8](repeating: 0, count: 32), expected: 0x8A91_36AA),
    Check(bytes: [UInt8](repeating: 0xFF, count: 32), expected: 0x62A8_AB43),
    Check(bytes: (0..<32).map { UInt8($0) }, expected: 0x46DD_794E),
    Check(bytes: (0..<32).map { UInt8(31 - $0) }, expected: 0x113F_DB5C),
    Check(bytes: Array("123456789".utf8), expected: 0xE306_9283),
  ]

  @Test("gives the check values of RFC 3720 appendix B.4", arguments: checks)
  func knownValues(check: Check) {
    #expect(isocenter_crc32c(0, check.bytes, check.bytes.count) == check.expected)
    #expect(isocenter_crc32c_portable(0, check.bytes, check.bytes.count) == check.expected)
  }

  @Test("is the same by instruction and by table, in one piece and in two, at any length and alignment")
  func equalByAnyWay() {
    var generator = SeededGenerator(seed: 3)
    let bytes = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    bytes.withUnsafeBytes { bytes in
      for _ in 0..<500 {
        let start = Int.random(in: 0..<64, using: &generator)
        let end = Int.random(in: start...bytes.count, using: &generator)
        let middle = Int.random(in: start...end, using: &generator)
        guard let base = bytes.baseAddress else { return }
        let whole = isocenter_crc32c(0, base + start, end - start)
        #expect(whole == isocenter_crc32c_portable(0, base + start, end - start))
        let first = isocenter_crc32c(0, base + start, middle - start)
        #expect(whole == isocenter_crc32c(first, base + middle, end - middle))
      }
    }
  }
}
