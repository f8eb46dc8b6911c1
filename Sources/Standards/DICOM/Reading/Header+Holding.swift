extension Header {
  /// The data set with its references replaced by the bytes they mean.
  ///
  /// Encapsulated pixel data becomes the bytes of its items without the sequence delimiter, which is the form
  /// `DataSetWriter` takes.
  ///
  /// - Parameter stream: the bytes of a part of the stream that the references point into.
  func holding(
    from stream: (Range<UInt64>) throws(DICOMError) -> [UInt8]
  ) throws(DICOMError) -> DataSet {
    // A Basic Offset Table that was completed from markers was empty in the stream.
    let isTableOurs = findings.contains { $0.leniency == .frameOffsetsFromMarkers }
    return try Header.held(dataSet, isTableOurs, stream)
  }

  private static func held(
    _ dataSet: DataSet, _ isTableOurs: Bool, _ stream: (Range<UInt64>) throws(DICOMError) -> [UInt8]
  ) throws(DICOMError) -> DataSet {
    var whole = dataSet
    for index in whole.elements.indices {
      switch whole.elements[index].value {
      case .bytes: continue
      case .sequence(var items):
        for place in items.indices { items[place] = try held(items[place], false, stream) }
        whole.elements[index].value = .sequence(items)
      case .bulk(let reference), .pixels(.native(let reference)):
        whole.elements[index].value = .bytes(try value(reference, whole.elements[index].vr, stream))
      case .pixels(.encapsulated(let table, let fragments)):
        whole.elements[index].value = .bytes(try items(isTableOurs ? [] : table, fragments, stream))
      }
    }
    return whole
  }

  private static func value(
    _ reference: BulkReference, _ vr: VR, _ stream: (Range<UInt64>) throws(DICOMError) -> [UInt8]
  ) throws(DICOMError) -> [UInt8] {
    var bytes = try stream(reference.range)
    if reference.bigEndian { ByteOrder.swap(&bytes, unit: vr.byteOrderUnit) }
    return bytes
  }

  /// Basic Offset Table item and fragment items, as they stand in an encapsulated stream (PS3.5 §A.4).
  private static func items(
    _ table: [UInt64], _ fragments: [BulkReference], _ stream: (Range<UInt64>) throws(DICOMError) -> [UInt8]
  ) throws(DICOMError) -> [UInt8] {
    var output = Tag.item.attributeTagBytes
    let offsets = table.compactMap { UInt32(exactly: $0) }
    let isTableWritten = offsets.count == table.count
    output.append(littleEndian: isTableWritten ? UInt32(truncatingIfNeeded: offsets.count * 4) : 0)
    if isTableWritten { for offset in offsets { output.append(littleEndian: offset) } }
    for fragment in fragments {
      output.append(contentsOf: Tag.item.attributeTagBytes)
      output.append(littleEndian: UInt32(truncatingIfNeeded: fragment.length))
      output.append(contentsOf: try stream(fragment.range))
    }
    return output
  }
}
