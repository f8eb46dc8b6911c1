import DICOM

/// A measurement report: the typed view of a report by PS3.16 TID 1500.
///
/// Items the view does not know are kept in `others`, here and in groups and measurements. Details of items it does know,
/// such as the country of a language, are not: whoever must keep every one works on the tree.
public struct MeasurementReport: Hashable, Sendable {
  public var title: CodedConcept
  /// TID 1204.
  public var language: CodedConcept?
  public var observers: [Observer]
  public var proceduresReported: [CodedConcept]
  /// The content of the image library: groups, in them images with their descriptors (TID 1600).
  public var imageLibrary: [ContentItem]
  public var groups: [MeasurementGroup]
  /// Children of the document that are none of these.
  public var others: [ContentItem]

  public init(
    title: CodedConcept = .imagingMeasurementReport, language: CodedConcept? = .english, observers: [Observer],
    proceduresReported: [CodedConcept], imageLibrary: [ContentItem] = [], groups: [MeasurementGroup],
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

  /// The images of the library, in order.
  public var libraryImages: [ImageReference] {
    imageLibrary.flatMap { $0.descendants.compactMap(\.value.image) }
  }

  /// A group of a library: images without descriptors.
  public static func libraryGroup(of images: [ImageReference]) -> ContentItem {
    ContentItem(
      .contains, .imageLibraryGroup, .container(.separate),
      children: images.map { ContentItem(.contains, nil, .image($0)) })
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
    imageLibrary = root.children(named: .imageLibrary).flatMap(\.children)
    let containers = root.children(named: .imagingMeasurements)
    groups = containers.flatMap { $0.children.compactMap(MeasurementGroup.init) }
    others = root.children.enumerated().compactMap { index, child in
      switch (child.name, child.value) {
      case (.languageOfContent?, .code), (.procedureReported?, .code), (.imageLibrary?, .container): nil
      case (.imagingMeasurements?, .container): nil
      default: observed.taken.contains(index) ? nil : child
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
      children.append(ContentItem(.contains, .imageLibrary, .container(.separate), children: imageLibrary))
    }
    children.append(
      ContentItem(.contains, .imagingMeasurements, .container(.separate), children: groups.map(\.item)))
    return ContentItem(
      .contains, title, .container(.separate), template: TemplateIdentification("1500"), children: children + others)
  }
}
