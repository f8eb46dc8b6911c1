public import DICOM

/// Decides whether a data set satisfies keys (PS3.4 §C.2.2.2): the one matching engine of the archive.
///
/// Keys are prepared once and may then be asked about any number of data sets. A value of several values matches when
/// one of them does; an absent or empty value matches universal keys only.
public struct Matcher: Sendable {
  private let tests: [(tag: Tag, test: Test)]

  public init(_ keys: [MatchingKey]) {
    tests = keys.compactMap { key in
      let test = Test(key)
      if case .always = test { return nil }
      return (key.tag, test)
    }
  }

  public func matches(_ dataSet: DataSet) -> Bool {
    tests.allSatisfy { $0.test.passes($0.tag, of: dataSet) }
  }
}

extension MatchingKey {
  /// Whether anything satisfies the key.
  public var isUniversal: Bool {
    if case .always = Test(self) { true } else { false }
  }
}

/// A key made ready to be asked often.
private indirect enum Test: Sendable {
  case always
  case never
  /// The attribute is absent or has no value (PS3.4 §C.2.2.2.7).
  case empty
  case text(VR, Set<String>)
  case patterns([WildcardPattern])
  case number([Double])
  case span(from: TemporalSpan?, to: TemporalSpan?, VR)
  case moments(time: Tag, from: DayAndTime?, to: DayAndTime?)
  case names([NameTest])
  case similarNames([SimilarName])
  case items(Matcher)
  case any([Test])

  init(_ key: MatchingKey) {
    switch key.condition {
    case .universal:
      self = .always
    case .single(let text), .wildcard(let text):
      self = Test.one(text, key.vr, wild: key.condition == .wildcard(text))
    case .uidList(let uids):
      self = .text(.ui, Set(uids.map { MatchingText.normalised($0) }))
    case .anyOf(let texts):
      self = .any(texts.map { Test.one($0, key.vr, wild: key.vr.allowsWildcards && WildcardPattern.isWild($0)) })
    case .range(let from, let to):
      self = Test.range(from, to, key.vr)
    case .span(let time, let from, let to):
      self = Test.span(time, from, to)
    case .similar(let texts):
      let literal = texts.map { Test.one($0, key.vr, wild: WildcardPattern.isWild($0)) }
      // `*` takes everything, absent values too.
      if literal.contains(where: { if case .always = $0 { true } else { false } }) {
        self = .always
        return
      }
      self = .any(literal + [.similarNames(texts.map { SimilarName(MatchingText.normalised($0)) })])
    case .sequence(let keys):
      self = keys.allSatisfy(\.isUniversal) ? .always : .items(Matcher(keys))
    }
  }

  private static func one(_ text: String, _ vr: VR, wild: Bool) -> Test {
    let text = MatchingText.normalised(text)
    guard !text.isEmpty else { return .empty }
    if wild, text.utf8.allSatisfy({ $0 == 0x2A }) { return .always }
    switch vr {
    case .pn:
      return .names([NameTest(text, wild: wild)])
    case _ where wild:
      return .patterns([WildcardPattern(text)])
    case .da, .tm, .dt:
      return range(text, text, vr)
    case .is, .ds, .fl, .fd, .sl, .ss, .sv, .ul, .us, .uv:
      guard let number = Double(text) else { return .never }
      return .number([number])
    case .at:
      guard let tag = Tag(text) else { return .never }
      return .text(.at, [tag.hex])
    case .sq, .ob, .od, .of, .ol, .ov, .ow:
      return .always
    default:
      return .text(vr, [text])
    }
  }

  private static func range(_ from: String?, _ to: String?, _ vr: VR) -> Test {
    let first = from.map { TemporalSpan(MatchingText.normalised($0), vr) }
    let last = to.map { TemporalSpan(MatchingText.normalised($0), vr) }
    // A bound that is there but cannot be read matches nothing rather than everything.
    if case .some(.none) = first { return .never }
    if case .some(.none) = last { return .never }
    let bounds = (first.flatMap(\.self), last.flatMap(\.self))
    return bounds.0 == nil && bounds.1 == nil ? .always : .span(from: bounds.0, to: bounds.1, vr)
  }

  private static func span(_ time: Tag, _ from: DateAndTime?, _ to: DateAndTime?) -> Test {
    let (first, last) = (from.map(\.moments), to.map(\.moments))
    if case .some(.none) = first { return .never }
    if case .some(.none) = last { return .never }
    return .moments(time: time, from: first.flatMap(\.self)?.first, to: last.flatMap(\.self)?.last)
  }

  func passes(_ tag: Tag, of dataSet: DataSet) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .empty: dataSet[tag]?.value.isEmpty ?? true || MatchingText.isBlank(tag, of: dataSet)
    case .text(_, let wanted): MatchingText.values(tag, of: dataSet).contains { wanted.contains($0) }
    case .patterns(let patterns):
      MatchingText.values(tag, of: dataSet).contains { value in patterns.contains { $0.matches(value) } }
    case .number(let wanted):
      dataSet.doubles(tag).contains { wanted.contains($0) }
    case .span(let from, let to, let vr):
      MatchingText.values(tag, of: dataSet).contains { value in
        guard let span = TemporalSpan(value, vr) else { return false }
        return Test.isInside(span, from, to)
      }
    case .names(let tests):
      MatchingText.values(tag, of: dataSet).contains { value in
        let groups = NameFolding.groups(value)
        return tests.contains { $0.matches(groups) }
      }
    case .moments(let time, let from, let to):
      MatchingText.values(tag, of: dataSet).first.flatMap { TemporalSpan($0, .da)?.first }.map { day in
        let clock = MatchingText.values(time, of: dataSet).first.flatMap { TemporalSpan($0, .tm)?.first } ?? 0
        let moment = DayAndTime(day: day, time: clock)
        return from.map { $0 <= moment } ?? true && to.map { moment <= $0 } ?? true
      } ?? false
    case .similarNames(let names):
      MatchingText.values(tag, of: dataSet).contains { value in
        let groups = NameFolding.groups(value)
        return names.contains { $0.matches(groups) }
      }
    case .items(let matcher): dataSet.items(tag).contains { matcher.matches($0) }
    case .any(let tests): tests.contains { $0.passes(tag, of: dataSet) }
    }
  }

  /// Offsets count only between two date-times that both state one; otherwise local times are compared.
  private static func isInside(_ value: TemporalSpan, _ from: TemporalSpan?, _ to: TemporalSpan?) -> Bool {
    if let from, value.moment(\.first, against: from) < from.moment(\.first, against: value) { return false }
    if let to, value.moment(\.first, against: to) > to.moment(\.last, against: value) { return false }
    return true
  }
}

extension TemporalSpan {
  fileprivate func moment(_ end: KeyPath<TemporalSpan, Int64>, against other: TemporalSpan) -> Int64 {
    guard let offsetMinutes, other.offsetMinutes == nil else { return self[keyPath: end] }
    return self[keyPath: end] + Int64(offsetMinutes) * 60_000_000
  }
}

/// One wanted person name.
private struct NameTest: Sendable {
  /// By group; `nil` where anything will do.
  private let groups: [GroupTest?]
  /// A name without `=` is looked for in every group.
  private let anyGroup: Bool

  init(_ text: String, wild: Bool) {
    anyGroup = !text.utf8.contains(0x3D)
    groups = NameFolding.groups(text).map { group in
      group.isEmpty || (wild && group.utf8.allSatisfy { $0 == 0x2A }) ? nil : GroupTest(group, wild: wild)
    }
  }

  func matches(_ values: [String]) -> Bool {
    if anyGroup {
      guard let test = groups.first.flatMap(\.self) else { return true }
      return values.contains { !$0.isEmpty && test.matches($0) }
    }
    return zip(groups, values).allSatisfy { test, value in test.map { $0.matches(value) } ?? true }
  }
}

private struct GroupTest: Sendable {
  private let text: String
  private let pattern: WildcardPattern?
  private let hasDelimiter: Bool

  init(_ text: String, wild: Bool) {
    self.text = text
    pattern = wild && WildcardPattern.isWild(text) ? WildcardPattern(text) : nil
    hasDelimiter = text.utf8.contains(0x5E)
  }

  func matches(_ value: String) -> Bool {
    guard let pattern else { return value == text }
    if pattern.matches(value) { return true }
    guard hasDelimiter, !value.isEmpty else { return false }
    // Absent trailing components are empty ones (PS3.5 §6.2.1), so `DOE^*` finds a bare `DOE`.
    let missing = max(0, 4 - value.utf8.count { $0 == 0x5E })
    return pattern.matches(value + String(repeating: "^", count: missing))
  }
}

/// Text as it is compared.
package enum MatchingText {
  /// Without leading and trailing spaces and NULs, which carry no meaning (PS3.5 §6.2).
  package static func normalised(_ text: String) -> String {
    var part = text[...]
    while let byte = part.utf8.last, byte == 0x20 || byte == 0 { part.removeLast() }
    while let byte = part.utf8.first, byte == 0x20 || byte == 0 { part.removeFirst() }
    return part.utf8.contains(0) ? part.filter { $0 != "\0" } : String(part)
  }

  /// The values that are not empty.
  package static func values(_ tag: Tag, of dataSet: DataSet) -> [String] {
    dataSet.strings(tag).compactMap { text in
      let value = normalised(text)
      return value.isEmpty ? nil : value
    }
  }

  package static func isBlank(_ tag: Tag, of dataSet: DataSet) -> Bool {
    guard let element = dataSet[tag], element.interpretedVR.isText else { return false }
    return values(tag, of: dataSet).isEmpty
  }
}

extension VR {
  /// Whether wild card matching is defined for the VR (PS3.4 §C.2.2.2.4).
  package var allowsWildcards: Bool {
    switch self {
    case .ae, .cs, .lo, .lt, .pn, .sh, .st, .uc, .ur, .ut: true
    default: false
    }
  }

  /// Whether range matching is defined for the VR (PS3.4 §C.2.2.2.5).
  package var allowsRanges: Bool { self == .da || self == .tm || self == .dt }
}
