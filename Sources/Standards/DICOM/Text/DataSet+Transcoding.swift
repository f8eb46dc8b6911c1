extension DataSet {
  /// Rewrites every text value in UTF-8 and declares `ISO_IR 192` (PS3.3 §C.12.1.1.2).
  public mutating func transcodeToUTF8() {
    transcode(to: .utf8, from: characterSet)
    set(DataElement(tag: .specificCharacterSet, vr: .cs, value: .bytes(Array("ISO_IR 192".utf8))))
  }

  /// Rewrites every text value in the smallest set that holds them all (`SpecificCharacterSet.smallest`) and declares
  /// it.
  public mutating func transcodeToSmallestCharacterSet() {
    var scalars: Set<Unicode.Scalar> = []
    gatherScalars(from: characterSet, into: &scalars)
    let target = SpecificCharacterSet.smallest(holding: scalars)
    transcode(to: target, from: characterSet)
    self[.specificCharacterSet] = nil
    if target != .default { set(.specificCharacterSet, .cs, strings: target.terms) }
  }

  /// Rewrites every text value in a set and declares it, if it is needed and holds all of them.
  ///
  /// - Parameter terms: values of Specific Character Set (0008,0005).
  /// - Returns: whether it did; nothing has changed otherwise, nor when everything is ASCII.
  public mutating func transcode(to terms: [String]) -> Bool {
    var scalars: Set<Unicode.Scalar> = []
    gatherScalars(from: characterSet, into: &scalars)
    let target = SpecificCharacterSet(terms: terms)
    guard !scalars.isEmpty, target != .default,
      // One by one: code extensions are chosen by character.
      scalars.allSatisfy({ target.encode(String($0), .ut) != nil })
    else { return false }
    transcode(to: target, from: characterSet)
    set(.specificCharacterSet, .cs, strings: target.terms)
    return true
  }

  /// The scalars above 7F of all texts, at any depth.
  private func gatherScalars(from outer: SpecificCharacterSet, into scalars: inout Set<Unicode.Scalar>) {
    let own = contains(.specificCharacterSet) ? characterSet : outer
    for element in self {
      switch element.value {
      case .sequence(let items):
        for item in items { item.gatherScalars(from: own, into: &scalars) }
      case .bytes(let bytes) where element.vr.isCharsetDependent && !bytes.isPlainASCII:
        scalars.formUnion(own.decode(bytes, element.vr).unicodeScalars.lazy.filter { $0.value >= 0x80 })
      default:
        break
      }
    }
  }

  private mutating func transcode(to target: SpecificCharacterSet, from outer: SpecificCharacterSet) {
    let own = contains(.specificCharacterSet) ? characterSet : outer
    inheritedCharacterSet = nil
    for index in elements.indices {
      switch elements[index].value {
      case .sequence(var items):
        for position in items.indices {
          items[position].transcode(to: target, from: own)
          items[position][.specificCharacterSet] = nil
        }
        elements[index].value = .sequence(items)
      case .bytes(let bytes) where elements[index].vr.isCharsetDependent && own != target && !bytes.isPlainASCII:
        let vr = elements[index].vr
        let text = own.values(bytes, vr).joined(separator: "\\")
        if let encoded = target.encode(text, vr) { elements[index].value = .bytes(encoded) }
      default:
        break
      }
    }
  }
}
