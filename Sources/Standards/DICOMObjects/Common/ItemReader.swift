import DICOM

/// A data set or item on the way through an object: it knows where it stands, so that errors and findings can say so.
struct ItemReader {
  /// What was tolerated so far; shared by all readers of one object.
  final class Log {
    private(set) var findings: [ObjectFinding] = []
    /// A stranger decides how much there is to find.
    static let maximumFindings = 1000

    func note(_ leniency: ObjectFinding.Leniency, _ path: TagPath) {
      if findings.count < Log.maximumFindings { findings.append(ObjectFinding(leniency, path: path)) }
    }
  }

  let dataSet: DataSet
  let steps: [TagPath.Step]
  let log: Log

  init(_ dataSet: DataSet, steps: [TagPath.Step] = [], log: Log = Log()) {
    self.dataSet = dataSet
    self.steps = steps
    self.log = log
  }

  func path(_ tag: Tag) -> TagPath { TagPath(tag, in: steps) }

  func error(_ code: ObjectError.Code, _ tag: Tag, _ rule: String) -> ObjectError {
    ObjectError(code, path: path(tag), rule)
  }

  func note(_ leniency: ObjectFinding.Leniency, _ tag: Tag) { log.note(leniency, path(tag)) }

  func contains(_ tag: Tag) -> Bool { dataSet.contains(tag) }

  // MARK: - Values

  func string(_ tag: Tag) -> String? { dataSet.string(tag) }
  func strings(_ tag: Tag) -> [String] { dataSet.strings(tag) }
  func int(_ tag: Tag) -> Int? { dataSet.int(tag) }
  func ints(_ tag: Tag) -> [Int] { dataSet.ints(tag) }
  func double(_ tag: Tag) -> Double? { finite(dataSet.double(tag)) }
  func uid(_ tag: Tag) -> UID? { dataSet.uid(tag) }
  func tags(_ tag: Tag) -> [Tag] { dataSet.tags(tag) }
  func personName(_ tag: Tag) -> PersonName? { dataSet.personName(tag) }

  /// Finite numbers; empty when one of them is none.
  func doubles(_ tag: Tag) -> [Double] {
    let numbers = dataSet.doubles(tag)
    guard numbers.allSatisfy(\.isFinite) else {
      note(.malformedValue, tag)
      return []
    }
    return numbers
  }

  private func finite(_ number: Double?) -> Double? { number.flatMap { $0.isFinite ? $0 : nil } }

  /// A whole text value with its leading spaces, as VRs of one value keep them.
  func text(_ tag: Tag) -> String? { dataSet.string(tag) }

  func bytes(_ tag: Tag) throws(ObjectError) -> [UInt8] {
    guard let element = dataSet[tag] else { throw error(.missingAttribute, tag, "required") }
    guard let bytes = element.bytes else {
      throw error(.unsupported, tag, "the value is not held; read the whole file")
    }
    return bytes
  }

  // MARK: - Required values

  func required<Found>(_ tag: Tag, _ value: Found?) throws(ObjectError) -> Found {
    guard let value else { throw error(.missingAttribute, tag, "required") }
    return value
  }

  func requiredString(_ tag: Tag) throws(ObjectError) -> String { try required(tag, string(tag)) }
  func requiredInt(_ tag: Tag) throws(ObjectError) -> Int { try required(tag, int(tag)) }
  func requiredUID(_ tag: Tag) throws(ObjectError) -> UID { try required(tag, uid(tag)) }

  /// A number of rows, columns, frames, channels and the like.
  func count(_ tag: Tag, upTo most: Int) throws(ObjectError) -> Int {
    let value = try requiredInt(tag)
    guard value >= 1 else { throw error(.invalidValue, tag, "at least 1") }
    guard value <= most else { throw error(.limitExceeded, tag, "at most \(most)") }
    return value
  }

  /// Exactly so many finite numbers.
  func doubles(_ tag: Tag, count: Int) throws(ObjectError) -> [Double] {
    guard contains(tag) else { throw error(.missingAttribute, tag, "required") }
    let numbers = doubles(tag)
    guard numbers.count == count else { throw error(.invalidValue, tag, "\(count) numbers") }
    return numbers
  }

  /// A value of a closed list of terms.
  func term<Term: RawRepresentable>(
    _ tag: Tag, as type: Term.Type = Term.self
  ) throws(ObjectError) -> Term where Term.RawValue == String {
    guard let term = Term(rawValue: try requiredString(tag)) else {
      throw error(.invalidValue, tag, "not an enumerated value")
    }
    return term
  }

  // MARK: - Sequences

  func items(_ tag: Tag) -> [ItemReader] {
    dataSet.items(tag).enumerated().map { position, item in
      ItemReader(item, steps: steps + [TagPath.Step(sequence: tag, item: position)], log: log)
    }
  }

  /// The only item of a sequence, if there is one.
  func item(_ tag: Tag) -> ItemReader? {
    guard let element = dataSet[tag] else { return nil }
    guard !element.value.isEmpty, let first = dataSet.items(tag).first else { return nil }
    if case .sequence(let items) = element.value, items.count > 1 { note(.surplusItems, tag) }
    return ItemReader(first, steps: steps + [TagPath.Step(sequence: tag, item: 0)], log: log)
  }

  func requiredItem(_ tag: Tag) throws(ObjectError) -> ItemReader { try required(tag, item(tag)) }

  /// The only item of a sequence as a value.
  func value<Found: ItemReadable>(_ tag: Tag, as type: Found.Type = Found.self) throws(ObjectError) -> Found? {
    guard let item = item(tag) else { return nil }
    return try Found(item: item)
  }

  func requiredValue<Found: ItemReadable>(_ tag: Tag, as type: Found.Type = Found.self) throws(ObjectError) -> Found {
    try required(tag, try value(tag))
  }

  /// All items of a sequence as values.
  func values<Found: ItemReadable>(_ tag: Tag, as type: Found.Type = Found.self) throws(ObjectError) -> [Found] {
    var values: [Found] = []
    for item in items(tag) { values.append(try Found(item: item)) }
    return values
  }
}

/// What one item of a sequence holds.
protocol ItemReadable {
  init(item: ItemReader) throws(ObjectError)
}

/// What becomes one item of a sequence.
protocol ItemWritable {
  func write(to writer: inout ItemWriter) throws(ObjectError)
}

typealias ItemCodable = ItemReadable & ItemWritable
