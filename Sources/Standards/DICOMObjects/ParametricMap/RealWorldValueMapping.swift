import DICOM
public import DICOMPixels

/// How stored values become values of the real world, and of what (PS3.3 §C.7.6.16.2.11).
public struct RealWorldValueMapping: Hashable, Sendable {
  public typealias Rule = RealWorldValueMap.Rule

  /// LUT Label (0040,9210), at most 16 characters.
  public var label: String
  public var explanation: String
  /// The stored values it holds for.
  public var firstMapped: Double
  public var lastMapped: Double
  public var rule: Rule
  public var unit: CodedConcept
  /// What is measured: the value of the quantity in Quantity Definition Sequence.
  public var quantity: CodedConcept?

  public init(
    label: String, explanation: String, firstMapped: Double, lastMapped: Double, rule: Rule, unit: CodedConcept,
    quantity: CodedConcept? = nil
  ) {
    self.label = label
    self.explanation = explanation
    self.firstMapped = firstMapped
    self.lastMapped = lastMapped
    self.rule = rule
    self.unit = unit
    self.quantity = quantity
  }

  /// The value of the real world; nil outside the range that is mapped.
  public func value(of stored: Double) -> Double? {
    guard firstMapped <= lastMapped else { return nil }
    return RealWorldValueMap(mapped: firstMapped...lastMapped, rule: rule).value(of: stored)
  }
}

extension RealWorldValueMapping: ItemReadable {
  init(item: ItemReader) throws(ObjectError) {
    label = item.string(.lutLabel) ?? ""
    explanation = item.string(.lutExplanation) ?? ""
    let first = item.double(.doubleFloatRealWorldValueFirstValueMapped) ?? item.double(.realWorldValueFirstValueMapped)
    let last = item.double(.doubleFloatRealWorldValueLastValueMapped) ?? item.double(.realWorldValueLastValueMapped)
    if first == nil || last == nil { item.note(.missingAttribute, .realWorldValueFirstValueMapped) }
    firstMapped = first ?? -.greatestFiniteMagnitude
    lastMapped = last ?? .greatestFiniteMagnitude
    if item.contains(.realWorldValueLUTData) {
      rule = .table(item.doubles(.realWorldValueLUTData))
    } else {
      rule = .linear(
        slope: try item.required(.realWorldValueSlope, item.double(.realWorldValueSlope)),
        intercept: try item.required(.realWorldValueIntercept, item.double(.realWorldValueIntercept)))
    }
    unit = try item.concept(.measurementUnitsCodeSequence) ?? .noUnits
    quantity = nil
    for part in item.items(.quantityDefinitionSequence) where quantity == nil {
      guard try part.concept(.conceptNameCodeSequence)?.current == .realWorldValueMapQuantity else { continue }
      quantity = try part.concept(.conceptCodeSequence)
    }
  }

  /// - Parameter isFloating: whether the stored values are floating point.
  func write(to writer: inout ItemWriter, isFloating: Bool) throws(ObjectError) {
    try writer.put(.lutLabel, text: label)
    try writer.put(.lutExplanation, text: explanation)
    if isFloating {
      try writer.put(.doubleFloatRealWorldValueFirstValueMapped, .fd, doubles: [firstMapped])
      try writer.put(.doubleFloatRealWorldValueLastValueMapped, .fd, doubles: [lastMapped])
    } else {
      guard let first = Int(exactly: firstMapped), let last = Int(exactly: lastMapped) else {
        throw writer.error(.invalidValue, .realWorldValueFirstValueMapped, "whole numbers for stored integers")
      }
      try writer.put(.realWorldValueFirstValueMapped, .us, first)
      try writer.put(.realWorldValueLastValueMapped, .us, last)
    }
    switch rule {
    case .linear(let slope, let intercept):
      try writer.put(.realWorldValueSlope, .fd, doubles: [slope])
      try writer.put(.realWorldValueIntercept, .fd, doubles: [intercept])
    case .table(let values):
      guard !isFloating, Double(values.count) == lastMapped - firstMapped + 1 else {
        throw writer.error(.contradiction, .realWorldValueLUTData, "a value for each stored integer that is mapped")
      }
      try writer.put(.realWorldValueLUTData, .fd, doubles: values)
    }
    try writer.put(.measurementUnitsCodeSequence, item: unit)
    if let quantity {
      var part = writer.writer(for: .quantityDefinitionSequence)
      try ContentItem(.contains, .realWorldValueMapQuantity, .code(quantity)).writeAsAcquisitionContext(to: &part)
      writer.put(.quantityDefinitionSequence, written: [part])
    }
  }
}

extension ContentItem {
  /// A coded item outside a tree (PS3.3 §10.2, Content Item Macro).
  fileprivate func writeAsAcquisitionContext(to writer: inout ItemWriter) throws(ObjectError) {
    guard let name, let code = value.code else { return }
    try writer.put(.valueType, text: ValueType.code.rawValue)
    try writer.put(.conceptNameCodeSequence, item: name)
    try writer.put(.conceptCodeSequence, item: code)
  }
}
