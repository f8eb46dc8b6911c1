/// Which algorithm produced a result (PS3.16 TID 4019).
public struct AlgorithmIdentification: Hashable, Sendable {
  public var name: String
  public var version: String
  public var parameters: [String]

  public init(name: String, version: String, parameters: [String] = []) {
    self.name = name
    self.version = version
    self.parameters = parameters
  }

  /// Nil when the children name no algorithm.
  init?(in children: [ContentItem]) {
    guard let name = children.first(where: { $0.name == .algorithmName })?.value.text else { return nil }
    self.name = name
    version = children.first { $0.name == .algorithmVersion }?.value.text ?? ""
    parameters = children.filter { $0.name == .algorithmParameters }.compactMap(\.value.text)
  }

  static let names: Set<CodedConcept> = [.algorithmName, .algorithmVersion, .algorithmParameters]

  /// Name and version are mandatory; the relationship is the one by which the template is included.
  func items(_ relationship: RelationshipType = .hasConceptModifier) -> [ContentItem] {
    [
      ContentItem(relationship, .algorithmName, .text(name)),
      ContentItem(relationship, .algorithmVersion, .text(version)),
    ] + parameters.map { ContentItem(relationship, .algorithmParameters, .text($0)) }
  }
}
