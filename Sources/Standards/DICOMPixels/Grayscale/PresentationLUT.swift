import DICOM

/// From values of interest to P-values, which a display shows at equal steps of perceived brightness (PS3.3 §C.11.4,
/// §C.11.6).
public enum PresentationLUT: Hashable, Sendable {
  case identity
  case inverse
  /// The values of interest are spread over the entries, whatever number the first one is said to map.
  case table(LookupTable)

  /// What an image asks for: Presentation LUT Sequence (2050,0010), else Presentation LUT Shape (2050,0020), else what
  /// its photometric interpretation means. The last two never add up: for MONOCHROME1 the shape is INVERSE
  /// (PS3.3 §C.7.6.3.1.2).
  ///
  /// - Throws: `PixelError` when there is a table that cannot be used.
  init(_ header: DataSet, _ photometric: PhotometricInterpretation) throws(PixelError) {
    if let item = header.items(.presentationLUTSequence).first {
      self = .table(try LookupTable(item: item, signed: false))
      return
    }
    switch header.string(.presentationLUTShape)?.uppercased() {
    case "INVERSE": self = .inverse
    case "IDENTITY": self = .identity
    default: self = photometric == .monochrome1 ? .inverse : .identity
    }
  }

  /// The displayed level of a value of interest.
  ///
  /// - Parameter fraction: 0 to 1.
  func level(of fraction: Double) -> UInt8 {
    switch self {
    case .identity: return UInt8(fraction * 255 + 0.5)
    case .inverse: return UInt8((1 - fraction) * 255 + 0.5)
    case .table(let table):
      let index = Int(fraction * Double(table.entries.count - 1) + 0.5)
      let scale = table.scale
      return UInt8((min(Int(table.entries[index]), scale) * 510 + scale) / (2 * scale))
    }
  }
}

extension LookupTable {
  /// The largest value the described bits can express.
  var scale: Int { (1 << min(max(bits, 1), 16)) - 1 }
}
