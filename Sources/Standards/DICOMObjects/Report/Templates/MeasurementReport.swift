import DICOM

/// A measurement report: the typed view of a report by PS3.16 TID 1500.
///
/// What the view does not know is kept in `others`, here and in groups and measurements.
public struct MeasurementReport: Hashable, Sendable {
  public var title: CodedConcept
  /// TID 1204.
  public var language: CodedConcept?
  public var observers: [Observer]
  public var proceduresReported: [CodedConcept]
  /// The images the report is about (TID 1600), without their descriptors.
  public var imageLibrary: [ImageReference]
  public var groups: [MeasurementGroup]
  /// Children of the document that are none of these.
  public var others: [ContentItem]

  public init(
    title: CodedConcept = .imagingMeasurementReport, language: CodedConcept? = .english, observers: [Observer],
    proceduresReported: [CodedConcept], imageLibrary: [ImageReference] = [], groups: [MeasurementGroup],
    others: [ContentItem] = []
  ) {
    self.title = title
    self.language = language
    self.observers = observers
    self.proceduresReported = proceduresReported
    self.imageLibrary = imageLibrary
    self.groups = groups
    self.others = others
  }

  /// Reads the view of a tree.
  ///
  /// - Throws: `.wrongSOPClass` when the tree neither follows TID 1500 nor has its title.
  public init(root: ContentItem) throws(ObjectError) {
    guard let title = root.name,
      root.template?.identifier == "1500" || title == .imagingMeasurementReport
        || root.child(named: .imagingMeasurements) != nil
    else {
      throw ObjectError(
        .wrongSOPClass, path: TagPath(.contentTemplateSequence), "a report by TID 1500")
    }
    self.title = title
    let observed = Observer.observers(in: root.children)
    observers = observed.observers
    language = root.child(named: .languageOfContent)?.value.code
    proceduresReported = root.children(named: .procedureReported).compactMap(\.value.code)
    imageLibrary = root.children(named: .imageLibrary).flatMap { library in
      library.descendants.compactMap(\.value.image)
    }
    let containers = root.children(named: .imagingMeasurements)
    groups = containers.flatMap { $0.children.compactMap(MeasurementGroup.init) }
    others = root.children.filter { child in
      switch (child.name, child.value) {
      case (.languageOfContent?, .code), (.procedureReported?, .code), (.imageLibrary?, .container): false
      case (.imagingMeasurements?, .container): false
      case (let name?, _) where observed.names.contains(name) && child.relationship == .hasObservationContext: false
      default: true
      }
    }
    others += containers.flatMap { $0.children.filter { MeasurementGroup($0) == nil } }
  }

  /// The tree, in the order of the template.
  ///
  /// - Throws: when a group lacks what its template demands.
  public func root() throws(ObjectError) -> ContentItem {
    guard !proceduresReported.isEmpty else {
      throw ObjectError(
        .missingAttribute, path: TagPath(.contentSequence), "TID 1500: Procedure reported is mandatory")
    }
    guard !observers.isEmpty else {
      throw ObjectError(.missingAttribute, path: TagPath(.contentSequence), "TID 1500: an observer is mandatory")
    }
    for group in groups { try group.check() }
    var children: [ContentItem] = []
    if let language { children.append(ContentItem(.hasConceptModifier, .languageOfContent, .code(language))) }
    children += observers.flatMap(\.items)
    children += proceduresReported.map { ContentItem(.hasConceptModifier, .procedureReported, .code($0)) }
    if !imageLibrary.isEmpty {
      let group = ContentItem(
        .contains, .imageLibraryGroup, .container(.separate),
        children: imageLibrary.map { ContentItem(.contains, nil, .image($0)) })
      children.append(ContentItem(.contains, .imageLibrary, .container(.separate), children: [group]))
    }
    children.append(
      ContentItem(.contains, .imagingMeasurements, .container(.separate), children: groups.map(\.item)))
    return ContentItem(
      .contains, title, .container(.separate), template: TemplateIdentification("1500"), children: children + others)
  }
}
