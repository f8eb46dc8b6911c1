extension DataSet {
  /// Whether both data sets hold the same content when decoded.
  ///
  /// Padding, group lengths, group 0002, Data Set Trailing Padding (FFFC,FFFC), length forms, implicit or explicit VR
  /// and the character set by which the same text is encoded make no difference.
  ///
  /// - Parameter bulk: compares two values of which at least one is not held. Without it they count as different, as
  ///   nobody has looked at them.
  public func canonicallyEqual(to other: DataSet, bulk: (Value, Value) -> Bool = { _, _ in false }) -> Bool {
    withoutActuallyEscaping(bulk) { equals(other, characterSet, other.characterSet, $0) }
  }

  private func equals(
    _ other: DataSet, _ ownSet: SpecificCharacterSet, _ otherSet: SpecificCharacterSet,
    _ bulk: @escaping (Value, Value) -> Bool
  ) -> Bool {
    var left = elements.lazy.filter { $0.tag.hasCanonicalContent }.makeIterator()
    var right = other.elements.lazy.filter { $0.tag.hasCanonicalContent }.makeIterator()
    let comparison = Comparison(left: ownSet, right: otherSet, bulk: bulk)
    while true {
      switch (left.next(), right.next()) {
      case (nil, nil): return true
      case (let one?, let another?):
        guard one.tag == another.tag, comparison.isEqual(one, another) else { return false }
      default: return false
      }
    }
  }

  /// One pair of data sets, with the character set each is decoded by.
  private struct Comparison {
    var left: SpecificCharacterSet
    var right: SpecificCharacterSet
    var bulk: (Value, Value) -> Bool

    func isEqual(_ one: DataElement, _ another: DataElement) -> Bool {
      switch (one.value, another.value) {
      case (.bytes(let first), .bytes(let second)):
        if first == second, !needsDecoding(one.interpretedVR) { return true }
        return isEqual(first, second, Comparison.common(one, another), one.tag)
      case (.sequence(let first), .sequence(let second)):
        return isEqual(first, second)
      case (.sequence(let first), .bytes(let second)):
        return DataSet.itemsOfUnknown(second).map { isEqual(first, $0) } ?? false
      case (.bytes(let first), .sequence(let second)):
        return DataSet.itemsOfUnknown(first).map { isEqual($0, second) } ?? false
      default:
        return bulk(one.value, another.value)
      }
    }

    /// The VR to read both by: the one that is known, UN otherwise.
    private static func common(_ one: DataElement, _ another: DataElement) -> VR {
      one.interpretedVR == .un ? another.interpretedVR : one.interpretedVR
    }

    private func needsDecoding(_ vr: VR) -> Bool {
      vr.isCharsetDependent && left != right
    }

    private func isEqual(_ first: [UInt8], _ second: [UInt8], _ vr: VR, _ tag: Tag) -> Bool {
      if vr == .sq, let items = DataSet.itemsOfUnknown(first), let others = DataSet.itemsOfUnknown(second) {
        return isEqual(items, others)
      }
      guard vr.isText else { return Comparison.isEqualButForOneNUL(first, second) }
      if needsDecoding(vr), !(first.isPlainASCII && second.isPlainASCII) {
        let text = left.values(first, vr)
        // What could not be decoded on both sides is unknown, not equal.
        return text == right.values(second, vr) && !text.contains { $0.unicodeScalars.contains("\u{FFFD}") }
      }
      return Comparison.isEqualButForPadding(first, second)
    }

    private func isEqual(_ items: [DataSet], _ others: [DataSet]) -> Bool {
      guard items.count == others.count else { return false }
      return zip(items, others).allSatisfy { one, another in
        one.equals(
          another, one.contains(.specificCharacterSet) ? one.characterSet : left,
          another.contains(.specificCharacterSet) ? another.characterSet : right, bulk)
      }
    }

    /// Trailing spaces and NULs are padding (PS3.5 §6.2).
    private static func isEqualButForPadding(_ first: [UInt8], _ second: [UInt8]) -> Bool {
      contentLength(first) == contentLength(second)
        && first.prefix(contentLength(first)).elementsEqual(second.prefix(contentLength(second)))
    }

    private static func contentLength(_ bytes: [UInt8]) -> Int {
      var count = bytes.count
      while count > 0, bytes[count - 1] == 0x20 || bytes[count - 1] == 0x00 { count -= 1 }
      return count
    }

    /// A byte stream of odd length gets one NUL (PS3.5 §6.2); a UN may be text that was padded with a space.
    private static func isEqualButForOneNUL(_ first: [UInt8], _ second: [UInt8]) -> Bool {
      if first.count == second.count { return first == second }
      let (short, long) = first.count < second.count ? (first, second) : (second, first)
      return long.count == short.count + 1 && short.count % 2 == 1 && (long.last == 0x00 || long.last == 0x20)
        && long.starts(with: short)
    }
  }

  /// The items of a sequence that travelled as UN: implicit VR little endian (PS3.5 §6.2.2, Note); nil when the bytes
  /// are none.
  static func itemsOfUnknown(_ bytes: [UInt8]) -> [DataSet]? {
    // The bytes are held already, so the items may be held too.
    var limits = HeaderReader.Limits()
    limits.inlineValueLength = bytes.count
    limits.inlineTextLength = bytes.count
    limits.totalInlineBytes = bytes.count
    var parser = ElementParser(itemsIn: .implicitLittleEndian, length: UInt64(bytes.count), limits: limits)
    do {
      _ = try bytes.withUnsafeBufferPointer { (buffer) throws(DICOMError) -> Int in
        try parser.consume(UnsafeRawBufferPointer(buffer))
      }
      guard case .sequence(let items)? = try parser.finish().first?.value else { return nil }
      return items
    } catch {
      return nil
    }
  }
}

extension Tag {
  /// Whether the element says something about the object itself.
  fileprivate var hasCanonicalContent: Bool {
    !isGroupLength && group != 0x0002 && rawValue != 0xFFFC_FFFC && self != .specificCharacterSet
  }
}
