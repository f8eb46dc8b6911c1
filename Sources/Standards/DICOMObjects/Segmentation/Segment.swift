public import DICOM

/// One thing that a segmentation shows (PS3.3 §C.8.20.4).
public struct Segment: Hashable, Sendable {
  public enum AlgorithmType: String, Hashable, Sendable {
    case automatic = "AUTOMATIC"
    case semiautomatic = "SEMIAUTOMATIC"
    case manual = "MANUAL"
  }

  /// From 1; a labelmap may name its background 0.
  public var number: Int
  public var label: String
  public var description: String?
  public var algorithmType: AlgorithmType
  /// Mandatory unless manual.
  public var algorithmName: String?
  public var category: CodedConcept
  public var type: CodedConcept
  public var typeModifiers: [CodedConcept]
  public var anatomicRegion: CodedConcept?
  public var anatomicRegionModifiers: [CodedConcept]
  public var trackingID: String?
  public var trackingUID: UID?
  /// Recommended Display CIELab Value: L*, a*, b* as PCS values of 16 bits (PS3.3 §C.10.7.1.1).
  public var displayColor: [Int]?

  public init(
    number: Int, label: String, description: String? = nil, algorithmType: AlgorithmType, algorithmName: String? = nil,
    category: CodedConcept, type: CodedConcept, typeModifiers: [CodedConcept] = [], anatomicRegion: CodedConcept? = nil,
    anatomicRegionModifiers: [CodedConcept] = [], trackingID: String? = nil, trackingUID: UID? = nil,
    displayColor: [Int]? = nil
  ) {
    self.number = number
    self.label = label
    self.description = description
    self.algorithmType = algorithmType
    self.algorithmName = algorithmName
    self.category = category
    self.type = type
    self.typeModifiers = typeModifiers
    self.anatomicRegion = anatomicRegion
    self.anatomicRegionModifiers = anatomicRegionModifiers
    self.trackingID = trackingID
    self.trackingUID = trackingUID
    self.displayColor = displayColor
  }
}

extension Segment: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    number = try item.requiredInt(.segmentNumber)
    label = item.string(.segmentLabel) ?? ""
    description = item.string(.segmentDescription)
    if let known = item.string(.segmentAlgorithmType).flatMap(AlgorithmType.init(rawValue:)) {
      algorithmType = known
    } else {
      item.note(.missingAttribute, .segmentAlgorithmType)
      algorithmType = .automatic
    }
    algorithmName = item.string(.segmentAlgorithmName)
    category = try item.required(
      .segmentedPropertyCategoryCodeSequence, try item.concept(.segmentedPropertyCategoryCodeSequence))
    let typeItem = try item.requiredItem(.segmentedPropertyTypeCodeSequence)
    type = try CodedConcept(item: typeItem)
    typeModifiers = typeItem.concepts(.segmentedPropertyTypeModifierCodeSequence)
    let region = item.item(.anatomicRegionSequence)
    anatomicRegion = try item.concept(.anatomicRegionSequence)
    anatomicRegionModifiers = region?.concepts(.anatomicRegionModifierSequence) ?? []
    trackingID = item.string(.trackingID)
    trackingUID = item.uid(.trackingUID)
    let color = item.ints(.recommendedDisplayCIELabValue)
    displayColor = color.count == 3 ? color : nil
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.segmentNumber, .us, number)
    try writer.put(.segmentLabel, text: label)
    try writer.put(.segmentDescription, ifAny: description)
    try writer.put(.segmentAlgorithmType, text: algorithmType.rawValue)
    if algorithmType != .manual { try writer.put(.segmentAlgorithmName, text: algorithmName ?? "") }
    try writer.put(.segmentedPropertyCategoryCodeSequence, item: category)
    try writer.put(
      .segmentedPropertyTypeCodeSequence,
      item: ModifiedConcept(concept: type, modifiers: typeModifiers, tag: .segmentedPropertyTypeModifierCodeSequence))
    if let anatomicRegion {
      try writer.put(
        .anatomicRegionSequence,
        item: ModifiedConcept(
          concept: anatomicRegion, modifiers: anatomicRegionModifiers, tag: .anatomicRegionModifierSequence))
    }
    guard (trackingID == nil) == (trackingUID == nil) else {
      throw writer.error(.contradiction, .trackingID, "Tracking ID and Tracking UID go together (PS3.3 §C.8.20.4)")
    }
    try writer.put(.trackingID, ifAny: trackingID)
    try writer.put(.trackingUID, ifAny: trackingUID)
    if let displayColor { try writer.put(.recommendedDisplayCIELabValue, .us, ints: displayColor) }
  }

  private struct ModifiedConcept: ItemWritable {
    var concept: CodedConcept
    var modifiers: [CodedConcept]
    var tag: Tag

    func write(to writer: inout ItemWriter) throws(ObjectError) {
      try concept.write(to: &writer)
      try writer.put(tag, ifAny: modifiers)
    }
  }
}
