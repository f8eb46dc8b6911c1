public import DICOM

extension InstanceDocument {
  /// The version of everything that makes a document: layout, parser, corrections. Documents of another one are made anew.
  public static let format: UInt32 = 1

  /// The metadata of one instance (PS3.18 §10.4.1.1.2): its header as DICOM JSON, large values as bulk data URIs.
  ///
  /// A URI's path behind the series is in the text; its base, the series' own address, is put in when it is served.
  public init(record: RecordID, instance: InstanceUID, header: DataSet) {
    var json: [UInt8] = []
    json.reserveCapacity(8192)
    DICOMJSON.encode(header, bulkDataURI: { "/instances/\(instance)/bulkdata/\($0)" }, into: &json)
    self.init(record: record, json: json, bases: Self.bases(in: json))
  }

  /// Where bulk data URIs begin. A text value cannot hold this sequence: inside a JSON string its quotation marks would
  /// be escaped (RFC 8259 §7).
  private static func bases(in json: [UInt8]) -> [UInt32] {
    let key = Array(#""BulkDataURI":""#.utf8)
    var found: [UInt32] = []
    json.withUnsafeBufferPointer { text in
      guard text.count >= key.count else { return }
      var position = 0
      let last = text.count - key.count
      while position <= last {
        if text[position] == key[0], text[position + 1] == key[1],
          key.indices.allSatisfy({ text[position + $0] == key[$0] })
        {
          position += key.count
          if let base = UInt32(exactly: position) { found.append(base) }
        } else {
          position += 1
        }
      }
    }
    return found
  }
}
