import DICOM

/// A measured value with its unit, or the reason why there is none (PS3.3 §C.18.1, Numeric Measurement Macro).
public struct NumericValue: Hashable, Sendable {
  /// One number and its unit.
  public struct Measured: Hashable, Sendable {
    /// Numeric Value (0040,A30A): a decimal string of at most 16 characters.
    public var decimal: String
    /// Floating Point Value (0040,A161), where sixteen characters are not exact.
    public var floatingPoint: Double?
    /// Rational Numerator Value (0040,A162) and Rational Denominator Value (0040,A163).
    public var rational: Rational?
    public var unit: CodedConcept

    /// The most exact form there is; nil when the decimal string is no number.
    public var value: Double? {
      if let floatingPoint { return floatingPoint }
      if let rational, rational.denominator != 0 { return Double(rational.numerator) / Double(rational.denominator) }
      return Double(decimal).flatMap { $0.isFinite ? $0 : nil }
    }
  }

  public struct Rational: Hashable, Sendable {
    public var numerator: Int
    /// Greater than 0.
    public var denominator: Int

    public init(numerator: Int, denominator: Int) {
      self.numerator = numerator
      self.denominator = denominator
    }
  }

  public var measured: Measured?
  /// Numeric Value Qualifier (CID 42): why there is no value, or what kind of value it is.
  public var qualifier: CodedConcept?

  public init(measured: Measured?, qualifier: CodedConcept? = nil) {
    self.measured = measured
    self.qualifier = qualifier
  }

  /// A finite number; Floating Point Value is added where the decimal string cannot say it exactly.
  public init(_ value: Double, _ unit: CodedConcept, qualifier: CodedConcept? = nil) {
    var text = DataSet()
    text.set(.numericValue, .ds, doubles: [value])
    let decimal = text.string(.numericValue) ?? ""
    measured = Measured(
      decimal: decimal, floatingPoint: Double(decimal) == value ? nil : value, rational: nil, unit: unit)
    self.qualifier = qualifier
  }

  public var value: Double? { measured?.value }
  public var unit: CodedConcept? { measured?.unit }
}

extension NumericValue: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    qualifier = try item.concept(.numericValueQualifierCodeSequence)
    guard let value = item.item(.measuredValueSequence), let decimal = value.string(.numericValue) else {
      measured = nil
      return
    }
    // A renderer of pulses gives a list; the first of them is the value (VM is 1 by PS3.3 §C.18.1).
    if Double(decimal) == nil || value.strings(.numericValue).count > 1 { value.note(.malformedValue, .numericValue) }
    let unit = try value.concept(.measurementUnitsCodeSequence)
    if unit == nil { value.note(.missingAttribute, .measurementUnitsCodeSequence) }
    var rational: Rational?
    if let numerator = value.int(.rationalNumeratorValue), let denominator = value.int(.rationalDenominatorValue) {
      rational = Rational(numerator: numerator, denominator: denominator)
    }
    measured = Measured(
      decimal: decimal, floatingPoint: value.double(.floatingPointValue), rational: rational, unit: unit ?? .noUnits)
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.numericValueQualifierCodeSequence, ifAny: qualifier)
    guard let measured else {
      writer.putNoItems(.measuredValueSequence)
      return
    }
    try writer.put(.measuredValueSequence, item: measured)
  }
}

extension NumericValue.Measured: ItemWritable {
  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.numericValue, text: decimal)
    try writer.put(.floatingPointValue, .fd, ifAny: floatingPoint.map { [$0] })
    if let rational {
      try writer.put(.rationalNumeratorValue, .sl, rational.numerator)
      try writer.put(.rationalDenominatorValue, .ul, rational.denominator)
    }
    try writer.put(.measurementUnitsCodeSequence, item: unit)
  }
}
