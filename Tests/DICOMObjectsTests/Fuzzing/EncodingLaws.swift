import DICOM

/// Laws that hold for whatever can be read.
enum EncodingLaws {
  /// A file parsed in one piece is the file parsed in many; what is well-formed is written byte for byte.
  static func parsing(_ input: [UInt8]) throws(BrokenLaw) {
    let whole = header(input, piece: input.count)
    let piece = Int(input.first ?? 0) % 13 + 1
    let pieces = header(input, piece: piece)
    try BrokenLaw.unless(
      whole == pieces,
      "cut in pieces of \(piece) it is another file: \(whole.debugDescription) and \(pieces.debugDescription)")
    guard let file = try? Part10File(reading: input), file.findings.isEmpty else { return }
    guard let written = try? file.encoded(), let again = try? Part10File(reading: written) else { return }
    try BrokenLaw.unless(again.dataSet == file.dataSet, "what is written is not what was read")
  }

  private static func header(_ input: [UInt8], piece: Int) -> Header? {
    var reader = HeaderReader()
    do {
      var start = 0
      while start < input.count {
        let end = min(start + max(piece, 1), input.count)
        try reader.consume(Array(input[start..<end]))
        start = end
      }
      return try reader.finish()
    } catch { return nil }
  }

  /// JSON of what was read from JSON is read as the same: but for decimal strings of more characters than they may have,
  /// which are written whole and read with as many as they may.
  static func json(_ input: [UInt8]) throws(BrokenLaw) {
    guard let dataSets = try? DICOMJSON.decodeArray(input) else { return }
    for dataSet in dataSets where !hasLongDecimal(dataSet) {
      let text = DICOMJSON.encode(dataSet)
      let again: DataSet
      do { again = try DICOMJSON.decode(text) } catch { throw BrokenLaw("our own JSON is not read: \(error)") }
      try expectSame(DICOMJSON.encode(again), text, "JSON")
    }
  }

  private static func hasLongDecimal(_ dataSet: DataSet) -> Bool {
    dataSet.contains { element in
      dataSet.items(element.tag).contains(where: hasLongDecimal)
        || element.vr == .ds && dataSet.strings(element.tag).contains { $0.utf8.count > 16 }
    }
  }

  static func xml(_ input: [UInt8]) throws(BrokenLaw) {
    guard let dataSet = try? NativeDICOMModel.decode(input) else { return }
    let text = NativeDICOMModel.encode(dataSet)
    let again: DataSet
    do { again = try NativeDICOMModel.decode(text) } catch { throw BrokenLaw("our own XML is not read: \(error)") }
    try expectSame(NativeDICOMModel.encode(again), text, "XML")
  }

  private static func expectSame(_ again: [UInt8], _ first: [UInt8], _ format: String) throws(BrokenLaw) {
    guard again != first else { return }
    let place = zip(again, first).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
    func part(_ text: [UInt8]) -> String {
      String(decoding: text.dropFirst(max(place - 40, 0)).prefix(80), as: UTF8.self)
    }
    throw BrokenLaw("\(format) changes when it is read and written: \(part(first)) became \(part(again))")
  }
}
