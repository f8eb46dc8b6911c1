public import DICOM

/// What was found and measured about one thing that is tracked (PS3.16 TID 1501, TID 1410, TID 1411).
public struct MeasurementGroup: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// Measurement and Qualitative Evaluation Group.
    case general = "1501"
    /// Planar ROI Measurements and Qualitative Evaluations.
    case planar = "1410"
    /// Volumetric ROI Measurements and Qualitative Evaluations.
    case volumetric = "1411"
  }

  /// A judgement in a word: a concept and what it is.
  public struct Evaluation: Hashable, Sendable {
    public var name: CodedConcept
    /// A code or a text.
    public var value: ContentValue
    public var modifiers: [ContentItem]

    public init(_ name: CodedConcept, _ value: CodedConcept, modifiers: [ContentItem] = []) {
      self.name = name
      self.value = .code(value)
      self.modifiers = modifiers
    }

    public init(_ name: CodedConcept, text: String) {
      self.name = name
      value = .text(text)
      modifiers = []
    }

    fileprivate init(_ name: CodedConcept, _ item: ContentItem) {
      self.name = name
      value = item.value
      modifiers = item.children
    }
  }

  public var kind: Kind
  public var activitySession: String?
  public var trackingIdentifier: String?
  public var trackingUID: UID?
  public var findingCategory: CodedConcept?
  public var finding: CodedConcept?
  public var findingSites: [FindingSite]
  public var method: CodedConcept?
  public var algorithm: AlgorithmIdentification?
  public var region: MeasurementRegion
  public var measurements: [ReportedMeasurement]
  public var evaluations: [Evaluation]
  /// Children that are none of these.
  public var others: [ContentItem]

  public init(
    _ kind: Kind, activitySession: String? = nil, trackingIdentifier: String?, trackingUID: UID?,
    findingCategory: CodedConcept? = nil, finding: CodedConcept? = nil, findingSites: [FindingSite] = [],
    method: CodedConcept? = nil, algorithm: AlgorithmIdentification? = nil, region: MeasurementRegion = .none,
    measurements: [ReportedMeasurement] = [], evaluations: [Evaluation] = [], others: [ContentItem] = []
  ) {
    self.kind = kind
    self.activitySession = activitySession
    self.trackingIdentifier = trackingIdentifier
    self.trackingUID = trackingUID
    self.findingCategory = findingCategory
    self.finding = finding
    self.findingSites = findingSites
    self.method = method
    self.algorithm = algorithm
    self.region = region
    self.measurements = measurements
    self.evaluations = evaluations
    self.others = others
  }

  /// Nil when the item is no Measurement Group.
  init?(_ item: ContentItem) {
    guard item.name == .measurementGroup, case .container = item.value else { return nil }
    let (region, taken) = MeasurementRegion.region(in: item.children)
    self.init(.general, trackingIdentifier: nil, trackingUID: nil, region: region)
    kind = item.template.flatMap { Kind(rawValue: $0.identifier) } ?? region.impliedKind
    algorithm = AlgorithmIdentification(in: item.children)
    for (index, child) in item.children.enumerated() where !taken.contains(index) { take(child) }
  }

  private mutating func take(_ child: ContentItem) {
    switch (child.name?.current, child.value) {
    case (.activitySession?, .text(let text)) where activitySession == nil: activitySession = text
    case (.trackingIdentifier?, .text(let text)) where trackingIdentifier == nil: trackingIdentifier = text
    case (.trackingUniqueIdentifier?, .uidReference(let uid)) where trackingUID == nil: trackingUID = uid
    case (.findingCategory?, .code(let code)) where findingCategory == nil: findingCategory = code
    case (.finding?, .code(let code)) where finding == nil && child.children.isEmpty: finding = code
    case (.findingSite?, .code): FindingSite(child).map { findingSites.append($0) }
    case (.measurementMethod?, .code(let code)) where method == nil: method = code
    case (let name?, .text) where algorithm != nil && AlgorithmIdentification.names.contains(name): break
    case (_, .numeric) where child.relationship == .contains:
      if let measurement = ReportedMeasurement(child) { measurements.append(measurement) } else { others.append(child) }
    case (_, .code) where child.relationship == .contains, (_, .text) where child.relationship == .contains:
      if let name = child.name { evaluations.append(Evaluation(name, child)) } else { others.append(child) }
    default: others.append(child)
    }
  }

  /// The group as a content item, in the order of the template.
  var item: ContentItem {
    var children: [ContentItem] = []
    func add(_ relationship: RelationshipType, _ name: CodedConcept, _ value: ContentValue?) {
      if let value { children.append(ContentItem(relationship, name, value)) }
    }
    add(.hasObservationContext, .activitySession, activitySession.map(ContentValue.text))
    add(.hasObservationContext, .trackingIdentifier, trackingIdentifier.map(ContentValue.text))
    add(.hasObservationContext, .trackingUniqueIdentifier, trackingUID.map(ContentValue.uidReference))
    add(.contains, .findingCategory, findingCategory.map(ContentValue.code))
    add(.contains, .finding, finding.map(ContentValue.code))
    add(.hasConceptModifier, .measurementMethod, method.map(ContentValue.code))
    children += findingSites.map(\.item)
    children += algorithm?.items() ?? []
    children += region.items
    children += measurements.map(\.item)
    children += evaluations.map { ContentItem(.contains, $0.name, $0.value, children: $0.modifiers) }
    return ContentItem(
      .contains, .measurementGroup, .container(.separate), template: TemplateIdentification(kind.rawValue),
      children: children + others)
  }

  /// What the templates demand of a group.
  func check() throws(ObjectError) {
    func fail(_ rule: String) -> ObjectError {
      ObjectError(.contradiction, path: TagPath(.contentSequence), "TID \(kind.rawValue): \(rule)")
    }
    switch (kind, region) {
    case (.general, .none): break
    case (.planar, .contours(let regions)) where regions.count == 1: break
    case (.planar, .shapes(let shapes)) where shapes.count == 1: break
    case (.planar, .segmentationFrame): break
    case (.volumetric, .contours), (.volumetric, .shapes), (.volumetric, .segment): break
    default: throw fail("a region of another kind, or none")
    }
    guard kind == .general || trackingIdentifier != nil else { throw fail("Tracking Identifier is mandatory") }
    guard kind == .general || trackingUID != nil else { throw fail("Tracking Unique Identifier is mandatory") }
  }
}

extension MeasurementRegion {
  fileprivate var impliedKind: MeasurementGroup.Kind {
    switch self {
    case .none: .general
    case .contours(let regions): regions.count == 1 ? .planar : .volumetric
    case .shapes(let shapes): shapes.count == 1 ? .planar : .volumetric
    case .segmentationFrame: .planar
    case .segment: .volumetric
    }
  }
}
