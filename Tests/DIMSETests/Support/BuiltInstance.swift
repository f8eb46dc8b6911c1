import DICOM
import Foundation
import NIOCore

/// A small secondary capture image in explicit VR little endian, written byte by byte here so that these tests do not
/// rest on our own writer.
struct BuiltInstance {
  let sopInstance: UID
  let dataSet: [UInt8]

  /// - Parameter pixels: bytes of pixel data, even.
  init(number: Int, pixels: Int) {
    sopInstance = UID(rawValue: "2.25.1000\(number)")
    var bytes: [UInt8] = []
    func number16(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8 & 255)] }
    func short(_ group: Int, _ element: Int, _ vr: String, _ value: [UInt8]) {
      bytes += number16(group) + number16(element) + Array(vr.utf8) + number16(value.count) + value
    }
    func text(_ group: Int, _ element: Int, _ vr: String, _ value: String) {
      let pad: UInt8 = vr == "UI" ? 0 : 0x20
      short(group, element, vr, Array(value.utf8) + (value.utf8.count % 2 == 0 ? [] : [pad]))
    }
    text(0x0008, 0x0016, "UI", TestProvider.secondaryCapture.rawValue)
    text(0x0008, 0x0018, "UI", sopInstance.rawValue)
    text(0x0008, 0x0060, "CS", "OT")
    text(0x0010, 0x0010, "PN", "Test^\(number)")
    text(0x0010, 0x0020, "LO", "T\(number)")
    text(0x0020, 0x000D, "UI", "2.25.1")
    text(0x0020, 0x000E, "UI", "2.25.2")
    short(0x0028, 0x0002, "US", number16(1))
    text(0x0028, 0x0004, "CS", "MONOCHROME2")
    short(0x0028, 0x0010, "US", number16(pixels / 256))
    short(0x0028, 0x0011, "US", number16(256))
    short(0x0028, 0x0100, "US", number16(8))
    short(0x0028, 0x0101, "US", number16(8))
    short(0x0028, 0x0102, "US", number16(7))
    short(0x0028, 0x0103, "US", number16(0))
    bytes += number16(0x7FE0) + number16(0x0010) + Array("OW".utf8) + [0, 0]
    bytes += number16(pixels & 0xFFFF) + number16(pixels >> 16)
    bytes += (0..<pixels).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9 &+ number) }
    dataSet = bytes
  }

  /// The same as a Part 10 file (PS3.10 §7.1).
  var file: [UInt8] {
    var meta: [UInt8] = []
    func uid(_ element: UInt8, _ value: String) {
      let bytes = Array(value.utf8) + (value.utf8.count % 2 == 0 ? [] : [0])
      meta += [2, 0, element, 0] + Array("UI".utf8) + [UInt8(bytes.count), 0] + bytes
    }
    meta += [2, 0, 1, 0] + Array("OB".utf8) + [0, 0, 2, 0, 0, 0, 0, 1]
    uid(0x02, TestProvider.secondaryCapture.rawValue)
    uid(0x03, sopInstance.rawValue)
    uid(0x10, TestProvider.explicitLittle.rawValue)
    uid(0x12, "1.2.3.4")
    let length: [UInt8] = [2, 0, 0, 0] + Array("UL".utf8) + [4, 0, UInt8(meta.count), 0, 0, 0]
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length + meta + dataSet
  }
}
