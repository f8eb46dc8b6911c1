public import DICOM

extension MatchingKey {
  /// Reads a key as C-FIND identifiers and QIDO-RS parameters write it (PS3.4 §C.2.2.2, PS3.18 §8.3.4.1).
  ///
  /// - Nothing, only `*`, and `""` are universal.
  /// - UIDs may be a list, by backslash or comma; code strings likewise; other text by backslash.
  /// - A hyphen makes a range for DA, TM and DT only; in a DT a hyphen may also begin the offset from UTC.
  /// - `*` and `?` are wild cards only where the VR has them.
  ///
  /// - Parameter emptyValueMatching: whether `""` asks for absent or empty values instead (PS3.4 §C.2.2.2.7), as
  ///   negotiated or asked for by the caller.
  public static func parse(tag: Tag, vr: VR, text: String, emptyValueMatching: Bool = false) -> MatchingKey {
    let text = MatchingText.normalised(text)
    if text == "\"\"", emptyValueMatching { return MatchingKey(tag, vr, .single("")) }
    if text.utf8.allSatisfy({ $0 == 0x2A }) || text == "\"\"" { return MatchingKey(tag, vr, .universal) }
    return MatchingKey(tag, vr, condition(text, vr))
  }

  private static func condition(_ text: String, _ vr: VR) -> Condition {
    switch vr {
    case .sq, .ob, .od, .of, .ol, .ov, .ow:
      return .universal
    case .ui:
      let uids = list(text, vr)
      return uids.count > 1 ? .uidList(uids) : uids.first.map { .single($0) } ?? .universal
    default:
      break
    }
    let values = list(text, vr)
    guard let first = values.first else { return .universal }
    if values.count > 1 { return .anyOf(values) }
    if vr.allowsRanges, let bounds = bounds(first, vr) {
      return bounds.0 == nil && bounds.1 == nil ? .universal : .range(from: bounds.0, to: bounds.1)
    }
    return vr.allowsWildcards && WildcardPattern.isWild(first) ? .wildcard(first) : .single(first)
  }

  private static func list(_ text: String, _ vr: VR) -> [String] {
    guard vr.isMultiValued || !vr.isText else { return [text] }
    let commas = vr == .ui || vr == .cs
    return text.split { $0 == "\\" || (commas && $0 == ",") }
      .map { MatchingText.normalised(String($0)) }
      .filter { !$0.isEmpty }
  }

  /// The two ends of a range, or `nil` when the text is one value.
  private static func bounds(_ text: String, _ vr: VR) -> (String?, String?)? {
    if vr == .dt, TemporalSpan(text, .dt) != nil { return nil }
    let hyphens = text.indices.filter { text[$0] == "-" }
    guard let first = hyphens.first else { return nil }
    func ends(_ hyphen: String.Index) -> (String?, String?) {
      let from = MatchingText.normalised(String(text[..<hyphen]))
      let to = MatchingText.normalised(String(text[text.index(after: hyphen)...]))
      return (from.isEmpty ? nil : from, to.isEmpty ? nil : to)
    }
    for hyphen in hyphens {
      let (from, to) = ends(hyphen)
      if from.map({ TemporalSpan($0, vr) != nil }) ?? true, to.map({ TemporalSpan($0, vr) != nil }) ?? true {
        return (from, to)
      }
    }
    return ends(first)
  }

  /// Whether the dates, times and numbers of the key can be read; a key that cannot matches nothing.
  public var isWellFormed: Bool {
    switch condition {
    case .universal, .wildcard, .uidList, .similar: true
    case .span(_, let from, let to): [from, to].compactMap(\.self).allSatisfy { $0.moments != nil }
    case .single(let text): isReadable(text)
    case .anyOf(let texts): texts.allSatisfy(isReadable)
    case .range(let from, let to): [from, to].compactMap(\.self).allSatisfy(isReadable)
    case .sequence(let keys): keys.allSatisfy(\.isWellFormed)
    }
  }

  private func isReadable(_ text: String) -> Bool {
    if text.isEmpty { return true }
    if vr.allowsRanges { return TemporalSpan(MatchingText.normalised(text), vr) != nil }
    return vr == .is || vr == .ds || vr.isBinaryNumber && vr != .at ? Double(text) != nil : true
  }
}
