public import DICOM

/// A node of a structured report: a concept, a value and what is below it (PS3.3 §C.17.3).
public struct ContentItem: Hashable, Sendable {
  /// How the item relates to its parent; not written at the root.
  public var relationship: RelationshipType
  /// The concept the item is about; nil where the value speaks for itself.
  public var name: CodedConcept?
  public var value: ContentValue
  /// Which template the container follows (PS3.3 §C.18.8).
  public var template: TemplateIdentification?
  /// Observation DateTime (0040,A032), DT.
  public var observationDateTime: String?
  /// Observation UID (0040,A171).
  public var observationUID: UID?
  public var children: [ContentItem]

  public init(
    _ relationship: RelationshipType, _ name: CodedConcept?, _ value: ContentValue,
    template: TemplateIdentification? = nil, observationDateTime: String? = nil, observationUID: UID? = nil,
    children: [ContentItem] = []
  ) {
    self.relationship = relationship
    self.name = name
    self.value = value
    self.template = template
    self.observationDateTime = observationDateTime
    self.observationUID = observationUID
    self.children = children
  }

  /// The children that have a concept name, earlier codes for the same concept included.
  public func children(named name: CodedConcept) -> [ContentItem] {
    children.filter { $0.name?.current == name.current }
  }

  /// The first child that has a concept name.
  public func child(named name: CodedConcept) -> ContentItem? {
    children.first { $0.name?.current == name.current }
  }

  /// The item at a place below this one; each number counts children from 1 (PS3.3 §C.17.3.2.5).
  public func descendant(at identifier: some Collection<Int>) -> ContentItem? {
    guard let first = identifier.first else { return self }
    guard children.indices.contains(first - 1) else { return nil }
    return children[first - 1].descendant(at: identifier.dropFirst())
  }

  /// This item and all below it, parents first.
  public var descendants: [ContentItem] {
    var all: [ContentItem] = []
    visit { all.append($0) }
    return all
  }

  private func visit(_ body: (ContentItem) -> Void) {
    body(self)
    for child in children { child.visit(body) }
  }
}

/// Which template a container follows (PS3.3 §C.18.8, Table C.18.8-1).
public struct TemplateIdentification: Hashable, Sendable {
  /// Template Identifier (0040,DB00), such as `1500`.
  public var identifier: String
  /// Mapping Resource (0008,0105), `DCMR` for templates of PS3.16.
  public var mappingResource: String

  public init(_ identifier: String, mappingResource: String = "DCMR") {
    self.identifier = identifier
    self.mappingResource = mappingResource
  }
}

extension TemplateIdentification: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    identifier = try item.requiredString(.templateIdentifier)
    mappingResource = item.string(.mappingResource) ?? ""
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.mappingResource, text: mappingResource)
    try writer.put(.templateIdentifier, text: identifier)
  }
}
