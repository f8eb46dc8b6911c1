/// How the bytes of a device's texts are really meant, where Specific Character Set (0008,0005) is absent or wrong: a set
/// that PS3.3 §C.12.1.1.2 names, or a code page that it does not.
public struct AssumedEncoding: Hashable, Sendable {
  private enum Form: Hashable {
    case declared(SpecificCharacterSet)
    /// By iconv's name.
    case codePage(String)
  }

  private let form: Form

  /// Code pages by the names they are called by, in capitals.
  private static let codePages: [String: String] = {
    var pages = [
      "SHIFT_JIS": "CP932", "SHIFT-JIS": "CP932", "CP932": "CP932", "BIG5": "BIG5", "EUC-KR": "CP949", "CP949": "CP949",
      "KOI8-R": "KOI8-R", "WINDOWS-874": "CP874", "CP874": "CP874",
    ]
    for number in 1250...1258 {
      for name in ["WINDOWS-\(number)", "CP\(number)"] { pages[name] = "CP\(number)" }
    }
    return pages
  }()

  /// - Parameter name: defined terms as Specific Character Set has them (`ISO_IR 100`, `\ISO 2022 IR 87`, `GBK`), or the
  ///   name of a code page (`windows-1252`, `Shift_JIS`, `Big5`).
  public init?(_ name: String) {
    if let page = Self.codePages[name.uppercased()] {
      form = .codePage(page)
      return
    }
    let terms = name.split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
    guard terms.contains(where: { !$0.isEmpty }),
      terms.enumerated().allSatisfy({ ($0.offset == 0 && $0.element.isEmpty) || Repertoire(term: $0.element) != nil })
    else { return nil }
    form = .declared(SpecificCharacterSet(terms: terms))
  }

  /// The value field in UTF-8; nil when its bytes are no text of the encoding.
  fileprivate func utf8(_ bytes: [UInt8], _ vr: VR) -> [UInt8]? {
    switch form {
    case .codePage(let page): return Iconv.decoded(bytes, from: page)
    case .declared(let set):
      switch set.reading(bytes, vr).problem {
      case nil, .undeclared, .readsAsUTF8: return set.utf8(bytes, vr)
      case .outsideRepertoire, .undeclaredEscape: return nil
      }
    }
  }
}

extension DataSet {
  /// Every text value in UTF-8, declared as `ISO_IR 192`, read as the encoding says instead of as the data set does. Items
  /// that declare a set of their own keep it.
  ///
  /// - Returns: nil when some text is none of the encoding: then it is not what the device writes.
  public func inUTF8(assuming encoding: AssumedEncoding) -> DataSet? {
    guard var dataSet = reading(encoding) else { return nil }
    dataSet.set(.specificCharacterSet, .cs, "ISO_IR 192")
    return dataSet
  }

  private func reading(_ encoding: AssumedEncoding) -> DataSet? {
    var result = self
    for element in self {
      switch element.value {
      case .bytes(let bytes) where element.vr.isCharsetDependent && !bytes.isPlainASCII:
        guard let text = encoding.utf8(bytes, element.vr) else { return nil }
        result.set(DataElement(tag: element.tag, vr: element.vr, value: .bytes(text)))
      case .sequence(let items):
        var read: [DataSet] = []
        for item in items {
          guard !item.contains(.specificCharacterSet) else {
            read.append(item)
            continue
          }
          guard let item = item.reading(encoding) else { return nil }
          read.append(item)
        }
        if read != items { result.set(DataElement(tag: element.tag, vr: element.vr, value: .sequence(read))) }
      default: continue
      }
    }
    return result
  }
}
