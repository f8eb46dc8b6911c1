import DICOM
import DICOMPixels

extension LookupTable: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    let descriptor = item.ints(.lutDescriptor)
    guard descriptor.count == 3 else {
      throw item.error(.invalidValue, .lutDescriptor, "entries, first value mapped, bits (PS3.3 §C.11.1.1.1)")
    }
    let count = descriptor[0] == 0 ? LookupTable.maximumEntries : descriptor[0]
    let data = try item.bytes(.lutData)
    let bits = descriptor[2]
    let entries: [UInt16]
    guard count > 0, count <= LookupTable.maximumEntries, (8...16).contains(bits) else {
      throw item.error(.invalidValue, .lutDescriptor, "up to 65536 entries of 8 to 16 bits")
    }
    if data.count >= count * 2 {
      entries = (0..<count).map { UInt16(data[$0 * 2]) | UInt16(data[$0 * 2 + 1]) << 8 }
    } else if data.count >= count, bits == 8 {
      entries = data.prefix(count).map { UInt16($0) }
    } else {
      throw item.error(.contradiction, .lutData, "as many entries as the descriptor says")
    }
    self.init(
      firstMapped: descriptor[1], bits: bits, entries: entries, explanation: item.string(.lutExplanation) ?? "")
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard !entries.isEmpty, entries.count <= LookupTable.maximumEntries, bits == 8 || bits == 16,
      entries.allSatisfy({ Int($0) >> bits == 0 }), (-32_768...65_535).contains(firstMapped)
    else { throw writer.error(.invalidValue, .lutDescriptor, "up to 65536 entries of 8 or 16 bits") }
    let count = entries.count == LookupTable.maximumEntries ? 0 : entries.count
    // The VR is that of the inputs (PS3.3 §C.11.1.1.1); entries and bits have the same bytes in both.
    let signed = firstMapped < 0
    writer.put(
      .lutDescriptor, signed ? .ss : .us,
      bytes: [count, firstMapped, bits].flatMap {
        [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
      })
    try writer.put(.lutExplanation, ifAny: explanation)
    // Entries of 8 bits are packed, two a word.
    let data = entries.flatMap { entry in
      [UInt8(truncatingIfNeeded: entry), UInt8(truncatingIfNeeded: entry >> 8)].prefix(bits / 8)
    }
    writer.put(.lutData, .ow, bytes: data.count % 2 == 0 ? data : data + [0])
  }
}
