/// A measured quantity with what is needed to understand it (PS3.16 TID 300, TID 1419).
public struct ReportedMeasurement: Hashable, Sendable {
  public var quantity: CodedConcept
  public var value: NumericValue
  public var method: CodedConcept?
  /// CID 7464, such as mean or maximum.
  public var derivation: CodedConcept?
  public var findingSites: [FindingSite]
  public var algorithm: AlgorithmIdentification?
  /// Images it was inferred from.
  public var sourceImages: [ImageReference]
  /// Children that are none of these.
  public var others: [ContentItem]

  public init(
    _ quantity: CodedConcept, _ value: NumericValue, method: CodedConcept? = nil, derivation: CodedConcept? = nil,
    findingSites: [FindingSite] = [], algorithm: AlgorithmIdentification? = nil, sourceImages: [ImageReference] = [],
    others: [ContentItem] = []
  ) {
    self.quantity = quantity
    self.value = value
    self.method = method
    self.derivation = derivation
    self.findingSites = findingSites
    self.algorithm = algorithm
    self.sourceImages = sourceImages
    self.others = others
  }

  init?(_ item: ContentItem) {
    guard let quantity = item.name, let value = item.value.numeric else { return nil }
    self.init(quantity, value)
    algorithm = AlgorithmIdentification(in: item.children)
    for child in item.children {
      switch (child.name?.current, child.value) {
      case (.measurementMethod?, .code(let code)) where method == nil: method = code
      case (.derivation?, .code(let code)) where derivation == nil: derivation = code
      case (.findingSite?, .code): FindingSite(child).map { findingSites.append($0) }
      case (.sourceOfMeasurement?, .image(let image)) where child.children.isEmpty: sourceImages.append(image)
      case (let name?, .text) where algorithm != nil && AlgorithmIdentification.names.contains(name): break
      default: others.append(child)
      }
    }
  }

  var item: ContentItem {
    var children: [ContentItem] = []
    if let method { children.append(ContentItem(.hasConceptModifier, .measurementMethod, .code(method))) }
    if let derivation { children.append(ContentItem(.hasConceptModifier, .derivation, .code(derivation))) }
    children += findingSites.map(\.item)
    children += algorithm?.items() ?? []
    children += sourceImages.map { ContentItem(.inferredFrom, .sourceOfMeasurement, .image($0)) }
    return ContentItem(.contains, quantity, .numeric(value), children: children + others)
  }
}
