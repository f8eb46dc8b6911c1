extension Header {
  /// Reads the header of a file: pixel data and long values are passed over, on the disk too.
  ///
  /// - Throws: `.unreadableFile`, and what `HeaderReader` throws.
  public init(
    contentsOf path: String, limits: HeaderReader.Limits = HeaderReader.Limits()
  ) throws(DICOMError) {
    let file = try FileBytes(path: path)
    var reader = HeaderReader(limits: limits)
    try file.push(into: &reader)
    self = try reader.finish()
  }
}

extension Part10File {
  /// Reads a whole file, each long value straight from the disk to where it is held.
  ///
  /// - Throws: `.unreadableFile`, and what `init(reading:)` throws.
  public init(contentsOf path: String) throws(DICOMError) {
    let file = try FileBytes(path: path)
    guard file.length <= UInt64(Part10.maximumLength) else {
      throw DICOMError(.valueTooLong, detail: "\(file.length) bytes are too many to hold")
    }
    var reader = HeaderReader()
    try file.push(into: &reader)
    let header = try reader.finish()
    guard !header.transferSyntax.isDeflated else {
      // References point into what is inflated.
      try self.init(reading: file.bytes(0..<file.length))
      return
    }
    let preamble = header.hadPart10Header ? try file.bytes(0..<UInt64(FileMeta.preambleLength)) : nil
    let dataSet = try header.holding { (range) throws(DICOMError) in try file.bytes(range) }
    self.init(preamble: preamble, header: header, dataSet: dataSet)
  }
}
